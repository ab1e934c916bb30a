"""A home in memory for each test: a month of scrapes commits a thousand times."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sequences.watching import Watching, watching

_IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder that PLANWATCH_HOME names, in memory where the machine has room there."""
    place = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="planwatch-test-", dir=place))
    monkeypatch.setenv("PLANWATCH_HOME", str(folder / "home"))
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def watch(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    """Watch the shops from that home; the environment is put back."""
    before = dict(os.environ)
    try:
        with watching(home) as running:
            yield running
    finally:
        os.environ.clear()
        os.environ.update(before)
