"""The README's pictures are small, load nothing from elsewhere, and show what is drawn today."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tools.screenshot import IMAGES, draw_plans_of

from tests.docs.pages import name_of, read

PICTURES = sorted(IMAGES.glob("*.svg"))
MOST_BYTES = 60_000


@pytest.mark.parametrize("path", PICTURES, ids=name_of)
def test_a_picture_is_small_and_loads_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert len(text.encode()) < MOST_BYTES
    assert set(re.findall(r"https?://[^\"'\s)]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@font-face|@import|<script|<image|href=", text)


@pytest.mark.parametrize("path", PICTURES, ids=name_of)
def test_a_picture_is_shown_by_the_readme(path: Path) -> None:
    assert name_of(path) in read("README.md")


@pytest.mark.usefixtures("demo_home")
def test_the_picture_of_plans_is_what_is_drawn_today() -> None:
    drawn = draw_plans_of(dict(os.environ))

    assert drawn == (IMAGES / "plans.svg").read_text(encoding="utf-8"), "run: make screenshots"
