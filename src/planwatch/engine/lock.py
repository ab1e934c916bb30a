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


def try_lock(path: Path) -> int | None:
    """Take the lock of a job; return its file descriptor, None while somebody else holds it."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_held(path: Path) -> bool:
    """Tell whether a living process holds the lock."""
    if not path.exists():
        return False
    descriptor = try_lock(path)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def adopt_lock(descriptor: int) -> None:
    """Keep a lock handed over by the dispatcher to this process alone.

    Raises:
        OSError: the descriptor is not open.
    """
    os.set_inheritable(descriptor, False)


def release_lock(descriptor: int) -> None:
    """Let go of a lock that was not handed over."""
    with contextlib.suppress(OSError):
        os.close(descriptor)
