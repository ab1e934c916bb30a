"""Verdict and findings of a comparison of two brands, from its figures by fixed rules.

Every sentence says who is cheaper, where, by how much against what, and what to do about it.
"""

from __future__ import annotations

from typing import Final

from planwatch.analysis.report.sections.baskets import say_wins
from planwatch.analysis.report.sections.dominated import say_domination_count
from planwatch.analysis.report.sections.ladder import find_flips, say_flip, say_pairs
from planwatch.analysis.report.sentences import (
    Row,
    find_dearest,
    find_widest_domination,
    say_uplift,
    say_widest_gap,
    say_widest_lead,
)

MOST_FINDINGS: Final = 3


def say_verdict(computed: Row) -> str:
    """Return two sentences: who is cheaper like for like, and who wins the baskets."""
    return f"{say_pairs(computed)} {say_wins(computed)}".strip()


def say_findings(computed: Row) -> list[str]:
    """Return up to three sentences, the most urgent for brand A first."""
    a, b = computed["brands"]
    flips = find_flips(computed["pairs"])
    candidates = [
        *(say_flip(computed, row) for row in flips[:1]),
        *say_widest_gap(computed["gaps"], a, b),
        *_say_domination_finding(computed),
        *say_uplift(computed["rungs"], a),
        *say_widest_lead(computed["gaps"], a, b),
    ]
    return candidates[:MOST_FINDINGS]


def _say_domination_finding(computed: Row) -> list[str]:
    """Return the widest domination; if the gap finding is on that plan, how many there are."""
    a, b = computed["brands"]
    widest = find_widest_domination([row for row in computed["dominated"] if row["brand"] == a])
    if widest is None:
        return []
    count, example = say_domination_count(computed, a, b)
    dearest = find_dearest(computed["gaps"])
    return [count if dearest and dearest["plan_id"] == widest["plan_id"] else example]
