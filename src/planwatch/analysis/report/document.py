"""Structure of a report as JSON: sections with sentences and tables, and the tables' columns.

Views render it. A column's kind (text, money, money_diff, percent, data, months,
date, int, share) tells a view how to print its raw values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.metrics.baskets import Basket

Record = dict[str, Any]
Column = tuple[str, str, str]

GAP_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Plan", "text"),
    ("effective_pence", "Effective", "money"),
    ("rival", "Rival plan", "text"),
    ("rival_pence", "Rival effective", "money"),
    ("gap_pence", "Gap", "money_diff"),
    ("gap_percent", "% of rival", "percent"),
    ("basis", "Compared on", "text"),
    ("rival_lacks", "Rival lacks", "text"),
)
DOMINATED_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Dominated plan", "text"),
    ("effective_pence", "Effective", "money"),
    ("dominator", "Dominated by", "text"),
    ("dominator_pence", "Dominator effective", "money"),
    ("gap_pence", "Gap", "money_diff"),
    ("ends_at_pence", "No longer dominated at", "money"),
    ("hangs_on", "Depends on (not stated)", "text"),
)
RUNG_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("plan", "Plan", "text"),
    ("headline_pence", "Headline", "money"),
    ("effective_pence", "Effective", "money"),
    ("exit_pence", "Exit price", "money"),
    ("uplift_percent", "Uplift", "percent"),
    ("promo_percent", "Promo depth", "percent"),
    ("promo_months", "Promo months", "months"),
    ("rise_pence", "Annual rise", "money"),
    ("per_gb_pence", "Per GB", "money"),
)
BRAND_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("plans", "Plans", "int"),
    ("seen_at", "Seen at", "text"),
    ("as_of", "As of", "date"),
    ("freshness", "Freshness", "text"),
    ("outcome", "Last visit", "text"),
    ("cheapest_pence", "Cheapest effective", "money"),
    ("cheapest", "Cheapest plan", "text"),
)
STEP_COLUMNS: Final[tuple[Column, ...]] = (
    ("smaller", "From", "text"),
    ("larger", "To", "text"),
    ("more_pence", "More a month", "money_diff"),
    ("per_gb_pence", "Each further GB", "money_diff"),
)
PREMIUM_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("premium_pence", "Unlimited − largest capped", "money_diff"),
)
FRONTIER_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Efficient plan", "text"),
    ("data_mb", "Data", "data"),
    ("term_months", "Term", "months"),
    ("effective_pence", "Effective", "money"),
    ("roaming", "Roaming", "text"),
    ("generation", "Speed", "text"),
)

SECTION_KEYS: Final = ("id", "title", "sentences", "tables")
"""What a section of a document has; a checkpoint keeps its figures and facts beside them."""


def pair_columns(brand_a: str, brand_b: str) -> tuple[Column, ...]:
    """Return the columns of two ladders side by side."""
    return (
        ("data_mb", "Data", "data"),
        ("term_months", "Term", "months"),
        ("a_headline_pence", f"{brand_a} headline", "money"),
        ("b_headline_pence", f"{brand_b} headline", "money"),
        ("a_effective_pence", f"{brand_a} effective", "money"),
        ("b_effective_pence", f"{brand_b} effective", "money"),
        ("gap_pence", f"{brand_a} − {brand_b}", "money_diff"),
        ("gap_percent", f"% of {brand_b}", "percent"),
    )


def basket_columns(brand_a: str, brand_b: str) -> tuple[Column, ...]:
    """Return the columns of the baskets of two brands."""
    return (
        ("basket", "Basket", "text"),
        ("a_pence", brand_a, "money"),
        ("b_pence", brand_b, "money"),
        ("winner", "Winner", "text"),
        ("gap_pence", f"{brand_a} − {brand_b}", "money_diff"),
        ("gap_percent", f"% of {brand_b}", "percent"),
        ("a_plan", f"{brand_a} plan", "text"),
        ("b_plan", f"{brand_b} plan", "text"),
    )


def tier_columns(focus: str) -> tuple[Column, ...]:
    """Return the columns of the data tiers, seen from one brand."""
    return (
        ("tier", "Data tier", "text"),
        ("plans", "Plans", "int"),
        ("market_pence", "Cheapest effective", "money"),
        ("market_plan", "Cheapest plan", "text"),
        ("focus_pence", f"{focus} effective", "money"),
        ("gap_pence", f"{focus} − cheapest", "money_diff"),
        ("gap_percent", "% of cheapest", "percent"),
        ("rank", f"{focus} rank", "int"),
        ("brands", "Brands", "int"),
    )


def market_basket_columns(focus: str) -> tuple[Column, ...]:
    """Return the columns of the baskets of the market, seen from one brand."""
    return (
        ("basket", "Basket", "text"),
        ("focus_pence", focus, "money"),
        ("market_pence", "Market price", "money"),
        ("winner", "Winner", "text"),
        ("gap_pence", f"{focus} − market", "money_diff"),
        ("gap_percent", "% of market", "percent"),
        ("rival_pence", "Cheapest rival", "money"),
        ("median_pence", "Median of brands", "money"),
    )


def basket_price_columns(baskets: Sequence[Basket]) -> tuple[Column, ...]:
    """Return a column of prices for each basket, keyed by its id."""
    prices = tuple((basket.id, basket.short_label, "money") for basket in baskets)
    return (("brand", "Brand", "text"), *prices)


def build_table(
    table_id: str, title: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]
) -> Record:
    """Return a table; its rows keep what the columns show.

    Args:
        rows: with `ids`, if there are any: for the key of a column the id of the fact or of the
            plan that the cell shows.
    """
    keys = [key for key, _, _ in columns]
    return {
        "id": table_id,
        "title": title,
        "columns": [{"key": key, "label": label, "kind": kind} for key, label, kind in columns],
        "rows": [_keep(keys, row) for row in rows],
    }


def _keep(keys: Sequence[str], row: Mapping[str, Any]) -> Record:
    ids = row.get("ids") or {}
    shown = {key: ids[key] for key in keys if key in ids and row[key] is not None}
    return {**{key: row[key] for key in keys}, **({"ids": shown} if shown else {})}


def build_section(
    section_id: str, title: str, sentences: Sequence[str], tables: Sequence[Record]
) -> Record:
    return {
        "id": section_id,
        "title": title,
        "sentences": list(sentences),
        "tables": list(tables),
    }
