"""One demo for all tests that ask for it; each takes a copy of its ledger."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.cli import HANG_S, PROGRAM


@dataclass(frozen=True, slots=True)
class Demo:
    """What `planwatch demo` printed, and the home that it filled."""

    output: str
    home: Path

    def copy_to(self, home: Path) -> None:
        """Copy the ledger, by SQLite's own backup, and the archive into a new home."""
        home.mkdir()
        shutil.copytree(self.home / "archive", home / "archive")
        with (
            closing(sqlite3.connect(self.home / "ledger.db")) as ours,
            closing(sqlite3.connect(home / "ledger.db")) as copy,
        ):
            ours.backup(copy)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run the demo once; the environment is nobody's, as for every test."""
    folder = tmp_path_factory.mktemp("demo")
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PLANWATCH_") and name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    done = subprocess.run(
        [*PROGRAM, "demo"],
        env={**env, "PLANWATCH_HOME": str(folder / "home"), "HOME": str(folder)},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Demo(done.stdout, folder / "home")


@pytest.fixture
def demo_home(demo: Demo, home: Path) -> Path:
    """Return the test's own home, with a copy of the demo's ledger in it."""
    demo.copy_to(home)
    return home
