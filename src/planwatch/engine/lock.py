"""How a living worker is recognised: an OS lock that it holds from before its start to its end.

The dispatcher takes the lock and hands the open file to the worker, so there is no moment at which
a living job's lock is free. The kernel lets go of it when the last holder dies; pid reuse cannot
fool it. It is not inherited by the worker's own children.

Limits of a kind are locks as well: a worker holds one slot of its kind for its whole life.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from planwatch.errors import EngineError, HomeError
from planwatch.home import Home
from planwatch.ownership import refuse_foreign_descriptor

Limits = Mapping[str, int]
_OTHER_KINDS: Final = 1
_POLL_S: Final = 0.005
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z")


def try_lock(path: Path) -> int | None:
    """Take the lock of a job; return its file descriptor, None while somebody else holds it.

    Raises:
        HomeError: the file cannot be made or locked, or others may write to it.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            refuse_foreign_descriptor(descriptor, path)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            os.close(descriptor)
            raise
    except BlockingIOError:
        return None
    except OSError as error:
        raise _unusable(path, error) from error
    return descriptor


def disable_inheritance(descriptor: int) -> None:
    """Keep a lock that was handed over from this process's own children.

    Raises:
        EngineError: there is no such descriptor.
    """
    try:
        os.set_inheritable(descriptor, False)
    except OSError as error:
        raise EngineError(
            f"descriptor {descriptor} is not a lock", hint="workers are started by planwatch"
        ) from error


def wait_for_lock(path: Path, seconds: float) -> int | None:
    """Take a lock that somebody may be testing at this moment; as `try_lock`, but for longer."""
    deadline = time.monotonic() + seconds
    while True:
        descriptor = try_lock(path)
        if descriptor is not None or time.monotonic() >= deadline:
            return descriptor
        time.sleep(_POLL_S)


def is_held(path: Path) -> bool:
    """Tell whether a living process holds the lock.

    Raises:
        HomeError: the file cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        refuse_foreign_descriptor(descriptor, path)
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # testers do not disturb each other
    except BlockingIOError:
        return True
    except OSError as error:
        raise _unusable(path, error) from error
    finally:
        os.close(descriptor)
    return False


def write_heartbeat(descriptor: int, at: str) -> None:
    """Write the instant of a heartbeat into a held lock; progress of a lost job ends there."""
    with contextlib.suppress(OSError):  # a full disk: the lock itself is what counts
        os.pwrite(descriptor, at.encode("ascii"), 0)


def read_heartbeat(path: Path) -> str | None:
    """Return the last heartbeat of the last holder of a lock; None when it never had one."""
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
    return text if _INSTANT.fullmatch(text) else None


def take_over_lock(descriptor: int, path: Path) -> None:
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


def _unusable(path: Path, error: OSError) -> HomeError:
    return HomeError(
        f"cannot lock {path} ({error.strerror})",
        hint="fix the permissions or free some space in that folder; the job is kept",
    )


def take_slot(home: Home, kind: str, limits: Limits) -> int | None:
    """Take a slot of a kind; return its file descriptor, None while all are held.

    A slot cannot leak: the kernel lets go of it with its holder. Whoever makes a job pending or
    frees a slot then looks for the next job, so no job waits while a slot is free.

    Raises:
        HomeError: a lock file cannot be made or locked.
    """
    for number in range(limits.get(kind, _OTHER_KINDS)):
        slot = try_lock(home.slot_of(kind, number))
        if slot is not None:
            return slot
    return None
