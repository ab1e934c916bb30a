"""Receivers of the simulated year: a webhook and a dead man's switch, and what they must get."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from tests.support.ledgers import rows
from tests.support.server import Answer, Exchange, LoopbackServer
from tests.year.truth import Event, Expected

RULES: Final = """\
[notify]
digest_day = "monday"

[[notify.rules]]
on = ["source", "job_failed", "overdue", "digest"]

[[notify.rules]]
on = ["changes"]
kinds = ["headline", "withdrawn", "relaunched"]
"""
_TOKEN: Final = "T0K3N"
_DEAF_EVERY: Final = 7
_MOST_LINES: Final = 20
_LATE: Final = "planwatch: scrape takes longer than expected"
_DIGEST: Final = re.compile(r"planwatch: the (week|\d+ days) to")
_PLANS: Final = re.compile(r"\b(\d+) plans? changed")
_PRICES: Final = re.compile(
    r"headline price (?:and effective cost )?£(\d+)\.(\d\d) → £(\d+)\.(\d\d)"
)
_SOURCE_ALERTS: Final = {
    "broken": re.compile(r"^- (\w+) was not read in full .* in a row", re.MULTILINE),
    "fewer": re.compile(r"^- (\w+): \d+ of \d+ plans are gone at once", re.MULTILINE),
    "recovered": re.compile(r"^- (\w+) works again", re.MULTILINE),
    "big_move": re.compile(r"^- (\w+): \d+ prices moved by more than", re.MULTILINE),
}


@dataclass
class Received:
    """What came in, by day.

    Attributes:
        day: the day it is.
        messages, digests, pings: messages of jobs (title and body), of weeks, and paths asked for.
        deaf: how often the webhook answered 503.
    """

    day: str = ""
    messages: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    digests: list[str] = field(default_factory=list)
    pings: list[tuple[str, str]] = field(default_factory=list)
    deaf: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    _is_deaf: bool = False

    def begin(self, day: date) -> None:
        """Let a day begin; now and then the webhook refuses the first message of one."""
        self.day = day.isoformat()
        self._is_deaf = day.toordinal() % _DEAF_EVERY == 0

    def hear(self, exchange: Exchange) -> None:
        if self._is_deaf:
            self._is_deaf = False
            self.deaf += 1
            exchange.send(503, b"")
            return
        message = json.loads(exchange.asked.body)
        if _DIGEST.match(message["title"]):
            self.digests.append(self.day)
        else:
            self.messages[self.day].append((message["title"], message["message"]))
        exchange.send(200, b"")

    def feel(self, exchange: Exchange) -> None:
        self.pings.append((self.day, exchange.asked.path))
        exchange.send(200, b"OK")


@contextmanager
def run_receivers() -> Iterator[Received]:
    """Serve the webhook and the dead man's switch on loopback."""
    received = Received()
    routes: dict[str, Answer] = {
        f"/{_TOKEN}": received.hear,
        "/ping": received.feel,
        "/ping/fail": received.feel,
    }
    with LoopbackServer(routes) as server:
        received.settings = {
            "PLANWATCH_NOTIFY__URLS": f"{server.origin.replace('http', 'json', 1)}/{_TOKEN}",
            "PLANWATCH_NOTIFY__PING_URL": f"{server.origin}/ping",
        }
        yield received


def find_unreported(home: Path, received: Received, expected: Expected) -> Iterator[str]:
    """Yield a sentence for everything that was not reported, reported twice, or falsely."""
    yield from _one_message_a_day(received, expected)
    yield from _compare("alert", _source_alerts(received), expected.source_alerts)
    yield from _moves(received, expected.moves)
    yield from _jobs(received)
    yield from _digests(received, expected.scrapes)
    pings = [
        (day, "/ping/fail" if day in expected.outages else "/ping") for day in expected.scrapes
    ]
    if received.pings != pings:
        wrong = sorted(set(received.pings) ^ set(pings))
        yield f"pings {wrong}, {len(received.pings)} of {len(pings)}"
    for state, count in rows(home, "SELECT state, count(*) FROM messages GROUP BY state"):
        if state != "sent":
            yield f"{count} messages are {state}"
    token = _TOKEN.encode()
    for path in home.rglob("*"):
        if path.is_file() and token in path.read_bytes():
            yield f"{path.name} holds the address of the webhook"


def _one_message_a_day(received: Received, expected: Expected) -> Iterator[str]:
    """What a scrape brought is one message; a killed one may say of itself that it is late."""
    for day, messages in received.messages.items():
        late = sum(title == _LATE for title, _ in messages)
        if late > (day in expected.killed) or len(messages) - late > 1:
            yield f"{day}: {len(messages)} messages: {[title for title, _ in messages]}"


def _source_alerts(received: Received) -> Iterator[Event]:
    for day, messages in received.messages.items():
        for _, body in messages:
            for kind, said in _SOURCE_ALERTS.items():
                yield from (Event(day, source, kind) for source in said.findall(body))


def _moves(received: Received, moves: Iterable[Event]) -> Iterator[str]:
    """Each plan that moved is counted in the title of its day, and each price stands in a line."""
    by_day: dict[str, list[Event]] = defaultdict(list)
    for move in moves:
        by_day[move.day].append(move)
    for day in sorted({*by_day, *received.messages}):
        said = " ".join(title for title, _ in received.messages.get(day, []))
        plans = sum(map(int, _PLANS.findall(said)))
        wanted = len({(move.source, move.key) for move in by_day[day]})
        if plans != wanted:
            yield f"{day}: {plans} plans reported, {wanted} changed"
        if wanted > _MOST_LINES:
            continue
        prices = Counter(
            (int(found[0] + found[1]), int(found[2] + found[3]))
            for _, body in received.messages.get(day, [])
            for found in _PRICES.findall(body)
        )
        true = Counter((m.before, m.after) for m in by_day[day] if m.kind == "headline")
        if prices != true:
            reported, expected = sorted(prices.items()), sorted(true.items())
            yield f"{day}: prices reported {reported}, true are {expected}"


def _jobs(received: Received) -> Iterator[str]:
    """A scrape whose sources all failed is reported by these, and by no end of a job.

    Only that one after it still did not read everything is said beside the sources that work again.
    """
    found = [
        (day, title)
        for day, messages in received.messages.items()
        for title, _ in messages
        if re.search(r"scrape (failed|works again|ended (?!partial))", title)
    ]
    if found:
        yield f"ends of jobs reported: {found}"


def _digests(received: Received, scrapes: Iterable[str]) -> Iterator[str]:
    """One a week at most, and one for each week in which there was a scrape with anything good."""
    weeks = Counter(date.fromisoformat(day).isocalendar()[:2] for day in received.digests)
    yield from (f"week {week}: {times} digests" for week, times in weeks.items() if times > 1)
    lived = {date.fromisoformat(day).isocalendar()[:2] for day in scrapes}
    yield from (f"week {week}: no digest" for week in sorted(lived - weeks.keys()))


def _compare(what: str, found: Iterable[Event], wanted: Iterable[Event]) -> Iterator[str]:
    is_there, should_be = Counter(found), Counter(wanted)
    yield from (
        f"{what} not reported: {event}" for event in sorted((should_be - is_there).elements())
    )
    yield from (f"{what} reported falsely: {event}" for event in (is_there - should_be).elements())
