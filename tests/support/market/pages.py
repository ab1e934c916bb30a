"""Which pages a scrape of each source saves on a date: name, address, file and bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tests.support.market import (
    render_ee,
    render_giffgaff,
    render_o2,
    render_sky,
    render_smarty,
    render_tesco,
    render_three,
    render_uswitch,
    render_vodafone,
)
from tests.support.market.offer import GB, Offer
from tests.support.market.plans import offers_on

_TERMS = (24, 12, 1)
# Clicked although Three sells nothing so: the panel answers with the nearest plan.
_THREE_SUBSTITUTED = render_three.Choice(1, 120 * GB, "Lite")


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """One saved page; `name` is unique within the source and names the file."""

    name: str
    url: str
    body: bytes
    suffix: str = "html"

    @property
    def file(self) -> str:
        return f"{self.name}.{self.suffix}"


def pages_on(source: str, day: date) -> tuple[RecordedPage, ...]:
    """Return the pages of one scrape of `source` on `day`, in the order of its requests."""
    return tuple(_PAGES[source](offers_on(source, day), day))


def _o2(offers: Sequence[Offer], day: date) -> Iterator[RecordedPage]:
    address = "https://www.o2.co.uk/shop/sim-cards/sim-only-deals"
    for months in _TERMS:
        body = render_o2.render(offers, day, term_months=months)
        yield RecordedPage(_months(months), f"{address}?contractMonths={months}", body)


def _vodafone(offers: Sequence[Offer], day: date) -> Iterator[RecordedPage]:
    address = "https://www.vodafone.co.uk/mobile/best-sim-only-deals"
    for months in _TERMS:
        body = render_vodafone.render(offers, day, term_months=months)
        yield RecordedPage(_months(months), address, body)


def _three(offers: Sequence[Offer], day: date) -> Iterator[RecordedPage]:
    address = "https://www.three.co.uk/shop/sim-only/pay-monthly"
    for choice in (*map(render_three.Choice.of, offers), _THREE_SUBSTITUTED):
        size = "unlimited" if choice.data_mb is None else f"{choice.data_mb // GB}gb"
        name = f"{_months(choice.term_months)}-{size}-{choice.variant.lower()}"
        yield RecordedPage(name, address, render_three.render(offers, day, choice=choice))


def _ee(offers: Sequence[Offer], day: date) -> Iterator[RecordedPage]:
    kinds: tuple[render_ee.Kind, ...] = ("pay-monthly", "pay-as-you-go")
    for kind in kinds:
        body = render_ee.render(offers, day, kind=kind)
        yield RecordedPage(kind, "https://ee.co.uk/graphql", body, "json")


def _giffgaff(offers: Sequence[Offer], day: date) -> Iterator[RecordedPage]:
    address = "https://www.giffgaff.com/sim-only-deals"
    yield RecordedPage("sim-only-deals", address, render_giffgaff.render(offers, day))


def _sky(offers: Sequence[Offer], day: date) -> Iterator[RecordedPage]:
    address = "https://www.sky.com/shop/mobile/plans"
    yield RecordedPage("plans", address, render_sky.render(offers, day))


def _tesco(offers: Sequence[Offer], day: date) -> Iterator[RecordedPage]:
    address = "https://www.tescomobile.com/shop/sim-only-deals/sim-only-contracts"
    yield RecordedPage("sim-only-contracts", address, render_tesco.render(offers, day))


def _smarty(offers: Sequence[Offer], day: date) -> Iterator[RecordedPage]:
    address = "https://smarty.co.uk/api/v3/plans"
    yield RecordedPage("plans", address, render_smarty.render(offers, day), "json")


def _uswitch(offers: Sequence[Offer], day: date) -> Iterator[RecordedPage]:
    address = "https://www.uswitch.com/mobiles/graphql"
    total = render_uswitch.count_items(offers, day)
    for offset in range(0, total, render_uswitch.PAGE_LIMIT):
        body = render_uswitch.render(offers, day, offset=offset)
        yield RecordedPage(f"offset-{offset}", address, body, "json")


def _months(months: int) -> str:
    return f"{months}-months"


_PAGES: dict[str, Callable[[Sequence[Offer], date], Iterator[RecordedPage]]] = {
    "o2": _o2,
    "vodafone": _vodafone,
    "three": _three,
    "ee": _ee,
    "giffgaff": _giffgaff,
    "sky": _sky,
    "tesco": _tesco,
    "smarty": _smarty,
    "uswitch": _uswitch,
}
