"""An analysis on the screen in full: the verdict first, then sections with their tables.

One screen of it: one_screen.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from planwatch.analysis.report.document import has_cost_by_rule
from planwatch.domain.cost_mark import FOOTNOTE
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.london import show_time
from planwatch.domain.phrasing import short_date
from planwatch.views.market.report_table import render_table
from planwatch.views.report.advice import heading_of
from planwatch.views.report.first_table import name_section
from planwatch.views.report.labels import CAVEATS
from planwatch.views.table.styles import NOTE_STYLE, list_points, note_text


def render_analysis(
    document: Mapping[str, Any],
    *,
    created_at: str,
    written_by: str,
    cached: bool,
    note: str | None,
    doubts: str = "",
) -> Group:
    """Return the whole analysis.

    Args:
        cached: it stood already, over the same plans.
        note: what a recorded market must say, None for a real one.
        doubts: which sources are not to be trusted, '' for none.
    """
    return Group(
        *say_trust(note, doubts),
        render_document(
            document, title=title_of(document), subtitle=say_origin(document, written_by), note=None
        ),
        "",
        Text(say_made(created_at, cached=cached), style="dim"),
    )


def render_document(
    document: Mapping[str, Any], *, title: str, subtitle: str, note: str | None
) -> Group:
    """Return a document: the verdict in a panel, findings, sections, caveats."""
    parts: list[RenderableType] = [*say_trust(note, "")]
    parts.append(render_verdict(Text(document["verdict"]), title, subtitle))
    parts.append(list_points(document["findings"]))
    if document.get("actions"):  # older documents have none
        parts += ["", Text(heading_of(document), style="bold underline")]
        parts.append(list_points(document["actions"]))
    return Group(*parts, render_body(document))


def render_body(document: Mapping[str, Any]) -> Group:
    """Return the sections with their tables, then the caveats."""
    parts: list[RenderableType] = []
    for section in document["sections"]:
        parts += ["", *_render_section(section)]
    if document["caveats"]:
        parts += ["", *_render_caveats(document["caveats"])]
    if has_cost_by_rule(document):
        parts += ["", Text(FOOTNOTE, style="dim")]
    return Group(*parts)


def render_sections(
    document: Mapping[str, Any], names: Sequence[str], *, note: str | None, doubts: str = ""
) -> Group:
    """Return the sections of these names, in the order asked for."""
    by_name = {name_section(section): section for section in document["sections"]}
    parts: list[RenderableType] = [*say_trust(note, doubts)]
    for name in dict.fromkeys(names):
        parts += [""] if parts else []
        parts += (
            _render_caveats(document["caveats"])
            if name not in by_name
            else _render_section(by_name[name])
        )
    return Group(*parts)


def list_section_names(document: Mapping[str, Any]) -> list[str]:
    """Return the names that --section knows, in the document's order."""
    names = [name_section(section) for section in document["sections"]]
    return [*names, *([CAVEATS] if document["caveats"] and CAVEATS not in names else [])]


def title_of(document: Mapping[str, Any]) -> str:
    """Return what an analysis is about."""
    title = " × ".join(document["brands"]) if document["kind"] == COMPARE else "Market analysis"
    return f"{title} for {document['focus']}" if document["kind"] == ANALYSE else title


def say_origin(document: Mapping[str, Any], written_by: str) -> str:
    """Return the day of the plans, and who wrote the words."""
    return f"plans as of {short_date(document['as_of'])}, words by {say_writer(written_by)}"


def say_made(created_at: str, *, cached: bool) -> str:
    """Return when an analysis was made, as a sentence."""
    made = show_time(created_at)
    if cached:
        return f"Cached, from {made}: no plan has changed; --refresh makes a new one."
    return f"Made {made}."


def say_writer(written_by: str) -> str:
    """Return who wrote an analysis, as it stands in a sentence."""
    return "model and template" if written_by == "mixed" else f"the {written_by}"


def say_trust(note: str | None, doubts: str) -> list[Text]:
    """Return the first lines: sources to doubt, then what a recorded market must say."""
    lines = [Text(doubts, style=NOTE_STYLE)] if doubts else []
    return [*lines, *([note_text(note)] if note else [])]


def render_verdict(verdict: Text, title: str, subtitle: str) -> Panel:
    """Return the verdict in a panel."""
    return Panel(
        verdict,
        title=Text(title),  # a panel reads markup in a plain string whatever the console says
        title_align="left",
        subtitle=Text(subtitle),
        subtitle_align="right",
        border_style="cyan",
    )


def _render_section(section: Mapping[str, Any]) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(section["title"], style="bold underline")]
    parts += [Text(sentence) for sentence in section["sentences"]]
    for table in section["tables"]:
        if table["rows"]:
            parts += ["", render_table(table)]
    return parts


def _render_caveats(caveats: Iterable[str]) -> list[RenderableType]:
    return [Text("Caveats", style="bold underline"), list_points(caveats)]
