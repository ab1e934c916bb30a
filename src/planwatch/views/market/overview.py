"""`planwatch` alone: where things stand and what to do next, in at most twelve plain lines."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

from planwatch.domain.phrasing import format_age, format_count
from planwatch.views.output.streams import print_line

if TYPE_CHECKING:
    from planwatch.services.market.overview import Overview

MOST_LINES = 12
_FINDING = " • "
_UNFOLDED = 10_000
_HOUR_S = 3600
_MOST_FINDINGS = 3


def print_overview(overview: Overview) -> None:
    """Print it, folded at words to the width of the terminal."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNFOLDED
    for line in fit_lines(lines_of(overview), width):
        print_line(line)


def fit_lines(lines: list[str], width: int) -> list[str]:
    """Fold lines at words; findings give way, the last first, where more than twelve come of it."""
    kept = list(lines)
    while True:
        folded = [part for line in kept for part in _fold(line, width)]
        findings = [line for line in kept if line.startswith(_FINDING)]
        if len(folded) <= MOST_LINES or not findings:
            return folded
        kept.remove(findings[-1])


def _fold(line: str, width: int) -> list[str]:
    indent = " " * len(_FINDING) if line.startswith(_FINDING) else ""
    return textwrap.wrap(line, width, subsequent_indent=indent) or [""]


def lines_of(overview: Overview) -> list[str]:
    """Return at most twelve lines."""
    if not overview.plans and not overview.jobs:
        return [
            "planwatch: no plans collected yet. To start:",
            "",
            "  planwatch demo            a recorded market, no network needed",
            "  planwatch scrape --wait   collect the real one",
            "  planwatch --help          everything else",
        ]
    lines = [overview.note] if overview.note else []
    ages = [source["age_h"] for source in overview.sources if source["age_h"] is not None]
    oldest = f", the oldest good data {format_age(max(0.0, max(ages) * _HOUR_S))}" if ages else ""
    lines.append(
        f"{format_count(overview.plans, 'plan')} of"
        f" {format_count(overview.brands, 'brand')} in force;"
        f" {len(ages)} of {format_count(len(overview.sources), 'source')}"
        f" {'has' if len(ages) == 1 else 'have'} delivered{oldest}."
    )
    bad = [
        f"{source['source']} {source['outcome']}"
        for source in overview.sources
        if source["outcome"] not in (None, "ok", "unchanged")
    ]
    if bad:
        lines.append(f"Needs attention: {', '.join(bad)}. Why: planwatch sources")
    for job in overview.jobs:
        lines.append(f"  {job['kind']} {job['id']}: {job['status']}, {job['percent']} %")
    if not overview.plans:
        lines.append("Next: planwatch status last   planwatch scrape --wait")
    elif overview.analysis:
        lines.append(overview.analysis.document["verdict"])
        findings = overview.analysis.document["findings"][:_MOST_FINDINGS]
        lines += [_FINDING + finding for finding in findings]
        lines.append("Next: planwatch show   planwatch plans   planwatch compare O2 Vodafone")
    else:
        lines.append("Next: planwatch compare O2 Vodafone --wait   planwatch plans")
    return lines
