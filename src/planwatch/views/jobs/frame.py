"""What a watch shows at one moment. Apart from watch.py, so that making one imports no Rich."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planwatch.services.jobs.job_progress import Finished


@dataclass(frozen=True, slots=True)
class Frame:
    """Job records in the shape of docs/reference/json.md.

    Attributes:
        active: the active jobs, the oldest first.
        finished: what each of them has finished, by its id.
        ended: jobs that ended while they were watched.
        notices: the newest of what happened to workers.
    """

    active: Sequence[dict[str, Any]]
    finished: Mapping[str, Sequence[Finished]]
    ended: Sequence[dict[str, Any]]
    notices: Sequence[str]
