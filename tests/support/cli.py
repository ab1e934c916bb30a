"""The planwatch command as a real subprocess, and what tests ask of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

PROGRAM = (sys.executable, "-P", "-m", "planwatch")
HANG_S: Final = 300.0
"""Only what hangs takes so long, however busy the machine is."""
_POLL_S = 0.02
T = TypeVar("T")


def run_planwatch(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_s: float = HANG_S,
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; its output is text."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        env={**os.environ, **(env or {})},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def read_json(*arguments: str, env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a command with --json and return its document; it must succeed."""
    done = run_planwatch(*arguments, "--json", env=env)
    assert done.returncode == 0, done.stderr + done.stdout
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def wait_until(read: Callable[[], T | None], what: str, timeout_s: float = HANG_S) -> T:
    """Poll until `read` gives something true; fail naming `what` when the time is up."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = read()
        if value:
            return value
        assert time.monotonic() < deadline, f"gave up waiting for {what}"
        time.sleep(_POLL_S)


def kill_hard(pid: int) -> None:
    """End a process that this test's own command started, as a crash would; it is gone then."""
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(pid), f"the death of process {pid}")


def is_alive(pid: int) -> bool:
    """Tell whether a process runs or is stopped; one that nobody has buried yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
