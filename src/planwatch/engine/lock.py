"""Proof of life: an OS lock that a worker holds from before its start to its death.

The dispatcher takes the lock and hands the open file to the worker, so there is no moment at which
a living job's lock is free. The kernel lets go of it when the last holder dies; pid reuse cannot
fool it. It is not inherited by the worker's own children.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from planwatch.errors import EngineError, HomeError


def try_lock(path: Path) -> int | None:
    """Take the lock of a job; return its file descriptor, None while somebody else holds it.

    Raises:
        HomeError: the file cannot be made or locked.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            os.close(descriptor)
            raise
    except BlockingIOError:
        return None
    except OSError as error:
        raise HomeError(
            f"cannot lock {path} ({error.strerror})",
            hint="mend the permissions or the free space of that folder; the job is kept",
        ) from error
    return descriptor


def keep_to_oneself(descriptor: int) -> None:
    """Keep a lock that was handed over from this process's own children.

    Raises:
        EngineError: there is no such descriptor.
    """
    try:
        os.set_inheritable(descriptor, False)
    except OSError as error:
        raise EngineError(
            f"descriptor {descriptor} is no lock", hint="workers are started by planwatch"
        ) from error


def is_held(path: Path) -> bool:
    """Tell whether a living process holds the lock."""
    if not path.exists():
        return False
    descriptor = try_lock(path)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def adopt_lock(descriptor: int, path: Path) -> None:
    """Keep a lock handed over by the dispatcher to this process alone.

    Raises:
        EngineError: the descriptor is not that of the lock, or somebody else holds it.
    """
    try:
        is_ours = os.path.samestat(os.fstat(descriptor), path.stat())
        if is_ours:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ours already, if handed over
            os.set_inheritable(descriptor, False)
    except OSError:
        is_ours = False
    if not is_ours:
        raise EngineError(
            f"descriptor {descriptor} is not the lock {path.name}",
            hint="workers are started by planwatch, not by hand",
        )


def release_lock(descriptor: int) -> None:
    """Let go of a lock that was not handed over."""
    with contextlib.suppress(OSError):
        os.close(descriptor)
