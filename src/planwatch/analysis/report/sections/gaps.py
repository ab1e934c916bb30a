"""Gaps section of a comparison: each plan of brand A against its cheapest rival at brand B."""

from __future__ import annotations

from planwatch.analysis.report.sentences import Row, say_widest_gap, say_widest_lead
from planwatch.domain.phrasing import count_of


def say_gaps(computed: Row) -> list[str]:
    a, b = computed["brands"]
    gaps = computed["gaps"]
    alone = [row for row in gaps if row["gap_pence"] is None]
    sentences = [*say_widest_gap(gaps, a, b), *say_widest_lead(gaps, a, b)]
    if alone:
        sentences.append(
            f"{count_of(len(alone), f'{a} plan')} {'has' if len(alone) == 1 else 'have'} no rival: "
            f"{b} sells nothing with as much data on as short a term."
        )
    return sentences
