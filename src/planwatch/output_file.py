"""Write a file that somebody named: whole or not at all, and never through a symbolic link.

A new file is written beside it, synced and renamed. Devices, pipes and open descriptors
(`/dev/stdout`, `/dev/fd/3`) are written as they are.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from planwatch.errors import UsageError

_DESCRIPTOR: Final = re.compile(r"/(?:dev|proc/(?:self|thread-self))/fd/([0-9]{1,9})")
_STANDARD: Final = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}


def write_text(path: Path, text: str, *, mode: int | None = None) -> None:
    """Write a file in UTF-8, as `write_bytes` does."""
    write_bytes(path, text.encode(), mode=mode)


def write_bytes(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a file; one that exists keeps its mode.

    Args:
        mode: that of the file, whether it exists or not; None where nothing is asked for.

    Raises:
        UsageError: it is a symbolic link, or it cannot be written.
        BrokenPipeError: it is a pipe, and its reader has gone.
    """
    try:
        _write(path, data, mode)
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


def _write(path: Path, data: bytes, mode: int | None) -> None:
    descriptor = _descriptor_of(path)
    if descriptor is not None:
        sys.stdout.flush()  # what was printed before comes first
        _write_open(os.dup(descriptor), data)
        return
    refuse_link(path)
    try:
        before = path.lstat()
    except FileNotFoundError:
        _replace(path, data, None, mode)
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    if stat.S_ISREG(before.st_mode):
        os.close(descriptor)  # it may be written; if not, its folder would not do
        _replace(path, data, before, mode)
    else:
        _write_open(descriptor, data)


def _descriptor_of(path: Path) -> int | None:
    """Return the open descriptor that a path names; these links are the kernel's own."""
    plain = os.path.abspath(path)  # noqa: PTH100 - as written, links not followed
    named = _DESCRIPTOR.fullmatch(plain)
    return int(named[1]) if named else _STANDARD.get(plain)


def _write_open(descriptor: int, data: bytes, *, syncs: bool = False) -> None:
    """Write to a descriptor, and close it."""
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        if syncs:
            file.flush()
            os.fsync(descriptor)


def _replace(path: Path, data: bytes, before: os.stat_result | None, mode: int | None) -> None:
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
        _write_open(descriptor, data, syncs=True)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
