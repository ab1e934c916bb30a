"""Store the bytes of every page, compressed, by their SHA-256: `archive/ab/abcdef….gz`.

A page is on the disk, synced, before the ledger may name it. A file that no row names, or a `.tmp`
that a killed process left, is garbage for `prune`. Never changed in place: any number of
processes may store the same bytes at once.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import tempfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from planwatch.errors import HomeError, LedgerError
from planwatch.home import make_private_folder, sync_folder
from planwatch.ownership import refuse_foreign

_LEVEL: Final = 6
MOST_BYTES: Final = 512_000_000  # unpacked; far more than any page, far less than memory
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredPage:
    """What was stored: its hash, and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file of the archive: `digest` is None for the rest of a write that was cut short.

    `size` in bytes as it lies there, `stored_at` in seconds since 1970.
    """

    path: Path
    digest: str | None
    size: int
    stored_at: float


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive in one folder, which need not exist yet."""

    folder: Path

    def store(self, body: bytes) -> StoredPage:
        """Put `body` on the disk, unless it lies there unharmed.

        Raises:
            HomeError: the disk is full, or the folder cannot be written.
        """
        digest = sha256(body).hexdigest()
        path = self._path_of(digest)
        try:
            make_private_folder(path.parent, syncs=True)
            if _find_body(path, digest) is None or not _touch(path):
                _write(path, gzip.compress(body, _LEVEL, mtime=0))
            # also for a file of another process, which may not have come so far yet
            sync_folder(path.parent)
            return StoredPage(digest, len(body))
        except OSError as error:
            raise HomeError(
                f"cannot store a page in {self.folder} ({error.strerror or error})",
                hint="check the free space and the permissions of that folder",
            ) from error

    def put_back(self, digest: str, packed: bytes) -> bool:
        """Put a file of a backup on the disk; False where it does not hold what its name says.

        Raises:
            HomeError: the disk is full, or the folder cannot be written.
        """
        body = _unpack(packed, digest)
        return body is not None and self.store(body).sha256 == digest

    def place_of(self, body: bytes) -> Path:
        """Return the file in which `body` lies once it is stored."""
        return self._path_of(sha256(body).hexdigest())

    def find(self, digest: str) -> bytes | None:
        """Return the bytes whose SHA-256 is `digest`; None where they cannot be had unharmed."""
        try:
            return _find_body(self._path_of(digest), digest)
        except OSError:
            return None

    def load(self, digest: str) -> bytes:
        """Return the bytes whose SHA-256 is `digest`.

        Raises:
            LedgerError: they are not there, or no longer what they were.
        """
        if not _HASH.fullmatch(digest):
            raise LedgerError(f"not the hash of a page: {digest!r}")
        path = self._path_of(digest)
        try:
            body = _find_body(path, digest)
        except OSError as error:
            raise LedgerError(
                f"cannot read the archived page {path} ({error.strerror or error})",
                hint="check the permissions of the archive folder",
                sha256=digest,
            ) from error
        if body is None and not path.exists():
            raise LedgerError(
                f"the archive has no page {digest[:12]}",
                hint="it was pruned, or the archive folder was not copied with the ledger",
                sha256=digest,
            )
        if body is None:
            raise LedgerError(
                f"the archived page {digest[:12]} is damaged: {path}",
                hint="restore the file from a backup, or delete it; its plans stay in the ledger",
                sha256=digest,
            )
        return body

    def list_files(self) -> list[ArchivedFile]:
        """Return every file of the archive, what a killed process left included."""
        found = []
        for path in self.folder.glob("*/*"):
            with suppress(FileNotFoundError):  # another prune removes files, too
                stat = path.stat()
                is_page = path.suffix == ".gz" and _HASH.fullmatch(path.stem)
                digest = path.stem if is_page else None
                found.append(ArchivedFile(path, digest, stat.st_size, stat.st_mtime))
        return found

    def remove(self, file: ArchivedFile, unused_since: float) -> bool:
        """Remove a file that nobody has stored since an instant (seconds since 1970).

        Whoever stores the same bytes marks the file first. So it is taken out of the way, looked
        at, and put back where it was marked meanwhile.

        Returns:
            False where it stays.

        Raises:
            HomeError: it cannot be removed.
        """
        aside = file.path.with_name(f".{file.path.name}.pruned")
        try:
            file.path.rename(aside)
            if aside.stat().st_mtime > unused_since:
                aside.rename(file.path)
                return False
            aside.unlink()
        except FileNotFoundError:
            return False  # another prune was faster
        except OSError as error:
            raise HomeError(
                f"cannot remove {file.path} ({error.strerror or error})",
                hint="fix its permissions, then prune again",
            ) from error
        return True

    def _path_of(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.gz"


def _touch(path: Path) -> bool:
    """Mark a file as wanted; False where it has just gone."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _find_body(path: Path, digest: str) -> bytes | None:
    """Return what the file holds, None if it is missing or not what its name says."""
    try:
        refuse_foreign(path.parent, path)
        return _unpack(path.read_bytes(), digest)
    except FileNotFoundError:
        return None


def _unpack(packed: bytes, digest: str) -> bytes | None:
    """Return what was packed, None if it is damaged, too long or not what its name says."""
    try:
        with gzip.open(io.BytesIO(packed)) as file:
            body = file.read(MOST_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        return None
    if len(body) > MOST_BYTES:
        return None
    return body if sha256(body).hexdigest() == digest else None


def _write(path: Path, packed: bytes) -> None:
    """Write a file that is either there as a whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
