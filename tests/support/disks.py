"""Disks that are full or read-only, and folders that a user may not write to. For Linux.

Where this user may not mount, a test that needs it is skipped and says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

_SIZES: Final = (65_536, 4096, 1)
_FILLING: Final = "filling"


def as_ordinary_user() -> tuple[str, ...]:
    """Return what stands before a command so that permissions hold for it; root passes them by.

    The user stays, since another one may not reach the interpreter; its privileges go.
    """
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root passes permissions by, and there is no setpriv to make it ordinary")
    return ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")


class SmallDisk:
    """A disk of a few megabytes that can be filled to the last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        with (self.folder / _FILLING).open("ab", buffering=0) as file:
            for size in _SIZES:
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue  # no room for so much

    def free(self) -> None:
        (self.folder / _FILLING).unlink()


@contextmanager
def small_disk(folder: Path, size_kb: int = 4096) -> Iterator[SmallDisk]:
    """Mount an empty disk on a new folder until the block ends."""
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        _unmount(folder)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder a read-only disk until the block ends."""
    _mount("--bind", str(folder), str(folder))
    try:
        _mount("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        _unmount(folder)


def _mount(*arguments: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"a disk cannot be mounted here: {done.stderr.strip()}")


def _unmount(folder: Path) -> None:
    # lazily: a worker that a failed test has left must not keep the disk for ever
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
