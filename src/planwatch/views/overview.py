"""`planwatch` alone: where things stand and what to do next, in at most twelve plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planwatch.views.format import age
from planwatch.views.output import print_line

if TYPE_CHECKING:
    from planwatch.workflows.overview import Overview

_HOUR_S = 3600
_MOST_FINDINGS = 3


def print_overview(overview: Overview) -> None:
    """Print it."""
    for line in lines_of(overview):
        print_line(line)


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
    oldest = f", the oldest good data {age(max(0.0, max(ages) * _HOUR_S))}" if ages else ""
    lines.append(
        f"{overview.plans} plans of {overview.brands} brands in force;"
        f" {len(ages)} of {len(overview.sources)} sources have delivered{oldest}."
    )
    bad = [
        f"{source['source']} {source['outcome']}"
        for source in overview.sources
        if source["outcome"] not in (None, "ok", "unchanged")
    ]
    if bad:
        lines.append(f"Needs a look: {', '.join(bad)}.")
    for job in overview.jobs:
        lines.append(f"  {job['kind']} {job['id']}: {job['status']}, {job['percent']} %")
    if not overview.plans:
        lines.append("Next: planwatch status last   planwatch scrape --wait")
    elif overview.analysis:
        lines.append(overview.analysis.document["verdict"])
        findings = overview.analysis.document["findings"][:_MOST_FINDINGS]
        lines += [f" • {finding}" for finding in findings]
        lines.append("Next: planwatch show   planwatch plans   planwatch compare O2 Vodafone")
    else:
        lines.append("Next: planwatch compare O2 Vodafone --wait   planwatch plans")
    return lines
