"""Options of the browser: executable, time limits, size limit, concurrency."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from planwatch.fetch.http.address import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserOptions:
    """What every visit of one worker has in common.

    Attributes:
        executable: the Chromium to start.
        timeout_s: the longest silence of a page, and wait for its plans.
        deadline_s: the longest time for all pages of one source.
        max_bytes: the largest page.
        at_once: the most pages open at one time; each takes some 90 MB.
        sandbox: Chromium keeps its sandbox.
        origin: stands for every host.
    """

    executable: Path
    user_agent: str
    timeout_s: float
    deadline_s: float
    max_bytes: int
    at_once: int = 3
    sandbox: bool = True
    origin: Origin | None = None
    proxy: str | None = None
