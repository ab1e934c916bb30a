"""The replica market: what nine shops answer at the moment, and what they were asked.

It decides; it sends nothing: `server.py` does. Day, settings and faults may be changed while it
runs; every other state is what the market itself has seen.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from planwatch.domain.plan import Plan
from planwatch.domain.record import plan_record
from tests.support.market import faults
from tests.support.market.faults import Fault
from tests.support.market.offer import Offer
from tests.support.market.plans import offers_on
from tests.support.market.render_uswitch import PAGE_LIMIT
from tests.support.market.sites import sky, trackers
from tests.support.market.sites.contract import Answer, Asked, Front, Kind, Scene, Site
from tests.support.market.sites.registry import SITES, SITES_BY_HOST
from tests.support.market.truth import plans_of
from tests.support.market.validators import Validators

_MOST_REMEMBERED: Final = 20_000
_NOT_FOUND: Final = Answer(kind="unknown", status=404, body=b"Not Found", media_type="text/plain")


@dataclass(frozen=True, slots=True)
class Seen:
    """A request, what it was for, the status of its answer, and how many bytes its body had."""

    asked: Asked
    kind: Kind
    status: int
    size: int = 0


@dataclass
class ReplicaMarket:
    """Nine shops on one day.

    Attributes:
        day: the market's clock; the offers and their printed rises follow it.
        latency_s: how long every answer waits.
        page_size: the most items that Uswitch puts into one answer.
        crawl_delay_s: by source, what robots.txt asks for.
        haste: how many times faster than usual the scripts of the pages are, slow ones too.
        offers: what a source sells on a day.
        origin: what PLANWATCH_ORIGIN must be.
        seen: the requests so far, in the order of arrival; the last 20,000 of them.
    """

    day: date
    latency_s: float = 0.0
    page_size: int = PAGE_LIMIT
    crawl_delay_s: dict[str, float] = field(default_factory=dict)
    haste: float = 1.0
    offers: Callable[[str, date], tuple[Offer, ...]] = offers_on
    origin: str = ""
    seen: deque[Seen] = field(default_factory=lambda: deque(maxlen=_MOST_REMEMBERED))
    _faults: dict[str, dict[str, Fault]] = field(default_factory=lambda: defaultdict(dict))
    _validators: Validators = field(default_factory=Validators)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(
        self, source: str, name: str, *, times: int | None = None, retry_after_s: int = 2
    ) -> None:
        """Switch a fault on, beside those that are on already.

        Args:
            times: how many requests it spoils before it is over; None is for ever.
            retry_after_s: what a "429" asks for.
        """
        site = SITES[source]
        if name not in faults.NAMES:
            raise ValueError(f"no fault {name!r}; there are {', '.join(sorted(faults.NAMES))}")
        if name in faults.FRONT_FAULTS and not site.needs_scripts:
            raise ValueError(f"{name} is a fault of a script, and {source} has none")
        if times is not None and name not in faults.COUNTED:
            raise ValueError(f"{name} lasts until it is switched off; it has no number of times")
        with self._lock:
            self._faults[source][name] = Fault(name, times, retry_after_s)

    def clear(self, source: str | None = None) -> None:
        """Switch all faults of a source off, or of all sources."""
        with self._lock:
            if source is None:
                self._faults.clear()
            else:
                self._faults.pop(source, None)

    def true_plans(self, source: str) -> tuple[Plan, ...]:
        """Return what the source truly sells on the market's day, whatever its pages show.

        A sale is true; every other fault is not. What a page does not print is not in them:
        compare with `truth.as_printed`.
        """
        return plans_of(source, self._true_offers(source), self.day)

    def true_records(self, source: str) -> list[dict[str, Any]]:
        """Return the true plans in the documented JSON shape."""
        return [plan_record(plan) for plan in self.true_plans(source)]

    def count(
        self, host: str | None = None, path: str | None = None, *, kind: Kind | None = None
    ) -> int:
        """Count the requests so far to a host, to a path, of a kind; all of them by default."""
        return sum(
            (host is None or seen.asked.host == host)
            and (path is None or seen.asked.path == path)
            and (kind is None or seen.kind == kind)
            for seen in self._remembered()
        )

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """The requests so far by host and path."""
        return Counter((seen.asked.host, seen.asked.path) for seen in self._remembered())

    def forget(self) -> None:
        """Count from nothing again."""
        with self._lock:
            self.seen.clear()

    def _remembered(self) -> list[Seen]:
        with self._lock:
            return list(self.seen)

    def answer(self, asked: Asked) -> Answer:
        """Return the answer of the market at this moment, and remember the request."""
        site = SITES_BY_HOST.get(asked.host)
        answer = self._answer_of_site(site, asked) if site else _answer_beside_the_shops(asked)
        if answer.has_validators and answer.wire == "whole":
            answer = self._validators.apply(answer, asked, self.day)
        with self._lock:
            self.seen.append(Seen(asked, answer.kind, answer.status, len(answer.body)))
        return answer

    def _answer_of_site(self, site: Site, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return self._robots(site)
        if asked.path == faults.LOGIN_PATH:
            return Answer(kind="login", body=faults.LOGIN_PAGE)
        answer = site.answer(asked, self._scene(site)) or _NOT_FOUND
        if answer.kind == "page":
            answer = self._spoil_page(answer, site, asked)
        if answer.kind in ("page", "data", "script"):
            answer = self._spoil_text(answer, site)
        return answer

    def _robots(self, site: Site) -> Answer:
        for name, answer in faults.ROBOTS_FAULTS.items():
            if self._take(site.source, name):
                return answer
        text = "User-agent: *\nDisallow: /basket\nDisallow: /account\n"
        delay_s = self.crawl_delay_s.get(site.source)
        if delay_s is not None:
            text += f"Crawl-delay: {delay_s:g}\n"
        return Answer(kind="robots", body=text.encode(), media_type="text/plain")

    def _spoil_page(self, answer: Answer, site: Site, asked: Asked) -> Answer:
        for name, stand_in in faults.ANSWER_FAULTS.items():
            fault = self._take(site.source, name)
            if fault:
                return stand_in(asked, site, fault)
        for name, wire in faults.WIRE_FAULTS.items():
            if self._take(site.source, name):
                return replace(answer, wire=wire)
        return answer

    def _spoil_text(self, answer: Answer, site: Site) -> Answer:
        for name, spoil in faults.TEXT_FAULTS.items():
            if self._is_on(site.source, name):
                answer = spoil(answer, site)
        return answer

    def _scene(self, site: Site) -> Scene:
        offers = self._true_offers(site.source)
        for name, change in faults.OFFER_FAULTS.items():
            if name != "sale" and self._is_on(site.source, name):
                offers = change(offers)
        front = Front(haste=self.haste)
        for name, change_front in faults.FRONT_FAULTS.items():
            if self._is_on(site.source, name):
                front = change_front(front)
        return Scene(offers=offers, day=self.day, page_size=self.page_size, front=front)

    def _true_offers(self, source: str) -> tuple[Offer, ...]:
        offers = self.offers(source, self.day)
        return faults.hold_a_sale(offers) if self._is_on(source, "sale") else offers

    def _is_on(self, source: str, name: str) -> bool:
        with self._lock:
            return name in self._faults_of(source)

    def _take(self, source: str, name: str) -> Fault | None:
        """Return the fault if it is on, and count this request against it."""
        with self._lock:
            fault = self._faults_of(source).get(name)
            if fault is None or fault.left == 0:
                return None
            if fault.left is not None:
                fault.left -= 1
            return fault

    def _faults_of(self, source: str) -> Mapping[str, Fault]:
        return self._faults.get(source, {})


def _answer_beside_the_shops(asked: Asked) -> Answer:
    if asked.host == faults.AWAY_HOST:
        return Answer(kind="elsewhere", body=faults.AWAY_PAGE)
    return sky.answer_consent(asked) or trackers.answer(asked) or _NOT_FOUND
