"""Promotions in a digest: those that began, ended or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.report.document import Column, Record, build_section, build_table
from planwatch.domain.london import show_day
from planwatch.domain.phrasing import join_words

MOST_LISTED: Final = 20
_PROMOTION_COLUMNS: Final[tuple[Column, ...]] = (
    ("day", "When", "date"),
    ("plan", "Plan", "text"),
    ("what", "What", "text"),
    ("list_pence", "List price", "money"),
    ("months", "For months", "months"),
)


def find_promotions(changes: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Return a row for each promotion that began, ended or changed, net."""
    rows = []
    for change in changes:
        if change["kind"] != "promotion":
            continue
        before, after = change["before"], change["after"]
        what = "began" if not before else "ended" if not after else "changed"
        terms = after or before or {}
        rows.append(
            {
                "plan_id": change["plan_id"],
                "day": show_day(change["changed_at"]),
                "plan": change["plan"],
                "what": what,
                "list_pence": terms.get("list_price_pence"),
                "months": terms.get("promo_months"),
                "ids": {"plan": change["plan_id"]},
            }
        )
    return rows


def build_promotions_section(promotions: Sequence[Record]) -> Record:
    """Return the section: how many of each, and a table."""
    counts = [
        f"{sum(row['what'] == what for row in promotions)} {what}"
        for what in ("began", "ended", "changed")
        if any(row["what"] == what for row in promotions)
    ]
    said = f"Promotions: {join_words(counts)}." if counts else "No promotion began or ended."
    tables = (
        [build_table("promotions", "By plan", _PROMOTION_COLUMNS, promotions[:MOST_LISTED])]
        if promotions
        else []
    )
    return build_section("promotions", "Promotions", [said], tables)
