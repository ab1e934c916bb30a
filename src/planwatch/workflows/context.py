"""What workflows need from outside: home, settings, the fetcher that a job's params name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from planwatch import __version__
from planwatch.clock import now, parse_instant
from planwatch.errors import EngineError
from planwatch.fetch.archive import Archive
from planwatch.fetch.contract import Fetcher
from planwatch.home import Home
from planwatch.ledger.store.connection import Ledger
from planwatch.settings.environment import origin
from planwatch.settings.model import Settings
from planwatch.sources.registry import BUILT_IN, Catalogue

WEB = "web"
RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Services:
    """One worker's outside world."""

    home: Home
    settings: Settings
    ledger: Ledger
    catalogue: Catalogue = BUILT_IN

    @property
    def archive(self) -> Archive:
        return Archive(self.home.archive)

    def fetcher_for(self, params: Mapping[str, Any]) -> Fetcher:
        """Return what brings the pages of this job: the web, or a recorded market.

        Raises:
            EngineError: the params name neither.
        """
        kind = params.get("fetcher", WEB)
        if kind == RECORDED:
            from planwatch.fetch.recorded import RecordedFetcher

            return RecordedFetcher(params["market_date"])
        if kind != WEB:
            raise EngineError(f"no fetcher is called {kind!r}", hint="start a new job")
        return web_fetcher(self.settings)


def web_fetcher(settings: Settings) -> Fetcher:
    """Return what brings pages from the web, or from the origin that stands for it."""
    # httpx costs 0.2 s; a recorded market does without
    from planwatch.fetch.client import HttpFetcher

    fetch, browser = settings.fetch, settings.browser
    contact = f" (+{fetch.contact})" if fetch.contact else ""
    return HttpFetcher(
        user_agent=f"planwatch/{__version__}{contact}",
        timeout_s=fetch.timeout_s,
        deadline_s=fetch.deadline_s,
        max_bytes=fetch.max_mb * 1_000_000,
        pace_s=fetch.pace_s,
        max_crawl_delay_s=fetch.max_crawl_delay_s,
        origin=origin(),
        proxy=fetch.proxy,
        ca_file=None if fetch.ca_file is None else Path(fetch.ca_file),
        executable=browser.executable,
        browser_timeout_s=browser.timeout_s,
        browser_deadline_s=browser.deadline_s,
        browser_at_once=browser.at_once,
        browser_sandbox=browser.sandbox,
    )


def captured_at(params: Mapping[str, Any]) -> datetime:
    """Return when pages of this job count as captured: now, or a recorded market's instant."""
    recorded = params.get("market_now")
    return parse_instant(str(recorded)) if recorded else now()
