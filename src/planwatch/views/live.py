"""A job drawn while somebody waits for it; on stderr, so that stdout stays data."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live

from planwatch.views.jobs import render_job


class JobDisplay:
    """A live view of one job; leaves the terminal clean."""

    def __init__(self) -> None:
        self._live = Live(
            console=Console(file=sys.stderr, highlight=False, markup=False),
            transient=True,
            auto_refresh=False,
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._live.stop()

    def show(self, job: Mapping[str, Any], present: datetime) -> None:
        """Draw the job as it stands."""
        self._live.update(render_job(job, present), refresh=True)
