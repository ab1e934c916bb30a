"""One source in full, and what was done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.padding import Padding
from rich.text import Text

from planwatch.domain.london import show_day, show_minute
from planwatch.domain.outcome import STORING_OUTCOMES
from planwatch.domain.phrasing import (
    DASH,
    format_age,
    format_count,
    format_money,
    list_some,
    short_data,
    short_term,
)
from planwatch.views.table.column import Column
from planwatch.views.table.styles import OUTCOME_STYLES, print_note
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from planwatch.services.sources.repair import Repaired

_RUN_COLUMNS: Final = (
    Column("when", is_head=True),
    Column("outcome", is_head=True),
    Column("plans", align="right"),
    Column("flags", align="left"),
    Column("remark", folds=True, is_note=True),
)
_MOVES_SHOWN: Final = 20
_HOUR_S: Final = 3600
_PENCE: Final = "_pence"


def print_source(
    target: Console, record: Mapping[str, Any], *, currency: str, note: str | None
) -> None:
    """Print one source: how it is, what its newest outcome rests on, its last runs."""
    print_note(target, note)
    name = record["brand"] or "many brands"
    target.print(Text.assemble((record["source"], "bold"), f" ({name})"))
    for label, words in _facts(record):
        _print_indented(target, f"{label:<16}{words}")
    runs = record["runs"]
    if not runs:
        target.print(f"Never asked. Ask it: planwatch scrape {record['source']} --wait")
        return
    for line in _evidence(record["source"], runs[0], currency):
        _print_indented(target, line)
    target.print(render_runs(record))


def render_runs(record: Mapping[str, Any]) -> FittingTable:
    """Return the table of the last visits to a source, the newest first."""
    rows = [
        (
            show_minute(run["checked_at"]),
            Text(run["outcome"], OUTCOME_STYLES.get(run["outcome"], "dim")),
            str(run["plans"]) if run["outcome"] in STORING_OUTCOMES else DASH,
            ", ".join(run["flags"]),
            run["error"]["message"] if run["error"] else "",
        )
        for run in record["runs"]
    ]
    title = f"Last runs of {record['source']}"
    return FittingTable(title, _RUN_COLUMNS, rows)


def _print_indented(target: Console, line: str) -> None:
    """Print a line below a head; what is folded stays below it."""
    target.print(Padding(Text(line), (0, 0, 0, 2), expand=False))


def _facts(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    age_h = record["age_h"]
    since = (
        "no good data yet"
        if age_h is None
        else f"last read {format_age(max(0.0, age_h * _HOUR_S))}"
    )
    facts = [
        ("in force", f"{format_count(record['plans_in_force'], 'plan')}, {since}"),
        ("checked against", record["checked_against"]),
    ]
    proof = record.get("checked_live")
    if proof:
        day, count = show_day(proof["at"]), format_count(proof["plans"], "plan")
        words = f"{count} of its first page, on {day} here"
        facts.append((proof["against"], words))
    if not record["in_settings"]:
        facts.append(("not asked", "no longer in the settings; its plans stay as last read"))
    elif not record["enabled"]:
        facts.append(("switched off", "by the settings; a scrape does not ask it"))
    if record["alarm"]:
        facts.append((record["alarm"]["kind"], record["alarm"]["message"]))
    if record["plans_absent"]:
        facts.append(("absent", f"{record['plans_absent']} of them, at the last good visit"))
    return facts


def _evidence(source_id: str, run: Mapping[str, Any], currency: str) -> list[str]:
    """Return in words what the newest outcome rests on."""
    detail, lines = run["detail"], []
    miner = detail.get("miner")
    if miner:
        found = format_count(miner["found"], "offer")
        lines.append(
            f"the card miner finds {found} there and agrees with {miner['agreement']:.0%} of the"
            " parser's prices"
            if detail.get("coverage", {}).get("cards")
            else f"the card miner finds {found} there"
        )
        unverified = [
            f"{short_data(one['data_mb'])} {short_term(one['term_months'])} "
            f"{format_money(one['price_pence'], currency)}"
            for one in miner.get("unverified", ())
        ]
        if unverified:
            lines.append(f"only the miner sees, unverified: {list_some(unverified, _MOVES_SHOWN)}")
    if "usual_plans" in detail:
        lines.append(
            f"usual are {detail['usual_plans']:g} plans, the median of the last good visits"
        )
    read = detail.get("coverage", {})
    if read.get("read", 1.0) < 1.0:
        lines.append(f"{1 - read['read']:.0%} of {read['cards']} cards could not be read")
    if detail.get("missing"):
        lines.append(f"missing: {list_some(detail['missing'], _MOVES_SHOWN)}")
    moved = [
        f"{one['plan_key']} {format_money(one['before'], currency)} → "
        f"{format_money(one['after'], currency)}"
        for one in detail.get("moved", ())
    ]
    if moved:
        lines.append(f"moved: {list_some(moved, _MOVES_SHOWN)}")
    if run["outcome"] == "suspicious":
        lines.append(f"right all the same? Then: planwatch sources accept {source_id}")
    elif run["error"] and run["error"]["hint"]:
        lines.append(f"→ {run['error']['hint']}")
    return lines


def print_repaired(target: Console, done: Repaired, todo: str) -> None:
    """Print what was stored, or would be, run by run and plan by plan.

    Args:
        todo: the command that stores what is only shown.
    """
    for run in done.runs:
        was, now = run["was"], run["outcome"]
        words = f"{now}" if was == now else f"{was} → {now}"
        reason = f": {run['error']['message']}" if run["error"] else ""
        target.print(Text(f"{done.source} of {show_day(run['checked_at'])}: {words}{reason}"))
        if run.get("absent"):
            target.print(
                Text(
                    f"  {run['plans']} plans are stored; {run['absent']} in force are not among"
                    " them and are withdrawn if the next good scrape does not find them either"
                )
            )
    if not done.moves and not any(run["absent"] for run in done.runs):
        target.print(f"{done.source}: no plan in force differs from what was stored.")
    for line in _move_lines(done):
        _print_indented(target, line)
    if not done.applied and (done.moves or any(run["was"] != run["outcome"] for run in done.runs)):
        target.print(f"Nothing is stored yet. Store it: {todo}")


def describe_recorded(places: Sequence[Path]) -> str:
    """Return what to know before pages out of a HAR file are kept, and where they will lie."""
    files = list(dict.fromkeys(str(place) for place in places))
    return (
        "planwatch: if you were signed in when this HAR was recorded, its pages may hold a"
        f" customer's data (name, number, address). They are kept in {', '.join(files)}."
    )


def print_imported(target: Console, done: Repaired, entry: Mapping[str, Any]) -> None:
    """Print what came of pages that a person saved."""
    outcome = Text(entry["outcome"], OUTCOME_STYLES.get(entry["outcome"], "dim"))
    target.print(
        Text.assemble(f"{done.source}: ", outcome, f", {format_count(entry['plans'], 'plan')}")
    )
    if entry["error"]:
        target.print(Text(f"  {entry['error']['message']}"))
        if entry["error"]["hint"]:
            target.print(Text(f"  → {entry['error']['hint']}"))
    for line in _move_lines(done):
        _print_indented(target, line)


def _move_lines(done: Repaired) -> list[str]:
    moves, lines = done.moves, []
    for move in moves[:_MOVES_SHOWN]:
        fields = ", ".join(
            f"{name.removesuffix(_PENCE).replace('_', ' ')} "
            f"{_value(name, field['before'], done.currency)} → "
            f"{_value(name, field['after'], done.currency)}"
            for name, field in move["fields"].items()
        )
        lines.append(f"{move['kind']}: {move['plan_key']}" + (f" ({fields})" if fields else ""))
    if len(moves) > _MOVES_SHOWN:
        lines.append(f"and {len(moves) - _MOVES_SHOWN} more")
    return lines


def _value(name: str, value: Any, currency: str) -> str:
    if value is None:
        return "not stated"
    if name == "price_steps":
        steps = [
            f"{format_money(step['price_pence'], currency)} from {step['from']}" for step in value
        ]
        return ", ".join(steps) or "none"
    return format_money(value, currency) if name.endswith(_PENCE) else str(value)
