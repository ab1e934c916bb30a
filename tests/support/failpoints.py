"""Failpoints: commands and workers that kill themselves at a chosen transaction.

The other half lies in `failpoint/sitecustomize.py`, which the processes themselves load.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent / "failpoint"
WORKER: Final = "worker"
COMMAND: Final = "command"
STARTED: Final = "started"  # before anything of planwatch has run; of no transaction
WHENS: Final = ("inside", "before", "after")  # after the first write, before and after the COMMIT


@dataclass(frozen=True, slots=True)
class Failpoint:
    """Where a process is to die: `number` counts its IMMEDIATE transactions, from 1."""

    role: str
    when: str
    number: int

    def __str__(self) -> str:
        return f"{self.role}:{self.when}:{self.number}"


def failpoint_env(failpoint: Failpoint | None, mark: Path | None = None) -> dict[str, str]:
    """Return the variables that arm a failpoint in a command and the workers that it starts.

    Args:
        failpoint: None disarms whatever the environment has.
        mark: a file to which each process that dies of it adds a line, before it dies.
    """
    others = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    return {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys([str(FOLDER), *others])),
        "PLANWATCH_FAILPOINT": "" if failpoint is None else str(failpoint),
        **({} if mark is None else {"PLANWATCH_FAILPOINT_MARK": str(mark)}),
    }
