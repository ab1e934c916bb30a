"""Render `match`: the headlines that match and beat each rival in sentences, then in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from planwatch.domain.phrasing import (
    format_pounds,
    join_some,
    join_words,
    possessive,
    short_data,
    short_date,
    short_term,
)
from planwatch.views.output.delivery import render_tables
from planwatch.views.output.markdown import escape
from planwatch.views.table.column import Column
from planwatch.views.table.styles import list_points, print_note
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console

Record = Mapping[str, Any]
_COLUMNS: Final = (
    Column("against"),
    Column("rival", folds=True, is_head=True),
    Column("its cost", align="right"),
    Column("match at", align="right"),
    Column("cost", align="right"),
    Column("beat at", align="right"),
    Column("cost ", align="right"),
    Column("it gives less", folds=True),
)
_BASES: Final = (
    ("like for like", "like_for_like"),
    ("peers", "peers"),
    ("overall", "overall"),
)


def print_match(target: Console, found: Record, *, note: str | None) -> None:
    """Print what a tariff must charge: the answer first."""
    print_note(target, note)
    target.print(Text(_title(found), style="bold underline"))
    target.print(list_points(say_match(found)))
    if rows := _rows(found):
        target.print(FittingTable("Headline prices, £ a month", _COLUMNS, rows))


def render_match(found: Record, *, note: str | None) -> str:
    """Return the same as Markdown."""
    points = "\n".join(f"- {escape(point)}" for point in say_match(found))
    rows = _rows(found)
    tables = [FittingTable("Headline prices, £ a month", _COLUMNS, rows)] if rows else []
    head = f"> {escape(note)}\n\n" if note else ""
    return f"{head}# {escape(_title(found))}\n\n{points}\n\n{render_tables(tables)}"


def _title(found: Record) -> str:
    size = f"{short_data(found['data_mb'])}, {short_term(found['term_months'])}"
    return f"What {found['brand']} must charge for {size}"


def say_match(found: Record) -> list[str]:
    """Return the headline to match and to beat each rival, then what it does to the brand."""
    return [
        _say_like(found),
        *_say_peers(found),
        *_say_overall(found),
        *_say_recommended(found),
        *_say_current(found),
        *_say_longer(found),
        *_say_ladder(found),
        *_say_assumptions(found),
    ]


def _say_like(found: Record) -> str:
    like = found["like_for_like"]
    if like is None:
        return (
            "No equivalent: no other brand is known to sell as much on no longer a term and give "
            "no less in speed and roaming."
        )
    size = "" if like["is_same_size"] else ", the cheapest with as much data on no longer a term"
    which = ", which is the cheapest overall" if _is_both(found) else ""
    return f"Like for like, {_offer(like)}{size}{which}: {_prices(like)}."


def _is_both(found: Record) -> bool:
    """Tell whether the cheapest like for like is the cheapest overall."""
    overall, like = found["overall"], found["like_for_like"]
    return bool(overall and like and overall["rival_id"] == like["rival_id"])


def _say_peers(found: Record) -> list[str]:
    names = found["pricing"]["peers"]
    if not names:
        return []
    peers = found["peers"]
    if peers is None:
        return [f"None of your peers ({join_words(names)}) sells an equivalent."]
    return [f"Among your peers ({join_words(names)}), {_offer(peers)}: {_prices(peers)}."]


def _say_overall(found: Record) -> list[str]:
    overall = found["overall"]
    if overall is None or _is_both(found):
        return []
    less = _say_less(overall)
    return [
        f"Cheapest overall, {_offer(overall)}{f' ({less})' if less else ''}: {_prices(overall)}."
    ]


def _say_recommended(found: Record) -> list[str]:
    advice, pricing = found["recommended"], found["pricing"]
    if advice is None or not (
        pricing["peers"] or pricing["premium_pence"] or pricing["floor_pence"]
    ):
        return []
    if advice["price_pence"] is None:
        return ["No headline is low enough for what you aim at: the rises alone cost more."]
    aim = f"{advice['rival']} {_say_premium(pricing['premium_pence'])}".rstrip()
    price, cost = format_pounds(advice["price_pence"]), format_pounds(advice["effective_pence"])
    if advice["is_floor"]:
        return [
            f"Charge {price} (effective {cost}): your floor. To cost as much as {aim} it would "
            "have to be lower."
        ]
    return [f"Charge {price} (effective {cost}) to cost as much as {aim}."]


def _say_premium(pence: int) -> str:
    if not pence:
        return ""
    return f"{'plus' if pence > 0 else 'less'} {format_pounds(abs(pence))}"


def _say_current(found: Record) -> list[str]:
    current, like = found["current"], found["like_for_like"] or found["overall"]
    if current is None:
        return [f"{found['brand']} sells no such plan now."]
    now = (
        f"{current['plan']} is {format_pounds(current['price_pence'])} now "
        f"(effective {format_pounds(current['effective_pence'])})"
    )
    if like is None:
        return [f"{now}."]
    gap = current["comparable_pence"] - like["rival_pence"]
    if gap == 0:
        return [f"{now}, as much as {like['rival']}."]
    side = "more" if gap > 0 else "less"
    return [f"{now}, {format_pounds(abs(gap))} {side} than {like['rival']}."]


def _say_longer(found: Record) -> list[str]:
    longer = found["longer_term"]
    if longer is None:
        return []
    return [
        f"Cheaper still on a longer term: {longer['plan']} at "
        f"{format_pounds(longer['effective_pence'])}."
    ]


def _say_ladder(found: Record) -> list[str]:
    advice, ladder = found["recommended"], found["own_ladder"]
    if advice is None or advice["price_pence"] is None:
        return []
    at = f"At {format_pounds(advice['price_pence'])}"
    said = []
    if below := [each["plan"] for each in ladder["dominated"]]:
        said.append(f"{at} it costs no more and gives no less than {join_some(below)}.")
    if above := [each["plan"] for each in ladder["dominating"]]:
        said.append(f"{at} nobody need buy it: {join_some(above)} costs no more, gives no less.")
    whose = possessive(found["brand"])
    return said or [f"{at} it leaves the rest of {whose} ladder as it is."]


def _say_assumptions(found: Record) -> list[str]:
    abroad = "not stated" if found["roaming"] is None else found["roaming"]
    if found["roaming_mb"]:
        abroad = f"{abroad} with {short_data(found['roaming_mb'])}"
    speed = f"{found['max_speed_mbps']} Mbps" if found["max_speed_mbps"] else "no limit"
    rises = ", and the price may rise by an amount nobody states" if found["may_rise"] else ""
    return [
        f"For a contract signed on {short_date(found['as_of'])}; the tariff's roaming: {abroad}, "
        f"its speed: {speed}{rises}."
    ]


def _offer(block: Record) -> str:
    return f"{block['rival']} at {format_pounds(block['rival_pence'])}"


def _prices(block: Record) -> str:
    if block["match_pence"] is None:
        return "no headline is low enough to match it"
    match = (
        f"charge {format_pounds(block['match_pence'])} to match it "
        f"(effective {format_pounds(block['match_effective_pence'])})"
    )
    if block["beat_pence"] is None:
        return match
    return (
        f"{match}, {format_pounds(block['beat_pence'])} to beat it "
        f"({format_pounds(block['beat_effective_pence'])})"
    )


def _say_less(block: Record) -> str:
    parts = []
    if block["lacks"]:
        parts.append(f"it lacks {join_words(block['lacks'])}")
    if block["not_stated"]:
        parts.append(f"it does not state {join_words(block['not_stated'])}")
    return "; ".join(parts)


def _rows(found: Record) -> list[tuple[str, ...]]:
    return [
        (
            name,
            block["rival"],
            format_pounds(block["rival_pence"]),
            format_pounds(block["match_pence"]),
            format_pounds(block["match_effective_pence"]),
            format_pounds(block["beat_pence"]),
            format_pounds(block["beat_effective_pence"]),
            _say_less(block),
        )
        for name, key in _BASES
        if (block := found[key]) is not None and not (key == "overall" and _is_both(found))
    ]
