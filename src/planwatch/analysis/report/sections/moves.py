"""Moves section: changes of price and plan in the last 30 and 90 days, by brand and one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from planwatch.analysis.facts import Fact, facts_of, ids_of
from planwatch.analysis.inputs import Background
from planwatch.analysis.market.market import Market
from planwatch.analysis.metrics.moves import (
    PERIODS,
    Change,
    Moves,
    change_percent,
    count_moves,
    find_largest,
    keep_recent,
)
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.direct import TOLD as TOLD_OF_SELLERS
from planwatch.analysis.report.sections.direct import direct_part
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import Subject, brand_subject
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.london import show_day
from planwatch.domain.phrasing import (
    count_of,
    format_day,
    format_percent,
    format_pounds,
    join_words,
    name_plan_of_brand,
)

MOST_LISTED: Final = 20
_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("days", "Days", "int"),
    ("total", "Moves", "int"),
    ("new", "New", "int"),
    ("withdrawn", "Withdrawn", "int"),
    ("cuts", "Cuts", "int"),
    ("raises", "Increases", "int"),
    ("net_pence", "Net a month", "money_diff"),
    ("promotions", "Promotions", "int"),
    ("others", "Other", "int"),
)
_NEWEST_COLUMNS: Final[tuple[Column, ...]] = (
    ("day", "When", "text"),
    ("plan", "Plan", "text"),
    ("what", "What", "text"),
    ("before_pence", "Before", "money"),
    ("after_pence", "After", "money"),
    ("by_percent", "By", "percent"),
)
# of what the ledger's changes count: the column and attribute, the kind of fact, its label
_COUNTS: Final = (
    ("total", "moves", "moves"),
    ("new", "new_plans", "new plans"),
    ("withdrawn", "withdrawn", "plans withdrawn"),
    ("cuts", "cuts", "cuts of effective cost"),
    ("raises", "raises", "increases of effective cost"),
    ("promotions", "promotion_moves", "changes of promotion"),
    ("others", "other_moves", "other changes"),
)
_MONEY_KINDS: Final = frozenset({"effective", "headline", "new", "withdrawn", "relaunched"})
_WORDS: Final = {"effective": "effective cost", "headline": "headline price"}


def moves_part(
    market: Market, background: Background, shown: Sequence[str], compared: Sequence[str]
) -> Part:
    """Return the part: a sentence for each `shown` brand, rows for `compared` brands that moved."""
    periods = {days: period for days in PERIODS if (period := background.last_days(days))}
    if not periods:
        sentence = "No earlier prices are known, so there are no moves to show."
        return Part(sentences=[sentence], tables=[], facts=[])
    changes = [row for row in background.changes if row["brand"] in compared]
    counted = {
        (brand, days): count_moves(changes, brand, period, days)
        for brand in compared
        for days, period in periods.items()
    }
    rows = [_row(moves) for moves in counted.values() if moves.total or moves.brand in shown]
    names = {
        item.plan_id: name_plan_of_brand(item.plan)
        for item in (*market.listings, *market.elsewhere)
    }
    recent = keep_recent(changes, periods[max(PERIODS)])
    largest = find_largest(changes, periods[max(PERIODS)])
    return Part(
        sentences=[
            *(_say_brand(brand, counted) for brand in shown),
            *_say_others(shown, counted),
            *_say_largest(largest, names),
        ],
        tables=[
            build_table("moves", "By brand", _COLUMNS, rows),
            build_table(
                "newest_moves",
                f"Latest moves, at most {MOST_LISTED}",
                _NEWEST_COLUMNS,
                [_newest_row(row, names) for row in recent[:MOST_LISTED]],
            ),
        ],
        facts=[
            *(fact for moves in counted.values() for fact in _facts(moves)),
            *_largest_facts(largest, names),
        ],
    )


def _row(moves: Moves) -> Record:
    return {
        "brand": moves.brand,
        "days": moves.days,
        "total": moves.total,
        "new": moves.new,
        "withdrawn": moves.withdrawn,
        "cuts": moves.cuts,
        "raises": moves.raises,
        "net_pence": moves.net_pence,
        "promotions": moves.promotions,
        "others": moves.others,
        "ids": ids_of(
            brand_subject(moves.brand),
            variant=f"{moves.days}d",
            **{key: kind for key, kind, _ in _COUNTS},
        ),
    }


def _newest_row(change: Change, names: Mapping[str, str]) -> Record:
    is_money = change["kind"] in _MONEY_KINDS
    before, after = (change["before"], change["after"]) if is_money else (None, None)
    has_both = before is not None and after is not None
    return {
        "day": show_day(change["changed_at"]),
        "plan": _name(change, names),
        "what": _WORDS.get(change["kind"], change["kind"]),
        "before_pence": before,
        "after_pence": after,
        "by_percent": change_percent(change) if has_both else None,
        "ids": {"plan": change["plan_id"]},
    }


def _name(change: Change, names: Mapping[str, str]) -> str:
    """Return the plan's name in the market, for a withdrawn plan by its last version."""
    return str(names.get(change["plan_id"], change["plan"]))


def _plan_of(change: Change, names: Mapping[str, str]) -> Subject:
    return Subject(
        kind="plan",
        key=f"{change['source']}.{change['plan_key']}",
        words=_name(change, names),
        brand=change["brand"],
        plan_id=change["plan_id"],
    )


def _say_brand(brand: str, counted: Mapping[tuple[str, int], Moves]) -> str:
    month, quarter = (counted[brand, days] for days in PERIODS)
    if not quarter.total:
        return f"{brand} made no move in the last {PERIODS[1]} days."
    if not month.total:
        return (
            f"{brand} made no move in the last {PERIODS[0]} days and "
            f"{count_of(quarter.total, 'move')} in the last {PERIODS[1]} days."
        )
    kinds = [
        count_of(number, noun)
        for number, noun in (
            (month.new, "new plan"),
            (month.withdrawn, "withdrawal"),
            (month.cuts, "price cut"),
            (month.raises, "price increase"),
            (month.promotions, "promotion change"),
            (month.others, "other change"),
        )
        if number
    ]
    return (
        f"{brand} made {count_of(month.total, 'move')} in the last {PERIODS[0]} days "
        f"({join_words(kinds)}) and {quarter.total} in the last {PERIODS[1]} days."
    )


def _say_others(shown: Sequence[str], counted: Mapping[tuple[str, int], Moves]) -> list[str]:
    others = [
        moves
        for (brand, days), moves in counted.items()
        if brand not in shown and days == PERIODS[0] and moves.total
    ]
    if not others:
        return []
    most = max(others, key=lambda moves: moves.total)
    moves = count_of(most.total, "move")
    return [f"Of the others, {most.brand} moved most: {moves} in the last {PERIODS[0]} days."]


def _say_largest(change: Change | None, names: Mapping[str, str]) -> list[str]:
    if change is None:
        return []
    by = change["after"] - change["before"]
    percent = change_percent(change)
    share = "" if percent is None else f" ({format_percent(percent)})"
    return [
        f"The largest price move: {_name(change, names)} went {'up' if by > 0 else 'down'} from "
        f"{format_pounds(change['before'])} to {format_pounds(change['after'])} a month{share} by "
        f"the prices printed, on {format_day(change['changed_at'])}."
    ]


def _facts(moves: Moves) -> list[Fact]:
    return [
        Fact(
            kind=kind,
            variant=f"{moves.days}d",
            label=f"{label} in the last {moves.days} days",
            value=getattr(moves, key),
            unit="count",
            subject=brand_subject(moves.brand),
            formula="Moves",
        )
        for key, kind, label in _COUNTS
    ]


def _largest_facts(change: Change | None, names: Mapping[str, str]) -> list[Fact]:
    if change is None:
        return []
    subject, ids = _plan_of(change, names), (change["plan_id"],)
    before, after = "effective cost before its move", "effective cost after its move"
    return [
        *facts_of(
            subject,
            "Moves",
            ("move_before", before, change["before"], "pence_per_month"),
            ("move_after", after, change["after"], "pence_per_month"),
            plan_ids=ids,
        ),
        *facts_of(
            subject,
            "Moves",
            ("move_percent", "move of effective cost", change_percent(change), "percent"),
            plan_ids=ids,
            base="its cost before",
        ),
    ]


def _with_sellers(study: Study) -> Part:
    brands = study.market.brands
    moves = moves_part(study.market, study.background, study.brands, brands)
    both = moves.joined_with(direct_part(study.market, brands))
    return replace(both, leads=[Line(20, moves.sentences[0])])


_TITLE: Final = "Moves in the last 30 and 90 days"
TOLD: Final = frozenset(
    {
        *("move_percent", "move_before", "move_after", "moves", "new_plans", "withdrawn"),
        *("cuts", "raises", "promotion_moves"),
    }
)
COMPARED: Final = Section(
    report=COMPARE,
    name="moves",
    title=_TITLE,
    place=80,
    build=lambda study: moves_part(study.market, study.background, study.brands, study.brands),
    told=TOLD,
)
ANALYSED: Final = Section(
    report=ANALYSE,
    name="moves",
    title=_TITLE,
    place=80,
    build=_with_sellers,
    told=TOLD | TOLD_OF_SELLERS,
)
