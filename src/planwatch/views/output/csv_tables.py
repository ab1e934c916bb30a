"""The flat tables that commands write as CSV: columns, units in their names, and how rows are made.

Each is described in docs/reference/csv.md. The columns of plans are in market_pages.py, where the
table of plans is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

Row = Mapping[str, Any]

FACT_COLUMNS: Final = (
    "fact",
    "formula",
    "label",
    "subject",
    "base",
    "value",
    "unit",
    "plan_ids",
    "analysis_id",
    "as_of",
)
ANALYSIS_COLUMNS: Final = (
    "analysis_id",
    "kind",
    "brands",
    "created_at",
    "as_of",
    "written_by",
    "verdict",
)
WHY_COLUMNS: Final = (
    "fact",
    "value",
    "unit",
    "plan_id",
    "plan",
    "headline_pence",
    "effective_pence",
    "as_of",
    "url",
    "captured_at",
    "page_file",
)
DIGEST_COLUMNS: Final = (
    "day",
    "plan",
    "what",
    "before_pence",
    "after_pence",
    "by_pence",
    "by_percent",
)
SOURCE_COLUMNS: Final = (
    "source",
    "brand",
    "enabled",
    "outcome",
    "plans",
    "plans_in_force",
    "plans_absent",
    "checked_at",
    "last_good_at",
    "age_h",
    "freshness",
    "failures_in_a_row",
    "error",
    "alarm",
    "checked_against",
)
RUN_COLUMNS: Final = (
    "source",
    "checked_at",
    "outcome",
    "plans",
    "flags",
    "error",
    "message",
    "job_id",
)
TARIFF_COLUMNS: Final = (
    "brand",
    "name",
    "data_mb",
    "unlimited",
    "term_months",
    "price_pence",
    "promo_pence",
    "promo_months",
    "rise_pence",
    "roaming",
    "generation",
    "as_of",
    "effective_pence",
    "exit_price_pence",
    "efficient",
    "joins_frontier_at_pence",
    "rival",
    "rival_pence",
    "gap_pence",
    "gap_percent",
    "baskets_served",
    "baskets_won",
    "dominated_by",
    "dominates",
)


MATCH_COLUMNS: Final = (
    "against",
    "rival",
    "rival_brand",
    "rival_price_pence",
    "rival_pence",
    "match_pence",
    "match_effective_pence",
    "beat_pence",
    "beat_effective_pence",
    "is_same_size",
    "lacks",
    "not_stated",
)


def match_rows(found: Row) -> list[Row]:
    """Return a row for each rival that a tariff is matched against."""
    return [
        {**found[key], "against": key}
        for key in ("like_for_like", "peers", "overall")
        if found[key]
    ]


def fact_rows(
    facts: Iterable[Row], *, analysis_id: str | None = None, as_of: str | None = None
) -> list[Row]:
    """Return a row for each fact of an analysis."""
    return [
        {**fact, "fact": fact["id"], "analysis_id": analysis_id, "as_of": as_of} for fact in facts
    ]


def why_rows(why: Row) -> list[Row]:
    """Return a row for each plan that a fact was computed from."""
    fact = {"fact": why["fact"]["id"], "value": why["fact"]["value"], "unit": why["fact"]["unit"]}
    return [{**fact, **one} for one in why["inputs"]]


def digest_rows(document: Row) -> Sequence[Row]:
    """Return the changes that matter of a digest, the largest first."""
    for section in document["sections"]:
        for table in section["tables"]:
            if table["id"] == "changes":
                rows: Sequence[Row] = table["rows"]
                return rows
    return []


def source_rows(records: Iterable[Row]) -> list[Row]:
    """Return a row for each source; an error and an alarm as their codes."""
    return [
        {
            **record,
            "error": record["error"] and record["error"]["code"],
            "alarm": record["alarm"] and record["alarm"]["kind"],
        }
        for record in records
    ]


def run_rows(record: Row) -> list[Row]:
    """Return a row for each of the last visits to a source."""
    return [
        {
            **run,
            "source": record["source"],
            "error": run["error"] and run["error"]["code"],
            "message": run["error"] and run["error"]["message"],
        }
        for run in record["runs"]
    ]


def tariff_rows(placements: Iterable[Row]) -> list[Row]:
    """Return a row for each tariff: what it costs, where it stands, against whom."""
    return [
        {
            **placed,
            "baskets_served": len(placed["baskets"]),
            "baskets_won": [one["basket"] for one in placed["baskets"] if one["rank"] == 1],
            "dominated_by": [plan["plan_id"] for plan in placed["dominated_by"]],
            "dominates": [plan["plan_id"] for plan in placed["dominates"]],
        }
        for placed in placements
    ]
