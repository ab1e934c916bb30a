"""Digest of a period: changes that matter, basket winners, promotions and source problems.

The figures come from the ledger and `baskets`; here they are selected and written up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from planwatch.analysis.facts import Fact, count_fact, fact_records, ids_of
from planwatch.analysis.inputs import Background
from planwatch.analysis.market.market import Market, newest_capture
from planwatch.analysis.metrics.moves import change_percent
from planwatch.analysis.report.digest.alternations import find_alternations, say_alternations
from planwatch.analysis.report.digest.baskets import (
    build_baskets_section,
    find_moved_baskets,
    say_new_winner,
)
from planwatch.analysis.report.digest.coverage import (
    GOOD,
    Coverage,
    build_sources_section,
    list_caveats,
    say_collected_since,
    say_new_sources,
)
from planwatch.analysis.report.digest.events import build_events_section
from planwatch.analysis.report.digest.first_screen import Scene, write_first_screen
from planwatch.analysis.report.digest.lines import plan_by_id
from planwatch.analysis.report.digest.names import name_changes, say_end
from planwatch.analysis.report.digest.promotions import (
    MOST_LISTED,
    build_promotions_section,
    find_promotions,
)
from planwatch.analysis.report.document import Column, Record, build_section, build_table
from planwatch.analysis.subjects import MARKET, Subject
from planwatch.domain.allowance import Allowance
from planwatch.domain.cost_mark import format_cost
from planwatch.domain.london import show_day
from planwatch.domain.market_events import MarketEvent
from planwatch.domain.moves import MoveFilter
from planwatch.domain.phrasing import (
    MARKET_CURRENCY,
    count_of,
    format_date,
    format_percent,
    is_or_are,
    join_words,
)

_MOST_FINDINGS: Final = 5
_ALWAYS: Final = ("new", "withdrawn", "relaunched", "allowance")
_MATTERING: Final = (
    MoveFilter(kinds=_ALWAYS),
    MoveFilter(kinds=("effective",), min_pence=100),
    MoveFilter(kinds=("effective",), min_percent=5),
)
_CHANGE_COLUMNS: Final[tuple[Column, ...]] = (
    ("day", "When", "date"),
    ("plan", "Plan", "text"),
    ("what", "What", "text"),
    ("move", "From → to", "text"),
    ("by_pence", "By", "money_diff"),
    ("by_percent", "% of before", "percent"),
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
        comparable: `now` without the sources that `before` lacks; None where it lacks none.
        background: net moves of the period, the one of the last day first; baskets; sources.
        coverage: what was collected of the period.
        recorded: every recorded change of the period, back and forth included.
        brands: those that it is about; empty for all.
        rule_changes: sentences on other rise rules, which are no moves.
        plans_moved: how many plans are not as they were, as `changes` lists them.
        events: market events of the period and of the 30 days after it, the earliest first.
        brand: ours, whose own plans are told of; "" for nobody's digest.
        not_read: names the sources that were not read in full; None where all were.
    """

    since: date
    until: date
    before: Market | None
    now: Market
    background: Background
    comparable: Market | None = None
    coverage: Coverage = field(default_factory=Coverage)
    recorded: Sequence[Mapping[str, Any]] = ()
    brands: Sequence[str] = ()
    plans_moved: int = 0
    events: Sequence[MarketEvent] = ()
    rule_changes: Sequence[str] = ()
    brand: str = ""
    not_read: str | None = None


def build_digest(week: Week) -> Record:
    """Return the period as a document, with the lines of its first screen and five sections."""
    changes = _changes_that_matter(week)
    moved = _baskets_that_moved(week)
    promotions = find_promotions(week.background.changes)
    failing = [row for row in week.background.sources if row["outcome"] not in (None, *GOOD)]
    lines, more, line_facts = write_first_screen(
        Scene(
            before=week.before,
            now=week.comparable or week.now,
            whole=week.now,
            changes=week.background.changes,
            moved=moved,
            pricing=week.background.pricing,
            brand=week.brand,
            brands=week.brands,
            not_read=week.not_read,
        )
    )
    return {
        "kind": "digest",
        "brands": list(week.brands),
        "market_brands": list(week.now.brands),
        "focus": None,
        "since": week.since.isoformat(),
        "plans_moved": week.plans_moved,
        "as_of": newest_capture(week.now.listings).isoformat(),
        "verdict": _say_verdict(week, changes, moved, failing),
        "first_screen": lines,
        "first_screen_more": more,
        "findings": _say_findings(changes, moved),
        "sections": [
            {**section, "insights": [], "written_by": "template"}
            for section in (
                _changes_section(week, changes, sum(row["has_new_winner"] for row in moved)),
                build_baskets_section(
                    moved, say_new_sources(week.coverage), known=week.before is not None
                ),
                build_promotions_section(promotions),
                build_sources_section(failing, week.coverage.visits),
                build_events_section(week.events, week.since, week.until),
            )
        ],
        "facts": fact_records([*_facts(changes, moved, promotions, failing), *line_facts]),
        "caveats": list_caveats(week.background.sources),
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
        "day": show_day(change["changed_at"]),
        "brand": change["brand"],
        "plan": change["plan"],
        "what": _what(change),
        "move": _arrow(change) if shows else "",
        "before_pence": change["before"] if shows else None,
        "after_pence": change["after"] if shows else None,
        "by_pence": change["after"] - change["before"] if is_cost else None,
        "by_percent": change_percent(change) if is_cost else None,
        "cost_marks": change.get("by_rule") or {},
        "by_rule": ["move"] if any((change.get("by_rule") or {}).values()) else [],
        "ids": {
            "plan": change["plan_id"],
            **ids_of(
                _plan_of(change), variant=show_day(change["changed_at"]), by_pence="digest_change"
            ),
        },
    }


def _plan_of(change: Mapping[str, Any]) -> Subject:
    return plan_by_id(change["plan_id"], change["plan"], change["brand"])


def _what(change: Mapping[str, Any]) -> str:
    said = _WORDS[change["kind"]]
    if change["kind"] == "allowance":
        return f"{said} {_size(change['before'])} → {_size(change['after'])}"
    return said


def _arrow(change: Mapping[str, Any]) -> str:
    by_rule = change.get("by_rule") or {}
    return " → ".join(
        format_cost(change[side], MARKET_CURRENCY, by_rule=by_rule.get(side, False))
        for side in ("before", "after")
    )


def _size(data_mb: int | None) -> str:
    return "unlimited" if data_mb is None else str(Allowance(data_mb))


def _count_covered(week: Week) -> int:
    """Return how many net moves the digest covers; a headline goes with its effective cost."""
    covered = {"headline", "promotion", *_ALWAYS}
    return sum(row["kind"] in covered or matters(row) for row in week.background.changes)


def _baskets_that_moved(week: Week) -> list[Record]:
    if week.before is None:
        return []
    return find_moved_baskets(
        week.before, week.comparable or week.now, week.background.baskets, week.brands
    )


def _say_verdict(
    week: Week, changes: Sequence[Record], moved: Sequence[Record], failing: Sequence[Any]
) -> str:
    first = week.coverage.collected_since
    begun = max(week.since, first or week.since)
    period = f"From {format_date(begun)} to {format_date(week.until)}"
    if not changes and first is not None and not week.recorded:
        said = say_collected_since(first)
    elif not changes:
        others = (
            f"; other changes: {count_of(week.plans_moved, 'plan')}" if week.plans_moved else ""
        )
        said = f"{period} there was no net change that matters{others}."
        if first is not None:
            said += f" {say_collected_since(first)}"
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
        every = len({row["plan_id"] for row in changes}) == week.plans_moved
        counted = f"{count_of(week.plans_moved, 'plan')} changed"
        said = f"{period}, {counted}{'' if every else '; what matters'}: {join_words(parts)}."
        if first is not None:
            said += f" {say_collected_since(first)}"
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
    won = [row for row in moved if row["has_new_winner"]]
    return [
        *(_say_cost(row) for row in _costs_found(changes, len(won))),
        *(say_new_winner(row) for row in won[:2]),
    ]


def _costs_found(changes: Sequence[Record], won: int) -> list[Record]:
    """Return the changes of cost that the findings tell beside so many new winners."""
    costs = [row for row in changes if row["by_pence"]]
    return costs[: _MOST_FINDINGS - min(won, 2)]


def _say_cost(row: Record) -> str:
    way = "down" if row["by_pence"] < 0 else "up"
    share = "" if row["by_percent"] is None else f" ({format_percent(row['by_percent'])})"
    return (
        f"{row['plan']} went {way} from {say_end(row, 'before')} to "
        f"{say_end(row, 'after')} a month over its term{share}."
    )


def _changes_section(week: Week, changes: Sequence[Record], won: int) -> Record:
    others = len(week.background.changes) - _count_covered(week)
    sentences = name_changes(_without_findings(changes, won))
    if not changes:
        sentences.append(_say_no_change(week))
    sentences += say_alternations(find_alternations(week.recorded))
    if others:
        sentences.append(
            f"{count_of(others, 'smaller net move')} {is_or_are(others)} not shown; "
            "see: planwatch changes."
        )
    sentences += week.rule_changes
    return build_section(
        "changes",
        "Changes that matter",
        sentences,
        [build_table("changes", "Largest first", _CHANGE_COLUMNS, changes[:MOST_LISTED])]
        if changes
        else [],
    )


def _without_findings(changes: Sequence[Record], won: int) -> list[Record]:
    found = _costs_found(changes, won)
    return [row for row in changes if row not in found]


def _say_no_change(week: Week) -> str:
    first = week.coverage.collected_since
    if first is not None and not week.recorded:
        return say_collected_since(first)
    return (
        "Net over the period, no plan came or went, no allowance changed, and no effective cost "
        "moved by £1.00 a month or 5 %."
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
