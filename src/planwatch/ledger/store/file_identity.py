"""Which file a ledger is, so that one that was removed, replaced or moved is noticed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from planwatch.errors import LedgerReplaced


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """A file's device and inode. While it is open, no other file gets the same."""

    device: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the identity of the file at a path.

        Raises:
            LedgerReplaced: there is none.
        """
        try:
            found = os.stat(path)  # noqa: PTH116 - called with every transaction: half the time
        except OSError as error:
            raise _replaced(path, "was removed, or its folder was moved") from error
        return cls(found.st_dev, found.st_ino)

    def check(self, path: Path) -> None:
        """Make sure that the path still leads to this file.

        Raises:
            LedgerReplaced: it leads to none, or to another one.
        """
        if self.of(path) != self:
            raise _replaced(path, "was replaced by another file")


def _replaced(path: Path, what: str) -> LedgerReplaced:
    return LedgerReplaced(
        f"the ledger {path} {what} while it was in use",
        hint="look at what is there now: planwatch doctor; a backup is put in place by"
        " planwatch restore FILE",
    )
