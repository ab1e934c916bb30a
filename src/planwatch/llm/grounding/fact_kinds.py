"""What each kind of fact is, and what a sentence may say by it. Data only.

A kind that is not here is not told to a model: nobody has taught the gate what it carries.
How a sentence is judged is in `direction_rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Polarity = Literal["gap", "offer", "rise", "change", "cut", "room"]
Extreme = Literal["least", "gap", "uplift", "aim", "wins"]
NO_WORDS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of fact lets a sentence say.

    Attributes:
        says: what it is, for the model.
        polarity: "gap": above 0 the first brand's plan is dearer than the other's, below 0
            cheaper; "offer": above 0 the plan is dearer at another seller than at its brand;
            "rise": above 0 the price goes up; "change": above `level` it went up, below it down;
            "cut": the brand should cut by it; "room": it may raise by it. None: the value has no
            direction.
        extreme: which superlatives it carries; "aim": what would win, "wins": how many are won.
        level: the value of a change that is none.
        is_price: a brand asks it now, so "charges" may stand before it.
        is_named: put in with its label, since its subject does not say what it is.
        is_of_brand: about a brand as a whole, though computed from its plans.
        counts: words of direction that a count carries: "dearer on {{F1}}".
    """

    says: str
    polarity: Polarity | None = None
    extreme: Extreme | None = None
    level: float = 0
    is_price: bool = False
    is_named: bool = False
    is_of_brand: bool = False
    counts: frozenset[str] = NO_WORDS


def _price(says: str, extreme: Extreme | None = None) -> Kind:
    return Kind(says, None, extreme, is_price=True)


def _count(says: str, *words: str, extreme: Extreme | None = None) -> Kind:
    return Kind(f"number of {says}", None, extreme, is_named=True, counts=frozenset(words))


def _named(says: str, polarity: Polarity | None = None, extreme: Extreme | None = None) -> Kind:
    return Kind(says, polarity, extreme, is_named=True)


def _of_brand(says: str, polarity: Polarity | None = None) -> Kind:
    return Kind(says, polarity, is_named=True, is_of_brand=True)


def _change(says: str, level: float) -> Kind:
    return Kind(says, "change", level=level, is_named=True)


# superlatives and what is measured against a rival
_GAPS: Final = {
    "gap": Kind("gap: effective cost of the plan less its rival's", "gap"),
    "gap_percent": Kind("gap as a percentage of the rival's cost", "gap"),
    "tier_gap": Kind("cost in the data tier less the market's least", "gap"),
    "tier_gap_percent": Kind("gap in the data tier as a percentage of the market's least", "gap"),
    "basket_gap": Kind("price of the basket less the other's", "gap"),
    "basket_gap_percent": Kind("gap of the basket as a percentage of the other's", "gap"),
    "dominated": Kind("effective cost above the plan that dominates it", "gap"),
    "widest_gap": Kind("widest gap of any plan to its rival", "gap", "gap"),
    "widest_domination": Kind("widest gap of any plan to its dominator", "gap", "gap"),
    "offer_gap": Kind("cost at another seller less that at the brand", "offer"),
    "offer_gap_percent": Kind("cost at another seller against that at the brand", "offer"),
}
_PRICES: Final = {
    "cheapest_basket": _price("least price of the basket, and who asks it", "least"),
    "basket": _price("price of the basket at the brand"),
    "win_own": _price("own price of a basket that is not won"),
    "tier": _price("least effective cost in the data tier"),
    "cell": _price("least effective cost in the cell of data and term"),
    "headline": _price("headline price"),
    "effective": _price("effective cost"),
    "comparable": _price("effective cost of a calendar month"),
    "direct": _price("effective cost at the brand itself"),
    "move_after": _price("effective cost after its move"),
    "exit": _named("exit price"),
    "cheaper_still": _named("cost of the cheapest that gives no less, larger or longer"),
    "match_headline": _named("headline price that matches the rival"),
    "offer": _named("effective cost at another seller"),
    "move_before": _named("effective cost before its move"),
    "ends_domination": Kind("highest effective cost at which the plan is not dominated"),
    "per_gb": Kind("effective cost of a gigabyte of the plan"),
    "marginal_per_gb": _named("cost of each further gigabyte above the next smaller plan"),
}
# what is to be done to match a rival or to win a basket
_AIMS: Final = {
    "match_cut": _named("cut of every month that matches the rival", "cut"),
    "match_promo": _named("reduction of the first months that matches the rival", "cut"),
    "match_data": _named("least data at its price that nothing dominates"),
    "domination_cut": _named("cut that ends the domination", "cut"),
    "win": _named("cost that would win the basket", extreme="aim"),
    "win_cut": _named("cut that would win the basket", "cut", "aim"),
    "basket_room": _named("how much the price of a basket that is won may rise", "room"),
}
_RISES: Final = {
    "uplift": Kind("uplift: effective cost above the first month's price", "rise"),
    "largest_uplift": Kind("largest uplift of any plan", "rise", "uplift"),
    "rise_exposure": _named("rise exposure: by how much the plan's yearly bill grows", "rise"),
    "rise_exposure_percent": _named("rise exposure against the bill before rises", "rise"),
    "rise_burden": _named("yearly rise against the first price", "rise"),
    "rise_mean": _of_brand("rise exposure of the brand's contracts, in the middle", "rise"),
    "rise_most": _of_brand("rise exposure of the contract of the brand that grows by most", "rise"),
    "rise_most_percent": _of_brand("the same against its bill before rises", "rise"),
    "contracts": _count("contracts of a year or more"),
    "rising": _count("contracts that rise", "rise", "rises", "rising"),
}
_PROMOTIONS_AND_MOVES: Final = {
    "promo_share": _of_brand("promotion intensity: share of the brand's plans that is promoted"),
    "promo_weight": _of_brand("promotion intensity: share of the list price that is given away"),
    "promoted": _count("plans promoted"),
    "moves": _count("moves of price or offer"),
    "new_plans": _count("new plans"),
    "withdrawn": _count("plans withdrawn"),
    "cuts": _count("cuts of effective cost", "cut", "cuts"),
    "raises": _count("raises of effective cost", "raised", "raises"),
    "promotion_moves": _count("changes of promotion"),
    "move_percent": _change("move of effective cost against its cost before", 0),
    "index": _change("market index; 100 is the market at the start", 100),
    "index_mean": _named("price of the baskets in the market, in the middle"),
}
_STANDING: Final = {
    "score": _named("competitiveness score in points of a hundred; higher gives more for less"),
    "tier_rank": _named(
        "rank by the brand's cheapest plan in the data tier; the first is cheapest"
    ),
    "plans": _count("comparable plans"),
    "brands": _count("brands with a comparable plan"),
    "dearer": _count("plans or sizes dearer than the rival", "dearer"),
    "cheaper": _count("plans or sizes cheaper than the rival", "cheaper"),
    "level": _count("plans or sizes level with the rival", "level"),
    "misleading": _count("plans whose effective cost is far above the headline"),
    "dominated_certain": _count("plans dominated for certain", "dominated"),
    "dominated_perhaps": _count("plans dominated perhaps", "dominated"),
    "efficient": _count("efficient plans"),
    "baskets_won": _count("baskets won", extreme="wins"),
    "baskets_alone": _count("baskets won alone", extreme="wins"),
    "baskets_served": _count("baskets that somebody serves"),
    "baskets_lacking": _count("baskets that only others serve"),
    "cells": _count("cells of data tier and term"),
    "empty_cells": _count("cells that nobody sells in"),
    "cells_left": _count("cells left to others"),
    "sold_both_ways": _count("plans sold by their brand and by another seller"),
    "cheaper_elsewhere": _count("plans cheaper at another seller", "cheaper"),
}
KINDS: Final[Mapping[str, Kind]] = {
    **_GAPS,
    **_PRICES,
    **_AIMS,
    **_RISES,
    **_PROMOTIONS_AND_MOVES,
    **_STANDING,
}
# what is sent first where not all may be: superlatives, gaps, dominated plans, changes, the rest
FIRST: Final = (
    *("widest_gap", "widest_domination", "largest_uplift", "cheapest_basket", "move_percent"),
    *("gap", "gap_percent", "dominated", "ends_domination", "match_cut", "win_cut", "tier"),
    *("tier_gap", "basket_gap", "offer_gap", "rise_exposure", "uplift", "raises", "cuts", "moves"),
    *("baskets_won", "dominated_certain", "promo_share", "rise_mean", "basket", "win", "index"),
)
