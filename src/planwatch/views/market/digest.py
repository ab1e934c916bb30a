"""What `digest` prints: the verdict, the first screen, then each section with its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from planwatch.analysis.report.digest.room import LinesOfHeading, fit_lines, lines_by_heading
from planwatch.views.market.analysis import render_body, render_verdict, say_trust
from planwatch.views.table.styles import list_points

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

SCREEN_LINES: Final = 25
_BESIDE: Final = 60
"""Columns from which on a heading stands beside its lines, not above them."""


def print_digest(target: Console, document: Mapping[str, Any], *, note: str | None) -> None:
    """Print a digest; note, verdict and first screen together take 25 lines at most."""
    panel = render_verdict(
        Text(document["verdict"]),
        f"{document['since']} to {document['as_of']}",
        "words by the template",
    )
    verdict = Group(*say_trust(note, ""), panel)
    draw = _list_beside if target.width >= _BESIDE else _list_below

    def fits(found: Sequence[LinesOfHeading]) -> bool:
        screen = Group(verdict, draw(found))
        return len(target.render_lines(screen, pad=False)) <= SCREEN_LINES

    found = [each for each in lines_by_heading(document) if not _is_said(each, note)]
    target.print(verdict, draw(fit_lines(found, fits)), render_body(document))


def _is_said(found: LinesOfHeading, note: str | None) -> bool:
    """Tell whether the lines stand in the note above already: what was not read does."""
    return all(text in (note or "") for text in found.texts)


def _list_beside(found: Sequence[LinesOfHeading]) -> RenderableType:
    listed = Table.grid()
    listed.add_column(no_wrap=True)
    listed.add_column(no_wrap=True)
    listed.add_column(overflow="fold")
    for each in found:
        for place, text in enumerate(each.texts):
            listed.add_row(Text("" if place else each.label, style="bold"), " • ", Text(text))
    return listed


def _list_below(found: Sequence[LinesOfHeading]) -> RenderableType:
    parts: list[RenderableType] = []
    for each in found:
        parts += [Text(each.label, style="bold"), list_points(each.texts)]
    return Group(*parts)
