"""Which sections of a report a model is asked to put into words, and which facts each is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from planwatch.analysis.facts import fact_records
from planwatch.analysis.report.superlatives import find_superlatives, kind_of
from planwatch.domain.plan import Plan
from planwatch.llm.grounding.prompt_facts import Sayable, choose_facts

SUMMARY: Final = "summary"
# no more than a job may take steps at once (`jobs.parallel_steps`), so that none waits for another;
# the other sections tell of our own records, or repeat figures of these: the template writes them
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "compare": (
        *(SUMMARY, "ladder", "gaps", "baskets", "dominated"),
        *("rises", "promotions", "moves", "match"),
    ),
    "analyse": (
        *(SUMMARY, "overview", "tiers", "baskets", "frontier"),
        *("promotions", "moves", "recommendations"),
    ),
}
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
_MATCHING: Final = frozenset({"match", "win", "win_cut", "win_own"})
_RISES: Final = frozenset(
    {
        *("rise_exposure", "rise_exposure_percent", "rise_burden", "contracts", "rising"),
        *("rise_mean", "rise_most", "rise_most_percent"),
    }
)
# which facts a section is told; the summary gets the most urgent of all
_KINDS_OF_SECTION: Final[Mapping[str, frozenset[str]]] = {
    "overview": frozenset(
        {
            *("plans", "brands", "index", "index_mean", "tier", "tier_rank", "score"),
            *("cells", "empty_cells", "cells_left"),
        }
    ),
    "ladder": _PRICES | {"misleading", "per_gb", "marginal_per_gb"},
    "tiers": _PRICES
    | {"tier", "tier_rank", "tier_gap", "tier_gap_percent", "misleading", "marginal_per_gb"},
    "gaps": frozenset({"gap", "gap_percent", "widest_gap", "dearer", "cheaper", "level"}),
    "baskets": _BASKETS,
    "dominated": _DOMINATED,
    "frontier": _DOMINATED,
    "rises": _RISES,
    "promotions": frozenset({"promo_share", "promo_weight", "promoted", "plans"}),
    "moves": frozenset(
        {
            *("move_percent", "move_before", "move_after", "moves", "new_plans", "withdrawn"),
            *("cuts", "raises", "promotion_moves"),
        }
    ),
    "match": _MATCHING,
    "recommendations": _MATCHING | {"domination_cut", "basket_room"},
}
# an analysis tells of rises beside promotions, and of other sellers beside moves
_BESIDE: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("analyse", "promotions"): _RISES,
    ("analyse", "moves"): frozenset(
        {
            *("direct", "offer", "offer_gap", "offer_gap_percent"),
            *("sold_both_ways", "cheaper_elsewhere"),
        }
    ),
}


def facts_of_sections(
    kind: str, document: Mapping[str, Any], plans: Iterable[Plan], most: int
) -> dict[str, dict[str, Sayable]]:
    """Return the facts of each section that has any, by token.

    Args:
        kind: of the workflow.
        most: facts of one section.
    """
    every = [*fact_records(find_superlatives(document["facts"])), *document["facts"]]
    plans = list(plans)
    present = {SUMMARY, *(section["id"] for section in document["sections"])}
    told = {
        section: choose_facts(_records_of(kind, section, every), plans, most=most)
        for section in SECTIONS[kind]
        if section in present
    }
    return {section: facts for section, facts in told.items() if facts}


def _records_of(
    kind: str, section: str, every: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    if section == SUMMARY:
        return list(every)
    kinds = _KINDS_OF_SECTION[section] | _BESIDE.get((kind, section), frozenset())
    return [record for record in every if kind_of(record["id"]) in kinds]
