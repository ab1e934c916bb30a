"""Inputs of an analysis besides the current plans: rules, baskets, history, source health.

Every part may be missing. The workflow reads it from the ledger and the settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from planwatch.analysis.metrics.baskets import DEFAULT_BASKETS, Basket
from planwatch.analysis.pricing import NOBODY, Pricing
from planwatch.domain.london import end_of_day
from planwatch.domain.period import Period, period_up_to
from planwatch.domain.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """The page on which a plan was last seen changed: where its figures come from."""

    sha256: str
    captured_at: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Rules, history and source health besides the plans.

    Attributes:
        today: the present day of the market; None where ages do not matter.
        present: its present instant, up to which moves are counted; None for the end of `today`.
        baskets: the usage baskets to price.
        changes: changes of the last 90 days, the newest first, as the ledger has it.
        past_plans: each version of a plan seen in the last 90 days, for percentiles of prices.
        past_markets: the plans in force on earlier days, the earliest first.
        sources: each source with outcome and freshness, as `status --json` has it.
        captures: the page behind each plan, by plan id.
        unverified: also compare plans that only the card miner read.
        pricing: for whom prices are recommended.
    """

    today: date | None = None
    present: datetime | None = None
    baskets: Sequence[Basket] = DEFAULT_BASKETS
    changes: Sequence[Mapping[str, Any]] = ()
    past_plans: Sequence[Plan] = ()
    past_markets: Sequence[tuple[date, Sequence[Plan]]] = ()
    sources: Sequence[Mapping[str, Any]] = ()
    captures: Mapping[str, Capture] = field(default_factory=dict)
    unverified: bool = False
    pricing: Pricing = NOBODY

    def last_days(self, days: int) -> Period | None:
        """Return the period of so many days up to now; None where there is no present day."""
        if self.present is not None:
            return period_up_to(self.present, days)
        if self.today is None:
            return None
        return period_up_to(end_of_day(self.today) - timedelta(milliseconds=1), days)


NOTHING: Final = Background()
