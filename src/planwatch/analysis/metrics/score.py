"""Competitiveness score of a plan, 0 to 100, with its version and the share that is known.

An unknown component does not count as zero: the weights are over the known components, and the
coverage says how much weight these have.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Final, Literal

from planwatch.analysis.market.market import DataTier, Listing, data_tier
from planwatch.domain.allowance import MB_PER_GB, Allowance
from planwatch.domain.plan import Roaming

SCORE_VERSION: Final = 1
"""Raised with every change of the formula, its weights or its table of extras."""

Component = Literal["data", "price", "roaming", "extras", "flexibility"]
WEIGHTS: Final[Mapping[Component, int]] = {
    "data": 40,
    "price": 20,
    "roaming": 15,
    "extras": 15,
    "flexibility": 10,
}
FEWEST_PLANS: Final = 3
_FULL_DATA_GB: Final = 250
_YEAR: Final = 12
_LONGEST: Final = 24
_ROAMING_MARKS: Final[Mapping[Roaming, float]] = {"none": 0.0, "eu": 0.5, "global": 1.0}
_EXTRAS_TABLE: Final = "data/extras.toml"


@dataclass(frozen=True, kw_only=True)
class TierPrices:
    """Comparable prices of one data tier over the last 90 days, and the number of their plans."""

    plans: int
    pence: tuple[int, ...]

    @cached_property
    def spread(self) -> tuple[float, float]:
        """The 5th and the 95th percentile, which every plan of the tier is marked by."""
        return percentile(self.pence, 5), percentile(self.pence, 95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The score of one plan.

    Attributes:
        value: 0 to 100, one decimal; None where nothing is known.
        coverage_percent: weight of the components that are known, of 100.
        marks: each component from 0 to 1; None where it is not known.
    """

    value: float | None
    coverage_percent: int
    marks: Mapping[Component, float | None]
    version: int = SCORE_VERSION


def score_plan(item: Listing, prices: Mapping[DataTier, TierPrices]) -> Score:
    """Score a plan; `prices` are those of the last 90 days by data tier.

    Source: docs/reference/formulas.md, "Competitiveness score".
    """
    plan = item.plan
    marks: dict[Component, float | None] = {
        "data": mark_data(plan.allowance),
        "price": mark_price(item.monthly_pence, prices.get(data_tier(plan.allowance))),
        "roaming": mark_roaming(plan.roaming),
        "extras": mark_extras(plan.extras, load_extras()),
        "flexibility": mark_flexibility(plan.term_months),
    }
    known = {name: mark for name, mark in marks.items() if mark is not None}
    coverage = sum(WEIGHTS[name] for name in known)
    total = sum(WEIGHTS[name] * mark for name, mark in known.items())
    value = math.floor(1000 * total / coverage + 0.5) / 10 if coverage else None
    return Score(value=value, coverage_percent=coverage, marks=marks)


def mark_data(allowance: Allowance) -> float:
    """Return ln(1 + GB) / ln(251), at most 1; unlimited 1."""
    if allowance.data_mb is None:
        return 1.0
    return min(math.log1p(allowance.data_mb / MB_PER_GB) / math.log1p(_FULL_DATA_GB), 1.0)


def mark_price(monthly_pence: int, prices: TierPrices | None) -> float | None:
    """Return (P95 − EMC) / (P95 − P5) within 0 to 1; None where all its tier costs the same."""
    if prices is None or prices.plans < FEWEST_PLANS:
        return None
    low, high = prices.spread
    if high == low:
        return None
    return min(max((high - monthly_pence) / (high - low), 0.0), 1.0)


def percentile(values: Sequence[int], percent: int) -> float:
    """Return the percentile by linear interpolation between the two nearest; at least one value."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def mark_roaming(roaming: Roaming | None) -> float | None:
    return None if roaming is None else _ROAMING_MARKS[roaming]


def mark_flexibility(term_months: int) -> float:
    """Return 1 for a month, 0.5 for a year, 0 for two, linear between; clipped to 1–24 months."""
    term = min(max(term_months, 1), _LONGEST)
    if term <= _YEAR:
        return 1 - 0.5 * (term - 1) / (_YEAR - 1)
    return 0.5 * (_LONGEST - term) / (_LONGEST - _YEAR)


def mark_extras(extras: Iterable[str], table: Mapping[str, Sequence[str]]) -> float:
    """Return 1 with a premium extra, 0.5 with a basic one, else 0; unknown words do not count."""
    words = [_words(extra) for extra in extras]
    for level, mark in (("premium", 1.0), ("basic", 0.5)):
        if any(_words(known) in extra for known in table[level] for extra in words):
            return mark
    return 0.0


@lru_cache(maxsize=1024)
def _words(text: str) -> str:
    return f" {' '.join(re.findall(r'[a-z0-9+]+', text.lower()))} "


@cache
def load_extras() -> Mapping[str, Sequence[str]]:
    """Return the table of extras that comes with the package."""
    text = files("planwatch.analysis").joinpath(_EXTRAS_TABLE).read_text(encoding="utf-8")
    return tomllib.loads(text)


def tier_prices(listings: Iterable[Listing]) -> dict[DataTier, TierPrices]:
    """Return the prices of each data tier, each price of a plan once, and the number of plans."""
    seen: dict[DataTier, dict[tuple[str, int], None]] = {}
    for item in listings:
        of_tier = seen.setdefault(data_tier(item.plan.allowance), {})
        of_tier[item.plan_id, item.monthly_pence] = None
    return {
        tier: TierPrices(
            plans=len({plan_id for plan_id, _ in of_tier}),
            pence=tuple(pence for _, pence in of_tier),
        )
        for tier, of_tier in seen.items()
    }
