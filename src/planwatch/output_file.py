"""Write a file that somebody named: whole or not at all, through no symbolic link, and over
nothing that planwatch keeps for itself (kept_files.py).

A new file is written beside it, synced and renamed. Devices, pipes and open descriptors
(`/dev/stdout`, `/dev/fd/3`) are written as they are.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from planwatch.errors import UsageError
from planwatch.kept_files import refuse_kept

_DESCRIPTOR: Final = re.compile(r"/(?:dev|proc/(?:self|thread-self))/fd/([0-9]{1,9})")
_STANDARD: Final = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}


def write_text(path: Path, text: str, *, mode: int | None = None) -> None:
    """Write a file in UTF-8, as `write_bytes` does."""
    write_bytes(path, text.encode(), mode=mode)


def write_bytes(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a file whose content is at hand, as `write_parts` does."""
    write_parts(path, (data,), mode=mode)


def write_parts(path: Path, parts: Iterable[bytes], *, mode: int | None = None) -> int:
    """Write a file; one that exists keeps its mode. Return its size in bytes.

    Args:
        mode: that of the file, whether it exists or not; None where nothing is asked for.

    Raises:
        UsageError: it is planwatch's own or a symbolic link, or it cannot be written.
        BrokenPipeError: it is a pipe, and its reader has gone.
    """
    try:
        return _write(path, parts, mode)
    except BrokenPipeError:
        raise  # as where standard output is printed to
    except OSError as error:
        raise UsageError(
            f"cannot write {path} ({error.strerror})", hint="name a file in a folder of yours"
        ) from error


def refuse_link(path: Path) -> None:
    """Refuse a symbolic link: what it leads to is not what was named.

    Raises:
        UsageError: naming what it leads to.
    """
    if os.path.islink(path):  # noqa: PTH114 - False where nobody may look
        raise UsageError(
            f"{path} is a symbolic link, and planwatch writes through none",
            hint=f"name what it leads to ({os.path.realpath(path)}), or remove the link",
        )


def _write(path: Path, parts: Iterable[bytes], mode: int | None) -> int:
    descriptor = find_descriptor(path)
    refuse_kept(path, in_folders=descriptor is None)  # a shell may append to a log of ours
    if descriptor is not None:
        sys.stdout.flush()  # what was printed before comes first
        return _write_open(os.dup(descriptor), parts)
    refuse_link(path)
    try:
        before = path.lstat()
    except FileNotFoundError:
        return _replace(path, parts, None, mode)
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    if stat.S_ISREG(before.st_mode):
        os.close(descriptor)  # it may be written; if not, its folder would not do
        return _replace(path, parts, before, mode)
    return _write_open(descriptor, parts)


def find_descriptor(path: Path) -> int | None:
    """Return the open descriptor that a path names; these links are the kernel's own."""
    plain = os.path.abspath(path)  # noqa: PTH100 - as written, links not followed
    named = _DESCRIPTOR.fullmatch(plain)
    return int(named[1]) if named else _STANDARD.get(plain)


def _write_open(descriptor: int, parts: Iterable[bytes], *, syncs: bool = False) -> int:
    """Write to a descriptor, and close it; return how many bytes."""
    with os.fdopen(descriptor, "wb") as file:
        size = sum(map(file.write, parts))
        if syncs:
            file.flush()
            os.fsync(descriptor)
    return size


def _replace(
    path: Path, parts: Iterable[bytes], before: os.stat_result | None, mode: int | None
) -> int:
    beside = path.with_name(f".{path.name[:200]}.{secrets.token_hex(6)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(beside, flags, 0o600 if before else 0o666)
    try:
        if before is not None:
            with suppress(PermissionError):  # only root may give a file back to its owner
                os.fchown(descriptor, before.st_uid, before.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(before.st_mode) & 0o777)
        if mode is not None:
            os.fchmod(descriptor, mode)
        size = _write_open(descriptor, parts, syncs=True)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    return size
