"""Facts of an analysis, a line each; and one of them with all that it was computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from planwatch.domain.cost_mark import FOOTNOTE, MAY_RISE, format_cost
from planwatch.domain.london import show_time
from planwatch.domain.phrasing import MARKET_CURRENCY, format_count, format_pounds, short_date
from planwatch.views.report.cells import format_fact
from planwatch.views.table.column import Column
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console


_FACT_COLUMNS: Final = (
    Column("fact", is_head=True),
    Column("value", align="right"),
    Column("what", folds=True),
    Column("formula", folds=True),
)
_INPUT_COLUMNS: Final = (
    Column("plan", folds=True, is_head=True),
    Column("headline", align="right"),
    Column("effective", align="right"),
    Column("as of"),
    Column("page", folds=True),
)


def print_facts(target: Console, facts: Iterable[Mapping[str, Any]]) -> None:
    """Print each fact on a line, for grep and cut: id, value, and what it is, by tabs."""
    for fact in facts:
        target.file.write("\t".join((str(fact["id"]), format_fact(fact), _say(fact))) + "\n")


def render_facts(facts: Iterable[Mapping[str, Any]]) -> FittingTable:
    """Return facts as a table."""
    rows = [
        (str(fact["id"]), format_fact(fact), _say(fact), str(fact["formula"])) for fact in facts
    ]
    return FittingTable("Facts", _FACT_COLUMNS, rows)


def render_inputs(why: Mapping[str, Any]) -> FittingTable:
    """Return the plans that a fact was computed from, the fact in the title."""
    rows = [
        (
            one["plan"],
            format_pounds(one["headline_pence"]),
            format_cost(one["effective_pence"], MARKET_CURRENCY, by_rule=one["by_rule"]),
            short_date(one["as_of"]),
            one["url"] or "",
        )
        for one in why["inputs"]
    ]
    fact = why["fact"]
    title = f"{format_fact(fact)}: {_say(fact)}"
    footnote = FOOTNOTE if any(one["by_rule"] for one in why["inputs"]) else ""
    caption = "; ".join(filter(None, (why["formula"]["says"].rstrip("."), footnote))) or None
    return FittingTable(title, _INPUT_COLUMNS, rows, caption=caption)


def _say(fact: Mapping[str, Any]) -> str:
    base = fact.get("base") or ""
    base = f", against {base}" if base and base not in str(fact["subject"]) else ""
    return f"{fact['label']}: {fact['subject']}{base}"


def print_why(target: Console, why: Mapping[str, Any], lines: Iterable[str] = ()) -> None:
    """Print a fact with its formula, its plans and their pages.

    Args:
        lines: what stands below the fact, before its formula.
    """
    fact, formula = why["fact"], why["formula"]
    target.print(Text.assemble((format_fact(fact), "bold"), f"  {_say(fact)}"))
    for line in lines:
        target.print(Text(line), soft_wrap=True)
    target.print(Text(fact["id"], style="dim"))
    meaning = f": {formula['says']}" if formula["says"] else ""
    target.print(Text(f"{formula['name']}{meaning}"))
    if not why["inputs"]:
        target.print("Counted or computed over the plans considered: planwatch show")
        return
    target.print(f"From {format_count(len(why['inputs']), 'plan')}:")
    for one in why["inputs"]:
        _print_input(target, one)
    if any(one["by_rule"] for one in why["inputs"]):
        target.print(Text(FOOTNOTE, style="dim"))


def _print_input(target: Console, one: Mapping[str, Any]) -> None:
    lines = [
        f"{one['plan']}: {format_pounds(one['headline_pence'])} headline, "
        f"{format_cost(one['effective_pence'], MARKET_CURRENCY, by_rule=one['by_rule'])} "
        f"effective{f', {MAY_RISE}' if one['may_rise'] else ''}, "
        f"as of {short_date(one['as_of'])}"
    ]
    if one["url"]:
        lines.append(f"  {one['url']}")
    if one["captured_at"]:
        kept = f", kept as {one['page_file']}" if one["page_file"] else ", no longer kept"
        lines.append(f"  page of {show_time(one['captured_at'])}{kept}")
    for line in lines:
        target.print(Text(f"  {line}"), soft_wrap=True)  # a path is to be copied whole
