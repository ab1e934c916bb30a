"""Market index: the mean price of the baskets over time, with new and withdrawn plans (churn)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from planwatch.analysis.facts import percent_of
from planwatch.analysis.market.market import Market
from planwatch.analysis.metrics.baskets import Basket, price_market
from planwatch.analysis.rounding import round_half_up, round_tenth


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPoint:
    """The market of one day.

    Attributes:
        baskets: how many the mean is over: those that are served on every date.
        index: 100.0 on the first date.
        new: plans that the previous date did not have; `withdrawn`: those that only it had.
        churn_percent: (new + withdrawn) / plans of this date; None on the first.
    """

    day: date
    baskets: int
    mean_pence: int
    index: float
    plans: int
    new: int
    withdrawn: int
    churn_percent: float | None


def market_index(
    markets: Sequence[tuple[date, Market]], baskets: Sequence[Basket]
) -> tuple[IndexPoint, ...]:
    """Return the index of each date, in their order; () where no basket is served on every date.

    Source: docs/reference/formulas.md, "Market index".
    """
    priced = [
        [price_market(basket, by_brand).pence for basket in baskets]
        for by_brand in (market.by_brand() for _, market in markets)
    ]
    served = [all(row[n] is not None for row in priced) for n in range(len(baskets))]
    sums = [
        sum(pence for pence, is_in in zip(row, served, strict=True) if is_in and pence)
        for row in priced
    ]
    number = sum(served)
    if not number or not sums or not sums[0]:
        return ()
    points: list[IndexPoint] = []
    before: set[str] | None = None
    for (day, market), total in zip(markets, sums, strict=True):
        ids = {item.plan_id for item in market.listings}
        new = len(ids - before) if before is not None else 0
        withdrawn = len(before - ids) if before is not None else 0
        points.append(
            IndexPoint(
                day=day,
                baskets=number,
                mean_pence=round_half_up(Fraction(total, number)),
                index=round_tenth(Fraction(100 * total, sums[0])),
                plans=len(ids),
                new=new,
                withdrawn=withdrawn,
                churn_percent=None if before is None else percent_of(new + withdrawn, len(ids)),
            )
        )
        before = ids
    return tuple(points)
