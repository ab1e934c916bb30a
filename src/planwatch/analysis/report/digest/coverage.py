"""What a digest rests on: since when the sources are collected, and which were not read in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from planwatch.analysis.report.document import Column, Record, build_section, build_table
from planwatch.domain.london import show_day
from planwatch.domain.phrasing import count_of, format_date, is_or_are, join_some, join_words

GOOD: Final = ("ok", "unchanged")
_SOURCE_COLUMNS: Final[tuple[Column, ...]] = (
    ("source", "Source", "text"),
    ("outcome", "Last visit", "text"),
    ("age", "Last good data", "text"),
    ("why", "Why", "text"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was collected of a period.

    Attributes:
        collected_since: the first day on which anything was, where nothing was before the period.
        new_sources: by their names, the first day of sources that were not collected before the
            period, where others were.
        visits: by source, how many of its visits in the period did not read it in full, and how
            many there were.
    """

    collected_since: date | None = None
    new_sources: Mapping[str, date] = field(default_factory=dict)
    visits: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def say_collected_since(day: date) -> str:
    """Say that there is nothing to compare with."""
    return f"Collected since {format_date(day)}; nothing earlier to compare with."


def say_new_sources(coverage: Coverage) -> list[str]:
    """Return a sentence for each day on which further sources were first collected."""
    said = []
    for day in sorted(set(coverage.new_sources.values())):
        names = [name for name, first in coverage.new_sources.items() if first == day]
        said.append(
            f"{join_some(names)} {is_or_are(len(names))} collected since {format_date(day)}; "
            f"{'its' if len(names) == 1 else 'their'} plans are not counted among new winners."
        )
    return said


def say_visits(visits: Mapping[str, tuple[int, int]]) -> list[str]:
    """Name the sources that some visits did not read in full, the worst first, in a sentence."""
    missed = sorted(
        ((source, bad, every) for source, (bad, every) in visits.items() if bad),
        key=lambda each: (-each[1] / each[2], each[0]),
    )
    if not missed:
        return []
    said = [
        f"{source}: {bad} of {count_of(every, 'visit')} not read in full"
        for source, bad, every in missed
    ]
    return [f"{'; '.join(said)}."]


def build_sources_section(
    failing: Sequence[Mapping[str, Any]], visits: Mapping[str, tuple[int, int]]
) -> Record:
    """Return the section: sources that were not read in full, at the last visit or before."""
    missed = say_visits(visits)
    if not failing:
        state = f"Every source that was visited is in order{' now' if missed else ''}."
        return build_section("sources", "Sources", [state, *missed], [])
    rows = [
        {
            "source": row["source"],
            "outcome": row["outcome"],
            "age": show_day(row["last_good_at"]) if row["last_good_at"] else "never",
            "why": row["error"]["message"] if row["error"] else "",
        }
        for row in failing
    ]
    names = join_some([row["source"] for row in rows])
    return build_section(
        "sources",
        "Sources",
        [f"The figures for {names} are from the last good visit.", *missed],
        [build_table("sources", "Sources with problems", _SOURCE_COLUMNS, rows)],
    )


def list_caveats(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what to bear in mind: how costs are compared, and which data are old."""
    caveats = [
        "A change of effective cost compares contracts signed on the same day, with the rises of "
        "the page and of the brand's rule: the passing of a month is no change."
    ]
    stale = [row["source"] for row in sources if row["freshness"] == "stale"]
    if stale:
        caveats.append(f"The data from {join_words(stale)} are over 48 hours old.")
    return caveats
