"""What a figure is of: a plan, a brand, a basket, a data tier or the market, as a value.

Nothing is read out of the words: whoever needs the brand, the plan or the place asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from planwatch.analysis.market.market import DataTier, Listing
from planwatch.domain.brand import slug_of_brand
from planwatch.domain.phrasing import format_date, name_plan_of_brand

SubjectKind = Literal["plan", "brand", "basket", "tier", "market"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One subject.

    Attributes:
        key: its part of a fact's id, one for each subject of a kind; empty for the market of today.
        words: as it stands in a sentence.
        brand: display name; None where it is of no brand or of several.
        plan_id: of the plan that it is, or that holds its figure, as "source:plan_key".
        place: the id of a basket, or a data tier; empty for others.
    """

    kind: SubjectKind
    key: str
    words: str
    brand: str | None = None
    plan_id: str | None = None
    place: str = ""

    def said(self, words: str) -> Subject:
        """Return the same subject under other words."""
        return replace(self, words=words)

    def seen_in(self, item: Listing) -> Subject:
        """Return the same subject under the name of the plan that holds its figure."""
        return replace(self, words=name_plan_of_brand(item.plan), plan_id=item.plan_id)

    def as_record(self) -> dict[str, Any]:
        """Return the subject as JSON; its words stand beside it in a fact."""
        return {
            "kind": self.kind,
            "brand": self.brand,
            "plan_id": self.plan_id,
            "place": self.place or None,
        }


MARKET: Final = Subject(kind="market", key="", words="the market")
BASKETS: Final = MARKET.said("the baskets")


def plan_subject(item: Listing) -> Subject:
    return Subject(
        kind="plan",
        key=item.slug,
        words=name_plan_of_brand(item.plan),
        brand=item.plan.brand,
        plan_id=item.plan_id,
    )


def brand_subject(brand: str) -> Subject:
    return Subject(kind="brand", key=slug_of_brand(brand), words=brand, brand=brand)


def basket_subject(basket_id: str, label: str, brand: str | None = None) -> Subject:
    """Return a basket, as one brand serves it or as the market does."""
    basket = Subject(kind="basket", key=basket_id, words=label, place=basket_id)
    if brand is None:
        return basket
    return replace(
        basket,
        key=f"{basket_id}.{slug_of_brand(brand)}",
        words=f"{label} at {brand}",
        brand=brand,
    )


def tier_subject(tier: DataTier, brand: str | None = None) -> Subject:
    """Return a data tier, as one brand sells in it or as the market does."""
    if brand is None:
        return Subject(kind="tier", key=tier, words=tier, place=tier)
    return Subject(
        kind="tier",
        key=f"{tier}.{slug_of_brand(brand)}",
        words=f"{brand} in the {tier} data tier",
        brand=brand,
        place=tier,
    )


def market_of(day: date) -> Subject:
    """Return the market of one day."""
    return Subject(kind="market", key=day.isoformat(), words=f"the market of {format_date(day)}")
