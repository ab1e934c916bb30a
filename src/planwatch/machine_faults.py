"""Tell what this machine lacks from an exception: memory, threads, files, disk, a loadable part.

Such a fault is nobody's page and no site's answer, and may pass: it is tried again.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Final

from planwatch.errors import MachineError, PlanwatchError

_MEMORY: Final = (
    "no memory is left",
    "free memory, or lower browser.at_once and jobs.parallel_steps; ulimit -v limits it, too",
)
_THREADS: Final = (
    "no thread or process can be started",
    "lower jobs.parallel_steps, or raise the limits: ulimit -u, ulimit -v, TasksMax of systemd",
)
_FILES: Final = (
    "too many files are open",
    "raise the limit: ulimit -n, or LimitNOFILE of systemd",
)
_DISK: Final = ("no space is left on a disk", "free space; TMPDIR names the temporary folder")
TEMPORARY: Final = (
    "there is no usable temporary folder",
    "set TMPDIR to a folder that exists, can be written and has some 100 MB free",
)
_PART: Final = (
    "a part of planwatch cannot be loaded",
    "see whether memory and files suffice (ulimit -v, ulimit -n); if they do, install it again",
)
_BY_NUMBER: Final = {
    errno.ENOMEM: _MEMORY,
    errno.EAGAIN: _THREADS,
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOSPC: _DISK,
    errno.EDQUOT: _DISK,
}
_BY_WORDS: Final = (
    ("can't start new thread", _THREADS),
    ("can't allocate lock", _MEMORY),
    ("Memory allocation failed", _MEMORY),  # as lxml says it
    ("No usable temporary directory", TEMPORARY),
)
_MOST_CAUSES: Final = 10


def machine_fault_of(error: BaseException) -> MachineError | None:
    """Return the error to raise for what the machine lacks, None for any other exception.

    What an exception was raised from or beside counts, too: libraries wrap what they met.
    """
    for cause in _causes_of(error):
        if isinstance(cause, MachineError):
            return cause
        found = _find_lack(cause)
        if found is not None:
            said, hint = found
            return MachineError(f"{said} ({type(cause).__name__}: {cause})", hint=hint)
    return None


def find_lack_in_words(text: str) -> tuple[str, str] | None:
    """Return what is lacking and what to do, by the names of errors that a program printed."""
    for number, lack in _BY_NUMBER.items():
        if errno.errorcode[number] in text:
            return lack
    return None


def _find_lack(error: BaseException) -> tuple[str, str] | None:
    if isinstance(error, PlanwatchError):
        return None  # its words may quote a page; what it was raised from tells
    if isinstance(error, MemoryError):
        return _MEMORY
    if isinstance(error, ImportError):
        return _PART
    if isinstance(error, OSError) and error.errno in _BY_NUMBER:
        return _BY_NUMBER[error.errno]
    return next((lack for words, lack in _BY_WORDS if words in str(error)), None)


def _causes_of(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
