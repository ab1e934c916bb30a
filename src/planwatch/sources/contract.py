"""What a source is: the pages that it wants and how one saved page is read.

A source reads one page at a time; `read_pages` puts the pages of one scrape together.
How to write one: docs/howto/add-a-source.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from planwatch.domain.page import NextRequest, Page, PageRequest
from planwatch.domain.plan import Plan
from planwatch.domain.record import plan_content
from planwatch.domain.rise_table import RiseTable
from planwatch.errors import LayoutChanged, NothingFound
from planwatch.printable import printable

__all__ = [
    "NextRequest",
    "Page",
    "PageRequest",
    "Reading",
    "Rises",
    "Source",
    "Unreadable",
    "group_offers",
    "read_pages",
]

Rises = Literal["prints_rises", "fixed_price", "not_stated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A card on a known page that could not be read: which, and why."""

    where: str
    reason: str

    def __post_init__(self) -> None:
        for field in ("where", "reason"):  # both may quote the page
            object.__setattr__(self, field, printable(getattr(self, field)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one page, or all pages of one scrape, say. Offers in the order of the page.

    `page_names` is filled by `read_pages`: for each plan the page on which it was first seen.
    """

    plans: tuple[Plan, ...]
    unreadable: tuple[Unreadable, ...] = ()
    page_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One site.

    Attributes:
        id: stable id ("three").
        brand: display name; None for an aggregator.
        requests: the pages that a scrape asks for.
        parse: reads one saved page. Raises LayoutChanged (naming the selector or the JSON path)
            when the page is not in the known shape, NothingFound when it is and holds no plan.
        next_request: the page that follows, for a paged listing; None at its end.
        needs_browser: the plans appear only after scripts have run.
        rises: what a contract card of this source says about mid-contract price rises.
        checked_against: what the parser was last proved on, in words for `planwatch sources`.
        currency: ISO 4217 code of its prices.
        is_mined: it has no parser: the card miner reads it, and nothing is a second opinion to it.
    """

    id: str
    brand: str | None
    title: str
    requests: tuple[PageRequest, ...]
    parse: Callable[[Page, date], Reading]
    rises: Rises
    checked_against: str
    next_request: NextRequest | None = None
    needs_browser: bool = False
    currency: str = "GBP"
    is_mined: bool = False


def read_pages(
    source: Source, pages: Sequence[Page], as_of: date, rules: RiseTable | None = None
) -> Reading:
    """Read all pages of one scrape; the same offer seen twice is one.

    Which record stands for an offer that is on the pages more than once does not depend on their
    order: the cheapest, and of equals the first by all that they say. A page without a plan among
    others that have some is reported as unreadable, so that nothing is withdrawn for it; so is a
    second price of a brand for one plan, which merging would hide.

    Args:
        pages: in the order of the requests; at least one.
        as_of: day on which they were captured.
        rules: by which the printed prices go on; None leaves them as printed.

    Returns:
        Offers in order of first appearance.

    Raises:
        LayoutChanged: any page is not in the known shape.
        NothingFound: no page holds a plan.
    """
    found: list[_Found] = []
    unreadable: list[Unreadable] = []
    empty: list[Unreadable] = []
    first_empty: NothingFound | None = None
    for page in pages:
        try:
            reading = source.parse(page, as_of)
        except NothingFound as error:
            first_empty = first_empty or error
            empty.append(Unreadable(where=f"page {page.name}", reason=error.message))
            continue
        unreadable += reading.unreadable
        found += [(_priced(plan, rules), page.name) for plan in reading.plans]
    plans = _merge(found, _identity_of)
    if source.brand is not None:
        plans, collisions = _drop_collisions(plans)
        unreadable += collisions
    if not plans and unreadable:
        raise LayoutChanged(
            f"{source.title}: none of {len(unreadable)} cards could be read; "
            f"first: {unreadable[0].where}: {unreadable[0].reason}",
            hint=f"save the page and run: planwatch probe {source.id} --from FILE",
            source=source.id,
        )
    if not plans:
        if source.is_mined and first_empty is not None:
            raise first_empty  # there is no known shape; it says what to try
        raise NothingFound(
            f"{source.title}: {len(empty)} page(s) in the known layout, none with a plan",
            hint="open the page in a browser; an empty list is not taken as a fact",
            source=source.id,
        )
    return Reading(
        plans=tuple(plan for plan, _ in plans),
        unreadable=tuple(unreadable + empty),
        page_names=tuple(name for _, name in plans),
    )


def _priced(plan: Plan, rules: RiseTable | None) -> Plan:
    return plan if rules is None else plan.with_rules(rules.of(plan.brand))


_Found = tuple[Plan, str]  # and the name of its page


def _merge(found: Iterable[_Found], identity: Callable[[Plan], Hashable]) -> list[_Found]:
    """Keep one of those that share an identity, where the first of them stood."""
    kept: dict[Hashable, _Found] = {}
    for each in found:
        name = identity(each[0])
        kept[name] = min(kept[name], each, key=_rank_of) if name in kept else each
    return list(kept.values())


def _rank_of(found: _Found) -> tuple[Any, ...]:
    plan, page_name = found
    return (*_order_of(plan), page_name)


def _order_of(plan: Plan) -> tuple[Any, ...]:
    """Return what orders records: the cheapest first, then by all that they say."""
    content = json.dumps([plan_content(plan), plan.brand, plan.url], sort_keys=True)
    return (*plan.cheapness_on(plan.as_of), content)


def _identity_of(plan: Plan) -> Hashable:
    return (*_offer_of(plan), plan.price_pence, plan.upfront_pence, plan.price_steps)


def _offer_of(plan: Plan) -> tuple[str, str]:
    return (plan.plan_key, plan.offer_key)


def _drop_collisions(found: Sequence[_Found]) -> tuple[list[_Found], list[Unreadable]]:
    """Keep the cheapest record of each offer; the others are reported as what could not be read."""
    kept = _merge(found, _offer_of)
    standing = {_offer_of(plan): plan for plan, _ in kept}
    return kept, [
        Unreadable(
            where=f"{plan.name} on page {page_name}",
            reason=f"{plan.plan_key} at {plan.price_pence}p, and also at "
            f"{standing[_offer_of(plan)].price_pence}p: it is not known how they differ",
        )
        for plan, page_name in found
        if plan is not standing[_offer_of(plan)]
    ]


def group_offers(plans: Iterable[Plan]) -> dict[str, tuple[Plan, ...]]:
    """Group offers by plan key, the cheapest first in each group, whatever their order was."""
    groups: dict[str, list[Plan]] = {}
    for plan in plans:
        groups.setdefault(plan.plan_key, []).append(plan)
    return {
        key: tuple(sorted(group, key=_order_of) if len(group) > 1 else group)
        for key, group in groups.items()
    }
