"""Superlatives as facts: the widest gap, the largest uplift, the cheapest seller of a basket.

Made from the records of other facts, so that they are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from planwatch.analysis.facts import Fact

FactRecord = Mapping[str, Any]


def find_superlatives(records: Iterable[FactRecord]) -> list[Fact]:
    """Return the widest gaps, the largest uplift and the cheapest seller of each basket.

    Args:
        records: facts as `Fact.as_record` writes them.

    Returns:
        Facts that repeat the value, subject and plans of the extreme one; none where two tie.
    """
    by_kind: dict[str, list[FactRecord]] = {}
    for record in records:
        by_kind.setdefault(kind_of(record["id"]), []).append(record)
    gaps = by_kind.get("gap", [])
    found = [
        _extreme("widest_gap.above", "widest gap above a rival", gaps, max, lambda v: v > 0),
        _extreme("widest_gap.below", "widest gap below a rival", gaps, min, lambda v: v < 0),
        _extreme(
            "largest_uplift",
            "largest uplift over the first month's price",
            by_kind.get("uplift", []),
            max,
            lambda v: v > 0,
        ),
        _extreme(
            "widest_domination",
            "widest gap above a dominator",
            by_kind.get("dominated", []),
            max,
            lambda v: v > 0,
        ),
        *_cheapest_baskets(by_kind.get("basket", [])),
    ]
    return [fact for fact in found if fact is not None]


def kind_of(fact_id: str) -> str:
    """Return the kind of a fact: the part of its id before the first point."""
    return fact_id.partition(".")[0]


def _cheapest_baskets(records: Iterable[FactRecord]) -> list[Fact | None]:
    def basket_of(record: FactRecord) -> str:
        return str(record["id"]).split(".")[1]

    groups = groupby(sorted(records, key=basket_of), key=basket_of)
    return [
        _extreme(
            f"cheapest_basket.{basket}", "lowest price of the basket", sellers, min, lambda _v: True
        )
        for basket, sellers in ((basket, list(group)) for basket, group in groups)
        if len(sellers) > 1
    ]


def _extreme(
    fact_id: str,
    label: str,
    records: list[FactRecord],
    choose: Callable[..., Any],
    counts: Callable[[float], bool],
) -> Fact | None:
    values = [record["value"] for record in records if counts(record["value"])]
    if not values or values.count(choose(values)) > 1:
        return None
    record = next(record for record in records if record["value"] == choose(values))
    return Fact(
        id=fact_id,
        label=label,
        value=record["value"],
        unit=record["unit"],
        subject=record["subject"],
        formula=record["formula"],
        plan_ids=tuple(record["plan_ids"]),
        base=record["base"],
    )
