"""The hashes of pinned versions: every file of the release, and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from tools.pin_hashes import pin_hashes

from tests.support.server import LoopbackServer, page

_ROOT: Final = Path(__file__).parents[3]
_FILES: Final = {
    "plan_tools-1.2-py3-none-any.whl": "a",
    "plan_tools-1.2.tar.gz": "b",
    "plan_tools-1.2.1-py3-none-any.whl": "c",
    "plan_tools-11.2.tar.gz": "d",
    "plan_tools-1.2-cp311-cp311-macosx_11_0_arm64.whl": "e",
}


@pytest.fixture
def index() -> Iterator[httpx.Client]:
    files = [
        {"filename": name, "hashes": {"sha256": letter * 64}} for name, letter in _FILES.items()
    ]
    answer = page(json.dumps({"files": files}), "application/vnd.pypi.simple.v1+json")
    with (
        LoopbackServer({"/simple/plan-tools/": answer}) as server,
        httpx.Client(base_url=f"{server.origin}/simple/") as client,
    ):
        yield client


@pytest.mark.parametrize("before", ["", " \\\n    --hash=sha256:" + "f" * 64])
def test_a_pin_gets_the_hashes_of_all_files_of_its_release(
    index: httpx.Client, before: str
) -> None:
    text = f"# Why.\nPlan.Tools==1.2{before}\n"

    assert pin_hashes(text, index) == (
        "# Why.\nPlan.Tools==1.2"
        + "".join(f" \\\n    --hash=sha256:{letter * 64}" for letter in "abe")
        + "\n"
    )


def test_a_version_that_the_index_does_not_have_is_an_error(index: httpx.Client) -> None:
    with pytest.raises(LookupError, match=r"plan-tools 1\.3"):
        pin_hashes("plan-tools==1.3\n", index)


@pytest.mark.parametrize("name", ["constraints.txt", "tools/peers-constraints.txt"])
def test_every_pin_of_the_project_has_hashes_and_names_no_index(name: str) -> None:
    text = (_ROOT / name).read_text(encoding="utf-8")
    pins = re.split(r"(?m)^(?=[^\s#])", text)[1:]

    assert len(pins) > 5
    for pin in pins:
        assert re.fullmatch(r"\S+==\S+( \\\n    --hash=sha256:[0-9a-f]{64})+\n", pin), pin[:60]
    assert "//" not in text
