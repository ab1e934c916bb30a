"""Which sections of a report a model is asked to put into words, and the facts for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.report.superlatives import find_superlatives
from planwatch.domain.plan import Plan
from planwatch.llm.grounding.prompt_facts import Sayable, choose_facts

SUMMARY: Final = "summary"
FactsOfSections = Mapping[str, frozenset[str] | None]
"""The sections of a report that a model writes, each with the kinds of facts it is given.

None is every kind: the summary gets the most urgent of all.
"""

_PRICES: Final = frozenset(
    {"headline", "effective", "exit", "uplift", "gap", "gap_percent", "largest_uplift"}
)
_BASKETS: Final = frozenset(
    {
        *("basket", "cheapest_basket", "basket_gap", "basket_gap_percent", "basket_room"),
        *("baskets_won", "baskets_alone", "baskets_served", "baskets_lacking"),
    }
)
_DOMINATED: Final = frozenset(
    {
        *("dominated", "ends_domination", "widest_domination", "domination_cut"),
        *("dominated_certain", "dominated_perhaps", "efficient"),
    }
)
_MATCHING: Final = frozenset(
    {
        *("match_cut", "match_effective", "match_rival", "match_promo", "match_data"),
        *("win", "win_cut", "win_own"),
    }
)
_RISES: Final = frozenset(
    {
        *("rise_exposure", "rise_exposure_percent", "rise_burden", "contracts", "rising"),
        *("rise_mean", "rise_most", "rise_most_percent"),
    }
)
_PROMOTIONS: Final = frozenset({"promo_share", "promo_weight", "promoted", "plans"})
_MOVES: Final = frozenset(
    {
        *("move_percent", "move_before", "move_after", "moves", "new_plans", "withdrawn"),
        *("cuts", "raises", "promotion_moves"),
    }
)
_OTHER_SELLERS: Final = frozenset(
    {
        *("direct", "offer", "offer_gap", "offer_gap_percent"),
        *("sold_both_ways", "cheaper_elsewhere"),
    }
)

# no more than a job may take steps at once (`jobs.parallel_steps`), so that none waits for another;
# the other sections tell of our own records, or repeat figures of these: the template writes them
COMPARISON: Final[FactsOfSections] = {
    SUMMARY: None,
    "ladder": _PRICES | {"misleading", "per_gb", "marginal_per_gb"},
    "gaps": frozenset({"gap", "gap_percent", "widest_gap", "dearer", "cheaper", "level"}),
    "baskets": _BASKETS,
    "dominated": _DOMINATED,
    "rises": _RISES,
    "promotions": _PROMOTIONS,
    "moves": _MOVES,
    "match": _MATCHING,
}
ANALYSIS: Final[FactsOfSections] = {
    SUMMARY: None,
    "overview": frozenset(
        {
            *("plans", "brands", "index", "index_mean", "tier", "tier_rank", "score"),
            *("cells", "empty_cells", "cells_left"),
        }
    ),
    "tiers": _PRICES
    | {"tier", "tier_rank", "tier_gap", "tier_gap_percent", "misleading", "marginal_per_gb"},
    "baskets": _BASKETS,
    "frontier": _DOMINATED,
    "promotions": _PROMOTIONS | _RISES,
    "moves": _MOVES | _OTHER_SELLERS,
    "recommendations": _MATCHING | {"domination_cut", "basket_room"},
}


def facts_of_sections(
    sections: FactsOfSections, document: Mapping[str, Any], plans: Iterable[Plan], most: int
) -> dict[str, dict[str, Sayable]]:
    """Return the facts of each section that has any, by token.

    Args:
        most: facts of one section.
    """
    every = [*find_superlatives(document["facts"]), *document["facts"]]
    plans = list(plans)
    present = {SUMMARY, *(section["id"] for section in document["sections"])}
    chosen = {
        section: choose_facts(_records_of(kinds, every), plans, most=most)
        for section, kinds in sections.items()
        if section in present
    }
    return {section: facts for section, facts in chosen.items() if facts}


def _records_of(
    kinds: frozenset[str] | None, every: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    if kinds is None:
        return every
    return [record for record in every if record["kind"] in kinds]
