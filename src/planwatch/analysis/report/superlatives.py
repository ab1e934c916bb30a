"""Superlatives as facts: the widest gap, the largest uplift, the cheapest seller of a basket.

Made from the records of other facts, so that they are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

FactRecord = Mapping[str, Any]


def find_superlatives(records: Iterable[FactRecord]) -> list[FactRecord]:
    """Return the widest gaps, the largest uplift and the cheapest seller of each basket.

    Args:
        records: facts as `Fact.as_record` writes them.

    Returns:
        Records that repeat the value, subject and plans of the extreme one; none where two tie.
    """
    by_kind: dict[str, list[FactRecord]] = {}
    for record in records:
        by_kind.setdefault(record["kind"], []).append(record)
    gaps = by_kind.get("gap", [])
    found = [
        _extreme("widest_gap", "above", "widest gap above a rival", gaps, max, lambda v: v > 0),
        _extreme("widest_gap", "below", "widest gap below a rival", gaps, min, lambda v: v < 0),
        _extreme(
            "largest_uplift",
            "",
            "largest uplift over the first month's price",
            by_kind.get("uplift", []),
            max,
            lambda v: v > 0,
        ),
        _extreme(
            "widest_domination",
            "",
            "widest gap above a dominator",
            by_kind.get("dominated", []),
            max,
            lambda v: v > 0,
        ),
        *_cheapest_baskets(by_kind.get("basket", [])),
    ]
    return [fact for fact in found if fact is not None]


def _cheapest_baskets(records: Iterable[FactRecord]) -> list[FactRecord | None]:
    groups: dict[str, list[FactRecord]] = {}
    for record in records:
        groups.setdefault(record["about"]["place"], []).append(record)
    return [
        _extreme("cheapest_basket", "", "lowest price of the basket", sellers, min, lambda _v: True)
        for _, sellers in sorted(groups.items())
        if len(sellers) > 1
    ]


def _extreme(
    kind: str,
    side: str,
    label: str,
    records: list[FactRecord],
    choose: Callable[..., Any],
    counts: Callable[[float], bool],
) -> FactRecord | None:
    values = [record["value"] for record in records if counts(record["value"])]
    if not values or values.count(choose(values)) > 1:
        return None
    record = next(record for record in records if record["value"] == choose(values))
    id_ = ".".join(part for part in (kind, record["about"]["place"], side) if part)
    return {**record, "id": id_, "kind": kind, "label": label}
