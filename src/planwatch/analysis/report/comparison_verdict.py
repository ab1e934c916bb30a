"""The words of a comparison, made from its figures by fixed rules: no model, no choice of tone.

Every sentence says who is cheaper, where, by how much and of which base, and what to do with it.
"""

from __future__ import annotations

from typing import Final

from planwatch.analysis.report.sections.baskets import say_wins
from planwatch.analysis.report.sections.dominated import say_domination_count
from planwatch.analysis.report.sections.gaps import say_dearest, say_widest_lead
from planwatch.analysis.report.sections.ladder import find_flips, say_flip, say_pairs
from planwatch.analysis.report.sentences import (
    Row,
    find_dearest,
    find_widest_domination,
    say_uplift,
)

MOST_FINDINGS: Final = 3


def say_verdict(computed: Row) -> str:
    """Return two sentences: who is cheaper like for like, and who wins the baskets."""
    return f"{say_pairs(computed)} {say_wins(computed)}".strip()


def say_findings(computed: Row) -> list[str]:
    """Return up to three sentences, the most urgent for brand A first."""
    a, _ = computed["brands"]
    flips = find_flips(computed["pairs"])
    candidates = [
        *(say_flip(computed, row) for row in flips[:1]),
        *say_dearest(computed),
        *_say_domination_finding(computed),
        *say_uplift(computed["rungs"], a),
        *say_widest_lead(computed),
    ]
    return candidates[:MOST_FINDINGS]


def _say_domination_finding(computed: Row) -> list[str]:
    """Return the widest domination; only how many there are, where the gap finding told of it."""
    a, b = computed["brands"]
    widest = find_widest_domination([row for row in computed["dominated"] if row["brand"] == a])
    if widest is None:
        return []
    count, example = say_domination_count(computed, a, b)
    dearest = find_dearest(computed["gaps"])
    return [count if dearest and dearest["plan_id"] == widest["plan_id"] else example]
