"""Scrapes the shops day after day in this process: the real workflow, ledger, alerts and webhook.

What a worker does around a job is done here without its process, so that a month takes seconds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from planwatch.alerts.worker_alerts import report_end
from planwatch.clock import stamp
from planwatch.engine.run import LocalRun
from planwatch.engine.workflow import Workflow
from planwatch.home import Home
from planwatch.ids import new_id
from planwatch.ledger.jobs.transitions import claim_job, create_job, finish_job
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.settings.load import load_settings, read_values
from planwatch.settings.sources import read_catalogue
from planwatch.workflows.context import Services
from planwatch.workflows.registry import build_workflow
from tests.sequences.heard import Message, News
from tests.sequences.shops import OWN_SOURCES, SHOPS, Card, answer_of
from tests.support.server import Exchange, LoopbackServer, page

FIRST: Final = datetime(2026, 11, 23, 6, 15, tzinfo=UTC)
DAY: Final = timedelta(days=1)
RULES: Final = """\
[[notify.rules]]
on = ["source", "job_failed", "overdue"]

[[notify.rules]]
on = ["changes"]
kinds = ["headline", "new", "withdrawn", "relaunched"]
min_pounds = 1
"""
_WEBHOOK: Final = "/hook"
_PARALLEL: Final = 4


@dataclass(frozen=True, slots=True)
class Scrape:
    """What one scrape came to, and what somebody was told after it."""

    at: datetime
    status: str
    entries: Mapping[str, Mapping[str, Any]]
    messages: tuple[Message, ...]
    labels: frozenset[str]

    @property
    def news(self) -> list[News]:
        """What was said of plans, in order of kind and plan."""
        return sorted(each for message in self.messages for each in message.news(self.labels))

    @property
    def troubles(self) -> list[str]:
        return [line for message in self.messages for line in message.troubles()]

    @property
    def recoveries(self) -> list[str]:
        return [line for message in self.messages for line in message.recoveries()]

    @property
    def unconfirmed(self) -> list[int]:
        return [pence for message in self.messages for pence in message.unconfirmed()]

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.messages)

    def outcome(self, source: str) -> str:
        return str(self.entries[source]["outcome"])


@dataclass
class Watching:
    """A home, its shops and its clock.

    Attributes:
        at: when the next scrape takes place; each moves it on by `step`.
        step_limit_s: how long a source may take, so that nothing hangs.
    """

    home: Home
    server: LoopbackServer
    ledger: Ledger
    at: datetime = FIRST
    step: timedelta = DAY
    step_limit_s: float = 60.0
    _received: list[Message] = field(default_factory=list)
    _labels: set[str] = field(default_factory=set)
    _sold: dict[str, tuple[Card, ...]] = field(default_factory=dict)
    _workflows: dict[Any, Workflow] = field(default_factory=dict)

    def configure(self, rules: str = RULES) -> None:
        """Write the settings anew, with these rules."""
        self.home.config_file.write_text(OWN_SOURCES + rules, encoding="utf-8")
        self.home.config_file.chmod(0o600)

    def sell(self, source: str, cards: Iterable[Card], *, fault: str | None = None) -> None:
        """Let a shop show these cards from now on, or the fault that keeps them from view."""
        shop, shown = SHOPS[source], tuple(cards)
        self._sold[source] = shown
        self._labels |= {shop.label(card) for card in shown}
        self.server.routes[shop.route] = answer_of(shop, shown, fault)

    def spoil(self, source: str, fault: str | None) -> None:
        """Switch a fault on over what the shop sells; None: all is well again."""
        self.sell(source, self._sold.get(source, ()), fault=fault)

    def set_robots(self, source: str, text: str | None) -> None:
        """Let a shop's robots.txt say this; None: it has none."""
        route = SHOPS[source].robots_route
        self.server.routes.pop(route, None)
        if text is not None:
            self.server.routes[route] = page(text, "text/plain")

    def scrape(self, *sources: str, at: datetime | None = None) -> Scrape:
        """Scrape these sources (all that were ever set up, by default), and report what came."""
        job_id, status, entries, when = self.run(*sources, at=at)
        return self.report(job_id, status, entries, when)

    def run(
        self, *sources: str, at: datetime | None = None
    ) -> tuple[str, str, dict[str, Any], datetime]:
        """Do a job to its end without the alerts that follow it."""
        when = at or self.at
        if at is None:
            self.at += self.step
        os.environ["PLANWATCH_NOW"] = when.isoformat()
        job_id = new_id()
        params = {"sources": list(sources or self._sold)}
        with self.ledger.transaction():
            create_job(
                self.ledger,
                job_id=job_id,
                kind="scrape",
                params=params,
                context={},
                max_resumes=3,
                at=stamp(),
            )
        job = claim_job(self.ledger, job_id, pid=os.getpid(), at=stamp())
        workflow = self._workflow()
        ended = workflow.function(
            LocalRun(self.ledger, job, [], _PARALLEL, self.step_limit_s), params
        )
        with self.ledger.transaction():
            finish_job(
                self.ledger,
                job_id,
                generation=job.generation,
                status=ended.status,
                result=ended.result,
                error=ended.error,
                at=stamp(),
            )
        entries = {entry["source"]: entry for entry in ended.result["sources"]}
        return job_id, str(ended.status), entries, when

    def report(
        self, job_id: str, status: str, entries: Mapping[str, Any], when: datetime
    ) -> Scrape:
        """Let the alerts of a finished job go out; return what arrived."""
        report_end(self.home, self.ledger, job_id)
        arrived = tuple(self._received)
        self._received.clear()
        return Scrape(when, status, entries, arrived, frozenset(self._labels))

    def play(
        self, source: str, days: Iterable[Sequence[Card] | str], *, also: Sequence[str] = ()
    ) -> list[Scrape]:
        """Scrape a source once for each entry: cards that it shows, or the name of a fault."""
        scrapes = []
        for day in days:
            if isinstance(day, str):
                self.spoil(source, day)
            else:
                self.sell(source, day)
            scrapes.append(self.scrape(source, *also))
        return scrapes

    def hear(self, exchange: Exchange) -> None:
        message = json.loads(exchange.asked.body)
        self._received.append(Message(message["title"], message["message"]))
        exchange.send(200, b"")

    def silence(self, monkeypatch: pytest.MonkeyPatch) -> str:
        """Take rules and the address of the webhook from the settings; return the address."""
        self.configure("")
        address = os.environ["PLANWATCH_NOTIFY__URLS"]
        monkeypatch.delenv("PLANWATCH_NOTIFY__URLS")
        return address

    def reopen(self) -> None:
        """Close the ledger and open it again, as the next process does."""
        self.ledger.close()
        self.ledger = open_ledger(self.home)

    def _workflow(self) -> Workflow:
        """Return the scrape; its settings are read again only where there are others."""
        settings = self.home.config_file.read_text(encoding="utf-8")
        variables = {name: word for name, word in os.environ.items() if name != "PLANWATCH_NOW"}
        key = (id(self.ledger), settings, *sorted(variables.items()))
        if key not in self._workflows:
            self._workflows[key] = build_workflow("scrape", self._services())
        return self._workflows[key]

    def _services(self) -> Services:
        folder = self.home.root
        return Services(
            self.home,
            load_settings(self.home.config_file, folder),
            self.ledger,
            read_catalogue(read_values(self.home.config_file, folder)),
        )


@contextmanager
def watching(folder: Path) -> Iterator[Watching]:
    """Watch the shops from a new home in a folder, until the block ends.

    The settings that it needs are put into the environment; whoever calls restores that.
    """
    home = Home(folder, folder / "config.toml")
    home.prepare()
    with LoopbackServer({}) as server:
        nothing = (
            folder.parent / "no-certificates"
        )  # reading those of the machine takes half a scrape
        nothing.mkdir()
        os.environ |= {
            "PLANWATCH_HOME": str(folder),
            "PLANWATCH_ORIGIN": server.origin,
            "PLANWATCH_FETCH__PACE_S": "0",
            "PLANWATCH_FETCH__ATTEMPTS": "1",
            "PLANWATCH_FETCH__RETRY_WAIT_S": "0",
            "PLANWATCH_NOTIFY__URLS": server.origin.replace("http", "json", 1) + _WEBHOOK,
            "SSL_CERT_FILE": os.devnull,
            "SSL_CERT_DIR": str(nothing),
        }
        watch = Watching(home, server, open_ledger(home))
        server.routes[_WEBHOOK] = watch.hear
        watch.configure()
        try:
            yield watch
        finally:
            watch.ledger.close()


def all_news(scrapes: Iterable[Scrape]) -> dict[int, list[News]]:
    """Return what was said of plans, by the number of the scrape; silent ones are left out."""
    return {number: scrape.news for number, scrape in enumerate(scrapes) if scrape.news}
