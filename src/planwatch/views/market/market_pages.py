"""Whole pages about the market: what `plans`, `changes`, `show` and `sources` print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from planwatch.domain.london import show_time
from planwatch.domain.phrasing import format_count
from planwatch.views.market.analysis import render_analysis, render_sections
from planwatch.views.market.market import render_sources, say_no_plans
from planwatch.views.market.one_screen import OneScreen
from planwatch.views.table.column import Column
from planwatch.views.table.styles import print_note
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.ledger.reports.analyses import StoredAnalysis
    from planwatch.ledger.reports.model_answers import Usage

_ANALYSIS_COLUMNS: Final = (
    Column("analysis", is_head=True),
    Column("kind", is_head=True),
    Column("brands", folds=True, is_head=True),
    Column("made", is_head=True),
    Column("verdict", folds=True, is_note=True),
)


def print_plans(
    target: Console,
    table: FittingTable,
    *,
    note: str | None,
    anything: bool,
    unstated: Mapping[str, int],
) -> None:
    """Print a table of plans; an empty one says what to run instead."""
    print_note(target, note)
    if table.rows:
        target.print(table)
    else:
        target.print(say_no_plans(anything=anything, unstated=unstated))


def print_sources(
    target: Console, records: Sequence[Mapping[str, Any]], *, note: str | None
) -> None:
    """Print the table of sources."""
    print_note(target, note)
    target.print(render_sources(records))
    if not any(record["outcome"] for record in records):
        target.print("None was asked yet. Ask them: planwatch scrape --wait")
        target.print("Or look around first, without a network: planwatch demo")


def print_one_screen(
    target: Console,
    analysis: StoredAnalysis,
    *,
    usage: Usage | None = None,
    cached: bool = False,
    note: str | None,
    doubts: str,
) -> None:
    """Print one analysis on one screen.

    Args:
        doubts: which sources are not to be trusted, '' for none.
    """
    target.print(
        OneScreen(
            analysis_id=analysis.analysis_id,
            document=analysis.document,
            created_at=analysis.created_at,
            written_by=analysis.written_by,
            cached=cached,
            note=note,
            doubts=doubts,
            usage=say_usage(usage) if usage else "",
        )
    )


def print_sections(
    target: Console,
    analysis: StoredAnalysis,
    names: Sequence[str],
    *,
    note: str | None,
    doubts: str,
) -> None:
    """Print the sections of these names."""
    target.print(render_sections(analysis.document, names, note=note, doubts=doubts))


def print_analysis(
    target: Console,
    analysis: StoredAnalysis,
    *,
    usage: Usage | None,
    note: str | None,
    doubts: str,
) -> None:
    """Print one analysis in full, and what the words of a model took."""
    target.print(
        render_analysis(
            analysis.document,
            created_at=analysis.created_at,
            written_by=analysis.written_by,
            cached=False,
            note=note,
            doubts=doubts,
        )
    )
    if usage:
        target.print(Text(say_usage(usage), style="dim"))


def say_usage(usage: Usage) -> str:
    """Return what was asked of a model, as a line."""
    slowest = "" if usage.slowest_s is None else f", the slowest answer {usage.slowest_s:.1f} s"
    cost = f", cost {usage.cost:.4f}" if usage.cost else ""
    return (
        f"Asked {usage.model} at {usage.host}: {format_count(usage.requests, 'request')}, "
        f"{usage.prompt_tokens:,} tokens sent and {usage.answer_tokens:,} answered{slowest}{cost}."
    )


def print_analyses(
    target: Console, analyses: Sequence[StoredAnalysis], *, note: str | None
) -> None:
    """Print the list of analyses, the newest first."""
    print_note(target, note)
    if not analyses:
        target.print("No analysis yet. Make one: planwatch compare O2 Vodafone --wait")
        return
    target.print(render_analyses(analyses))


def render_analyses(analyses: Sequence[StoredAnalysis]) -> FittingTable:
    """Return the table of analyses with their verdicts."""
    rows = [
        (
            analysis.analysis_id,
            analysis.kind,
            " × ".join(analysis.brands),
            show_time(analysis.created_at),
            str(analysis.document["verdict"]),
        )
        for analysis in analyses
    ]
    return FittingTable("Analyses", _ANALYSIS_COLUMNS, rows)


def analysis_head(analysis: StoredAnalysis) -> dict[str, Any]:
    """Return what names an analysis, without its document."""
    return {
        "analysis_id": analysis.analysis_id,
        "kind": analysis.kind,
        "brands": list(analysis.brands),
        "created_at": analysis.created_at,
        "as_of": analysis.as_of,
        "written_by": analysis.written_by,
    }


def analysis_record(analysis: StoredAnalysis, usage: Usage | None) -> dict[str, Any]:
    """Return a whole analysis, and what the words of a model took."""
    asked = usage.as_record() if usage else None
    return {**analysis_head(analysis), **analysis.document, "usage": asked}
