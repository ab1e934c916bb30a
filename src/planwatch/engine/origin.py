"""Where a job was started: this machine and this ledger, or the original of a copy."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Final

from planwatch.domain.job import Job
from planwatch.home import Home

_MACHINE_ID: Final = Path("/etc/machine-id")


@functools.cache
def origin_of(home: Home) -> str:
    """Return what names this machine and this ledger; another for every copy of either."""
    return f"{_machine()}:{home.ledger.resolve()}"


def is_elsewhere(job: Job, home: Home) -> bool:
    """Tell whether the job was started on another machine, or in the original of this ledger."""
    origin = job.context.get("place")
    return origin is not None and origin != origin_of(home)


def _machine() -> str:
    try:
        named = _MACHINE_ID.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        named = ""  # not every system has one
    return named or os.uname().nodename
