"""Gaps between two brands: where one is dearest, and where it leads."""

from __future__ import annotations

from planwatch.analysis.report.sentences import Row, find_dearest, say_lack, say_like, say_of_base
from planwatch.domain.phrasing import count_of, format_money, possessive


def say_gaps(computed: Row) -> list[str]:
    a, b = computed["brands"]
    alone = [row for row in computed["gaps"] if row["gap_pence"] is None]
    sentences = [*say_dearest(computed), *say_widest_lead(computed)]
    if alone:
        sentences.append(
            f"{count_of(len(alone), 'plan')} of {possessive(a)} {_has(len(alone))} no rival: "
            f"{b} sells nothing with as much data for as short a term."
        )
    return sentences


def say_dearest(computed: Row) -> list[str]:
    a, b = computed["brands"]
    row = find_dearest(computed["gaps"])
    if row is None:
        return []
    return [
        f"{say_like(row)}{a} is furthest above {b} at {row['plan']}: "
        f"{format_money(row['effective_pence'])} against {format_money(row['rival_pence'])} for "
        f"{row['rival']}{say_lack(row)}, "
        f"{say_of_base(row, b)} more; {format_money(row['gap_pence'])} off every month matches it."
    ]


def say_widest_lead(computed: Row) -> list[str]:
    a, b = computed["brands"]
    cheaper = [r for r in computed["gaps"] if r["is_same_size"] and r["gap_pence"] < 0]
    if not cheaper:
        return []
    row = min(cheaper, key=lambda row: row["gap_pence"])
    return [
        f"{a} is furthest below {b} at {row['plan']}: {format_money(row['effective_pence'])} "
        f"against {format_money(row['rival_pence'])} for {row['rival']}, {say_of_base(row, b)} "
        f"less. That is the room to raise it before {b} is level."
    ]


def _has(number: int) -> str:
    return "has" if number == 1 else "have"
