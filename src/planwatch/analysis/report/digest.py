"""Digest of a period: changes that matter, basket winners, promotions and source problems.

The figures come from the ledger and `baskets`; here they are selected and written up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from planwatch.analysis.facts import Fact, count_fact, fact_records, ids_of
from planwatch.analysis.inputs import Background
from planwatch.analysis.market.market import Market, newest_capture
from planwatch.analysis.metrics.baskets import Basket, MarketPrice, price_market
from planwatch.analysis.metrics.moves import change_percent
from planwatch.analysis.report.document import Column, Record, build_section, build_table
from planwatch.analysis.subjects import MARKET, Subject
from planwatch.domain.allowance import Allowance
from planwatch.domain.moves import MoveFilter
from planwatch.domain.phrasing import (
    count_of,
    format_date,
    format_percent,
    format_pounds,
    is_or_are,
    join_some,
    join_words,
)

MOST_LISTED: Final = 20
_MOST_FINDINGS: Final = 5
_ALWAYS: Final = ("new", "withdrawn", "relaunched", "allowance")
_MATTERING: Final = (
    MoveFilter(kinds=_ALWAYS),
    MoveFilter(kinds=("effective",), min_pence=100),
    MoveFilter(kinds=("effective",), min_percent=5),
)
_GOOD: Final = ("ok", "unchanged")
_CHANGE_COLUMNS: Final[tuple[Column, ...]] = (
    ("day", "When", "date"),
    ("plan", "Plan", "text"),
    ("what", "What", "text"),
    ("move", "From → to", "text"),
    ("by_pence", "By", "money_diff"),
    ("by_percent", "% of before", "percent"),
)
_BASKET_COLUMNS: Final[tuple[Column, ...]] = (
    ("basket", "Basket", "text"),
    ("won_before", "Winner before", "text"),
    ("before_pence", "Price before", "money"),
    ("won_now", "Winner now", "text"),
    ("now_pence", "Price now", "money"),
    ("by_pence", "Change", "money_diff"),
)
_PROMOTION_COLUMNS: Final[tuple[Column, ...]] = (
    ("day", "When", "date"),
    ("plan", "Plan", "text"),
    ("what", "What", "text"),
    ("list_pence", "List price", "money"),
    ("months", "For months", "months"),
)
_SOURCE_COLUMNS: Final[tuple[Column, ...]] = (
    ("source", "Source", "text"),
    ("outcome", "Last visit", "text"),
    ("age", "Last good data", "text"),
    ("why", "Why", "text"),
)
_WORDS: Final = {
    "effective": "effective cost",
    "new": "new",
    "withdrawn": "withdrawn",
    "relaunched": "sold again",
    "allowance": "data",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What a digest is made of.

    Attributes:
        since: first day of the period; `until` the last.
        before: the market as it was at the start; None where nothing was known yet.
        now: the market as it is at the end.
        background: net moves of the period, the one of the last day first; baskets; sources.
    """

    since: date
    until: date
    before: Market | None
    now: Market
    background: Background


def build_digest(week: Week) -> Record:
    """Return the period as a document: verdict, findings, four sections, facts, caveats."""
    changes = _changes_that_matter(week)
    moved = _baskets(week)
    promotions = _promotions(week)
    failing = [row for row in week.background.sources if row["outcome"] not in (None, *_GOOD)]
    others = len(week.background.changes) - _count_covered(week)
    return {
        "kind": "digest",
        "brands": [],
        "market_brands": list(week.now.brands),
        "focus": None,
        "since": week.since.isoformat(),
        "as_of": newest_capture(week.now.listings).isoformat(),
        "verdict": _say_verdict(week, changes, moved, failing),
        "findings": _say_findings(changes, moved),
        "sections": [
            {**section, "insights": [], "written_by": "template"}
            for section in (
                _changes_section(changes, others),
                _baskets_section(moved, known=week.before is not None),
                _promotions_section(promotions),
                _sources_section(failing),
            )
        ],
        "facts": fact_records(_facts(changes, moved, promotions, failing)),
        "caveats": _caveats(week),
        "left_out": [],
        "considered": [],
    }


def matters(change: Mapping[str, Any]) -> bool:
    """Tell whether a change is large enough to be listed in the digest.

    New, withdrawn and relaunched plans and changed allowances always are; a change of effective
    cost is from £1.00 a month or 5 %. A headline price counts with its effective cost.

    Source: docs/reference/formulas.md, "Changes that matter".
    """
    return any(each.passes(change) for each in _MATTERING)


def _changes_that_matter(week: Week) -> list[Record]:
    rows = [_change_row(row) for row in week.background.changes if matters(row)]
    return sorted(rows, key=lambda row: -_weight(row))


def _weight(row: Record) -> int:
    return abs(int(row["by_pence"] or 0))


def _change_row(change: Mapping[str, Any]) -> Record:
    is_cost = change["kind"] == "effective"
    is_price = change["kind"] in ("new", "withdrawn", "relaunched")
    shows = is_cost or is_price
    return {
        "plan_id": change["plan_id"],
        "kind": change["kind"],
        "day": change["changed_at"][:10],
        "brand": change["brand"],
        "plan": change["plan"],
        "what": _what(change),
        "move": _arrow(change["before"], change["after"]) if shows else "",
        "before_pence": change["before"] if shows else None,
        "after_pence": change["after"] if shows else None,
        "by_pence": change["after"] - change["before"] if is_cost else None,
        "by_percent": change_percent(change) if is_cost else None,
        "ids": {
            "plan": change["plan_id"],
            **ids_of(_plan_of(change), variant=change["changed_at"][:10], by_pence="digest_change"),
        },
    }


def _plan_of(change: Mapping[str, Any]) -> Subject:
    return Subject(
        kind="plan",
        key=change["plan_id"].replace(":", "."),
        words=change["plan"],
        brand=change["brand"],
        plan_id=change["plan_id"],
    )


def _what(change: Mapping[str, Any]) -> str:
    said = _WORDS[change["kind"]]
    if change["kind"] == "allowance":
        return f"{said} {_size(change['before'])} → {_size(change['after'])}"
    return said


def _arrow(before: int | None, after: int | None) -> str:
    return f"{format_pounds(before)} → {format_pounds(after)}"


def _size(data_mb: int | None) -> str:
    return "unlimited" if data_mb is None else str(Allowance(data_mb))


def _count_covered(week: Week) -> int:
    """Return how many net moves the digest covers; a headline goes with its effective cost."""
    covered = {"headline", "promotion", *_ALWAYS}
    return sum(row["kind"] in covered or matters(row) for row in week.background.changes)


def _baskets(week: Week) -> list[Record]:
    """Return a row for each basket whose winner or price has changed."""
    if week.before is None:
        return []
    before, now = week.before.by_brand(), week.now.by_brand()
    rows = [
        _basket_row(basket, price_market(basket, before), price_market(basket, now))
        for basket in week.background.baskets
    ]
    return [row for row in rows if row["has_new_winner"] or row["by_pence"]]


def _basket_row(basket: Basket, then: MarketPrice, now: MarketPrice) -> Record:
    has_both = then.pence is not None and now.pence is not None
    return {
        "basket_id": basket.id,
        "basket": basket.label,
        "won_before": join_words(then.winners) if then.winners else "nobody",
        "before_pence": then.pence,
        "won_now": join_words(now.winners) if now.winners else "nobody",
        "now_pence": now.pence,
        "by_pence": (now.pence or 0) - (then.pence or 0) if has_both else None,
        "has_new_winner": set(then.winners) != set(now.winners),
    }


def _promotions(week: Week) -> list[Record]:
    rows = []
    for change in week.background.changes:
        if change["kind"] != "promotion":
            continue
        before, after = change["before"], change["after"]
        what = "began" if not before else "ended" if not after else "changed"
        terms = after or before or {}
        rows.append(
            {
                "plan_id": change["plan_id"],
                "day": change["changed_at"][:10],
                "plan": change["plan"],
                "what": what,
                "list_pence": terms.get("list_price_pence"),
                "months": terms.get("promo_months"),
                "ids": {"plan": change["plan_id"]},
            }
        )
    return rows


def _say_verdict(
    week: Week, changes: Sequence[Record], moved: Sequence[Record], failing: Sequence[Any]
) -> str:
    period = f"From {format_date(week.since)} to {format_date(week.until)}"
    if not changes:
        said = f"{period} there was no change that matters."
    else:
        cuts = sum((row["by_pence"] or 0) < 0 for row in changes)
        raises = sum((row["by_pence"] or 0) > 0 for row in changes)
        new = sum(row["kind"] in ("new", "relaunched") for row in changes)
        gone = sum(row["kind"] == "withdrawn" for row in changes)
        data = sum(row["kind"] == "allowance" for row in changes)
        parts = [
            count_of(number, noun)
            for number, noun in (
                (cuts, "price cut"),
                (raises, "price rise"),
                (new, "new plan"),
                (gone, "withdrawal"),
                (data, "allowance change"),
            )
            if number
        ]
        said = f"{period}: {join_words(parts)}."
    won = sum(row["has_new_winner"] for row in moved)
    if won:
        said += f" {count_of(won, 'usage basket')} {_has(won)} a new winner."
    if failing:
        names = join_words([row["source"] for row in failing])
        said += f" {count_of(len(failing), 'source')} {_need(len(failing))} attention: {names}."
    return said


def _need(number: int) -> str:
    return "needs" if number == 1 else "need"


def _has(number: int) -> str:
    return "has" if number == 1 else "have"


def _say_findings(changes: Sequence[Record], moved: Sequence[Record]) -> list[str]:
    costs = [row for row in changes if row["by_pence"]]
    won = [row for row in moved if row["has_new_winner"]]
    return [
        *(_say_cost(row) for row in costs[: _MOST_FINDINGS - min(len(won), 2)]),
        *(_say_new_winner(row) for row in won[:2]),
    ]


def _say_cost(row: Record) -> str:
    way = "down" if row["by_pence"] < 0 else "up"
    share = "" if row["by_percent"] is None else f" ({format_percent(row['by_percent'])})"
    return (
        f"{row['plan']} went {way} from {format_pounds(row['before_pence'])} to "
        f"{format_pounds(row['after_pence'])} a month over its term{share}."
    )


def _say_new_winner(row: Record) -> str:
    if row["now_pence"] is None:
        return f"No brand serves {row['basket']} any more; {row['won_before']} did before."
    return (
        f"{row['won_now']} now {'win' if ' and ' in row['won_now'] else 'wins'} {row['basket']} at "
        f"{format_pounds(row['now_pence'])}; {row['won_before']} won it before"
        + ("." if row["before_pence"] is None else f", at {format_pounds(row['before_pence'])}.")
    )


def _changes_section(changes: Sequence[Record], others: int) -> Record:
    sentences = []
    if not changes:
        sentences.append(
            "No plan or allowance changed, and no effective cost moved by £1.00 a month or 5 %."
        )
    if others:
        sentences.append(
            f"{count_of(others, 'smaller net move')} {is_or_are(others)} not shown; "
            "see: planwatch changes."
        )
    return build_section(
        "changes",
        "Changes that matter",
        sentences,
        [build_table("changes", "Largest first", _CHANGE_COLUMNS, changes[:MOST_LISTED])]
        if changes
        else [],
    )


def _baskets_section(moved: Sequence[Record], *, known: bool) -> Record:
    if not known:
        sentences = ["The winners at the start are not known: nothing had been collected yet."]
    elif not moved:
        sentences = ["No usage basket has a new winner or a new price."]
    else:
        won = [row for row in moved if row["has_new_winner"]]
        sentences = [_say_new_winner(row) for row in won] or ["No basket has a new winner."]
    tables = (
        [build_table("baskets", "Baskets that changed", _BASKET_COLUMNS, moved)] if moved else []
    )
    return build_section("baskets", "Usage baskets", sentences, tables)


def _promotions_section(promotions: Sequence[Record]) -> Record:
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


def _sources_section(failing: Sequence[Mapping[str, Any]]) -> Record:
    if not failing:
        return build_section(
            "sources", "Sources", ["Every source that was visited is in order."], []
        )
    rows = [
        {
            "source": row["source"],
            "outcome": row["outcome"],
            "age": row["last_good_at"][:10] if row["last_good_at"] else "never",
            "why": row["error"]["message"] if row["error"] else "",
        }
        for row in failing
    ]
    names = join_some([row["source"] for row in rows])
    return build_section(
        "sources",
        "Sources",
        [f"The figures for {names} are from the last good visit."],
        [build_table("sources", "Sources with problems", _SOURCE_COLUMNS, rows)],
    )


def _facts(
    changes: Sequence[Record],
    moved: Sequence[Record],
    promotions: Sequence[Record],
    failing: Sequence[Any],
) -> list[Fact]:
    costs = [row for row in changes if row["by_pence"] is not None]
    won = [row for row in moved if row["has_new_winner"]]
    counts = [
        ("changes", len(changes), "changes that matter"),
        ("cuts", sum(row["by_pence"] < 0 for row in costs), "price cuts"),
        ("raises", sum(row["by_pence"] > 0 for row in costs), "price rises"),
        ("baskets", len(won), "usage baskets with a new winner"),
        ("promotions", len(promotions), "promotions that began, ended or changed"),
        ("sources", len(failing), "sources that need attention"),
    ]
    return [
        *(count_fact("digest", number, label, MARKET, what) for what, number, label in counts),
        *(_cost_fact(row) for row in costs[:MOST_LISTED]),
    ]


def _cost_fact(row: Record) -> Fact:
    return Fact(
        kind="digest_change",
        variant=row["day"],
        label="change of effective cost",
        value=row["by_pence"],
        unit="pence_per_month",
        subject=_plan_of(row),
        formula="Moves",
        plan_ids=(row["plan_id"],),
        base="its cost before",
    )


def _caveats(week: Week) -> list[str]:
    caveats = [
        "A change of effective cost compares the prices printed on the page for a contract signed "
        "on the same day: the passing of a month is no change."
    ]
    stale = [row["source"] for row in week.background.sources if row["freshness"] == "stale"]
    if stale:
        caveats.append(f"The data from {join_words(stale)} are over 48 hours old.")
    return caveats
