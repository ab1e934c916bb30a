"""What the card miner finds on a source's pages, beside what its parser read.

The miner knows no layout, so it goes on where a parser breaks. It only ever judges: what it alone
found is kept apart as unverified and never stands in for what a parser should have read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from planwatch.domain.page import Page
from planwatch.domain.plan import Plan
from planwatch.sources.cards import mine_plans
from planwatch.sources.cards.result import MinedPlan
from planwatch.sources.contract import Source


@dataclass(frozen=True, slots=True)
class Opinion:
    """The offers that the miner found on all pages of one scrape, each once.

    `fault` says why it could not look, None where it could.
    """

    found: tuple[MinedPlan, ...]
    fault: str | None = None

    @property
    def plans(self) -> tuple[Plan, ...]:
        return tuple(mined.plan for mined in self.found)

    def agreement(self, plans: Sequence[Plan]) -> float:
        """Return the share, 0 to 1, of a parser's plans that the miner found too; 0 without any.

        They are the same when data and price are, and the term where the page states one.
        """
        if not plans:
            return 0.0
        return sum(self._has(plan) for plan in plans) / len(plans)

    def beyond(self, plans: Iterable[Plan]) -> tuple[Plan, ...]:
        """Return the plans that only the miner found."""
        known = {_figures(plan) for plan in plans}
        known_without_term = {figures[:2] for figures in known}
        return tuple(
            mined.plan
            for mined in self.found
            if (
                _figures(mined.plan) not in known
                if mined.term_stated
                else _figures(mined.plan)[:2] not in known_without_term
            )
        )

    def _has(self, plan: Plan) -> bool:
        wanted = _figures(plan)
        return any(
            _figures(mined.plan) == wanted
            if mined.term_stated
            else _figures(mined.plan)[:2] == wanted[:2]
            for mined in self.found
        )


def ask_miner(source: Source, pages: Sequence[Page], as_of: date) -> Opinion:
    """Return what the card miner finds on the pages of one scrape, shown or in hidden panels."""
    found: dict[tuple[object, ...], MinedPlan] = {}
    for page in pages:
        mined = mine_plans(
            page.text, as_of=as_of, url=page.url, brand=source.brand or "", source=source.id
        )
        for one in (*mined.found, *mined.hidden):
            found.setdefault((*_figures(one.plan), one.term_stated, one.plan.name), one)
    return Opinion(tuple(found.values()))


def _figures(plan: Plan) -> tuple[int | None, int, int]:
    return (plan.allowance.data_mb, plan.price_pence, plan.term_months)
