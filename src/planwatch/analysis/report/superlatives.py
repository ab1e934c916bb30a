"""Superlatives as facts: the widest gap, the largest uplift, the cheapest seller of a basket.

Made from the other facts of a document, so that they are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from planwatch.analysis.facts import StoredFact


def find_superlatives(facts: Iterable[StoredFact]) -> list[StoredFact]:
    """Return the widest gaps, the largest uplift and the cheapest seller of each basket.

    Returns:
        Facts that repeat the value, subject and plans of the extreme one; none where two tie.
    """
    by_kind: dict[str, list[StoredFact]] = {}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact)
    gaps, uplifts = by_kind.get("gap", []), _above(by_kind.get("uplift", []))
    dominated = _above(by_kind.get("dominated", []))
    below = [fact for fact in gaps if fact.value < 0]
    return [
        *_name("widest_gap", "widest gap above a rival", _highest(_above(gaps)), "above"),
        *_name("widest_gap", "widest gap below a rival", _lowest(below), "below"),
        *_name("largest_uplift", "largest uplift over the first month's price", _highest(uplifts)),
        *_name("widest_domination", "widest gap above a dominator", _highest(dominated)),
        *_find_cheapest_baskets(by_kind.get("basket", [])),
    ]


def _find_cheapest_baskets(facts: Iterable[StoredFact]) -> list[StoredFact]:
    by_basket: dict[str, list[StoredFact]] = {}
    for fact in facts:
        by_basket.setdefault(fact.about["place"], []).append(fact)
    return [
        named
        for basket, sellers in sorted(by_basket.items())
        if len(sellers) > 1
        for named in _name(
            "cheapest_basket", "lowest price of the basket", _lowest(sellers), basket
        )
    ]


def _above(facts: Iterable[StoredFact]) -> list[StoredFact]:
    return [fact for fact in facts if fact.value > 0]


def _highest(facts: Sequence[StoredFact]) -> list[StoredFact]:
    """Return every fact with the highest value."""
    most = max((fact.value for fact in facts), default=0)
    return [fact for fact in facts if fact.value == most]


def _lowest(facts: Sequence[StoredFact]) -> list[StoredFact]:
    """Return every fact with the lowest value."""
    least = min((fact.value for fact in facts), default=0)
    return [fact for fact in facts if fact.value == least]


def _name(kind: str, label: str, found: Sequence[StoredFact], which: str = "") -> list[StoredFact]:
    """Return the only fact found as a superlative; none where two tie."""
    if len(found) != 1:
        return []
    id_ = ".".join(part for part in (kind, which) if part)
    return [replace(found[0], id=id_, kind=kind, label=label)]
