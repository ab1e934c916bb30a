"""Workers as the system sees them: processes, locks, and what the ledger says of both.

By plain SQL and /proc; no code of ours stands between.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

from tests.support.cli import wait_until
from tests.support.ledgers import value


def worker_of(home: Path, job_id: str) -> int | None:
    """Return the process that the ledger names as the worker of a job, None without one."""
    pid = value(home, "SELECT worker_pid FROM jobs WHERE job_id = ?", job_id)
    return int(pid) if pid else None


def await_worker(home: Path, job_id: str) -> int:
    """Wait until a worker has taken a job up; return its process."""
    return wait_until(lambda: worker_of(home, job_id), f"a worker of {job_id}")


def status_of(home: Path, job_id: str) -> str:
    return str(value(home, "SELECT status FROM jobs WHERE job_id = ?", job_id))


def await_end(home: Path, job_id: str) -> str:
    """Wait, with no command of planwatch, until a job has ended; return its state."""
    finished = "SELECT finished_at FROM jobs WHERE job_id = ?"
    wait_until(lambda: value(home, finished, job_id), f"the end of {job_id}")
    return status_of(home, job_id)


def held_locks(home: Path) -> list[str]:
    """Return the locks of jobs, and the slots, that somebody holds."""
    held = []
    for path in sorted((home / "locks").iterdir()):
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held.append(path.name)
    return held


def workers_below(folder: Path) -> Iterator[int]:
    """Yield the processes that work on jobs of a home below a folder."""
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has just ended
        is_below = any(word.startswith(f"{folder}/".encode()) for word in words)
        if b"planwatch.worker" in words and is_below:
            yield int(process.name)


def browsers_below(home: Path, kind: str = "") -> list[int]:
    """Return the processes of Chromium and of its driver that a worker of a home started.

    Args:
        kind: `browser`, `driver` or `renderer` alone; empty for all.
    """
    commands: dict[int, bytes] = {}
    parents: dict[int, int] = {}
    ours: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            pid = int(folder.name)
            commands[pid] = (folder / "cmdline").read_bytes()
            parents[pid] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if str(home).encode() in (folder / "environ").read_bytes():
                ours.add(pid)
        except OSError:
            continue
    # a renderer has overwritten its environment; its parents have not
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    kinds = {pid: _kind_of_browser(commands[pid]) for pid in ours}
    return [pid for pid, found in kinds.items() if found and kind in ("", found)]


def _kind_of_browser(command: bytes) -> str | None:
    if b"--type=renderer" in command:
        return "renderer"
    program = command.partition(b"\0")[0]
    if program.endswith(b"/node"):
        return "driver"
    if b"chrom" in program:
        return "process" if b"--type=" in command or b"crashpad" in command else "browser"
    return None
