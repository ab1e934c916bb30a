"""The words of a comparison, made from its figures by fixed rules: no model, no choice of tone.

Every sentence says who is cheaper, where, by how much and of which base, and what to do with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from planwatch.analysis.report.sentences import (
    Row,
    find_dearest,
    find_widest_domination,
    say_dominated_count,
    say_end_of_domination,
    say_lack,
    say_like,
    say_of_base,
    say_uplift,
)
from planwatch.domain.phrasing import (
    count_of,
    format_money,
    is_or_are,
    name_size,
    possessive,
)

MOST_FLIPS_SAID: Final = 3
MOST_FINDINGS: Final = 3


def say_verdict(computed: Row) -> str:
    """Return two sentences: who is cheaper like for like, and who wins the baskets."""
    return f"{_say_pairs(computed)} {_say_wins(computed)}".strip()


def say_findings(computed: Row) -> list[str]:
    """Return up to three sentences, the most urgent for brand A first."""
    a, _ = computed["brands"]
    flips = _find_flips(computed["pairs"])
    candidates = [
        *(_say_flip(computed, row) for row in flips[:1]),
        *_say_dearest(computed),
        *_say_domination_finding(computed),
        *say_uplift(computed["rungs"], a),
        *_say_widest_lead(computed),
    ]
    return candidates[:MOST_FINDINGS]


def say_ladder(computed: Row) -> list[str]:
    a, b = computed["brands"]
    flips = _find_flips(computed["pairs"])
    return [
        _say_pairs(computed),
        *(_say_flip(computed, row) for row in flips[:MOST_FLIPS_SAID]),
        *say_uplift(computed["rungs"], a),
        *say_uplift(computed["rungs"], b),
    ]


def say_gaps(computed: Row) -> list[str]:
    a, b = computed["brands"]
    alone = [row for row in computed["gaps"] if row["gap_pence"] is None]
    sentences = [*_say_dearest(computed), *_say_widest_lead(computed)]
    if alone:
        sentences.append(
            f"{count_of(len(alone), 'plan')} of {possessive(a)} {_has(len(alone))} no rival: "
            f"{b} sells nothing with as much data for as short a term."
        )
    return sentences


def say_baskets(computed: Row) -> list[str]:
    a, b = computed["brands"]
    rows = [row for row in computed["baskets"] if row["gap_pence"]]
    leads_a = [row for row in rows if row["gap_pence"] < 0]
    leads_b = [row for row in rows if row["gap_pence"] > 0]
    sentences = [_say_wins(computed)] if computed["baskets"] else []
    if leads_a:
        row = min(leads_a, key=lambda row: row["gap_pence"])
        sentences.append(
            f"{possessive(a)} widest lead: {row['basket']}, {_against(row['a_pence'], row)}, "
            f"{say_of_base(row, b)} less."
        )
    if leads_b:
        row = max(leads_b, key=lambda row: row["gap_pence"])
        sentences.append(
            f"{possessive(b)} widest lead: {row['basket']}, where {a} costs "
            f"{_against(row['a_pence'], row)}, {say_of_base(row, b)} more; {a} wins it at "
            f"{format_money(row['b_pence'] - 1)}."
        )
    return sentences


def say_dominated(computed: Row) -> list[str]:
    a, b = computed["brands"]
    return [*_say_dominated_count(computed, a, b), *_say_dominated_count(computed, b, a)]


def _say_pairs(computed: Row) -> str:
    a, b = computed["brands"]
    gaps = [row["gap_pence"] for row in computed["pairs"] if row["gap_pence"] is not None]
    if not gaps:
        return f"{a} and {b} sell no plan of the same data and term."
    wins_a, wins_b = sum(gap < 0 for gap in gaps), sum(gap > 0 for gap in gaps)
    pairs = count_of(len(gaps), "like-for-like pair")
    if wins_a == wins_b == 0:
        return f"On effective cost {a} and {b} are level in {pairs}."
    if wins_a == wins_b:
        return f"On effective cost {a} and {b} are each cheaper in {wins_a} of {pairs}."
    lead, other = (a, b) if wins_a > wins_b else (b, a)
    more, fewer = max(wins_a, wins_b), min(wins_a, wins_b)
    return (
        f"On effective cost {lead} is cheaper than {other} in {more} of {pairs} "
        f"and dearer in {fewer or 'none'}."
    )


def _say_wins(computed: Row) -> str:
    a, b = computed["brands"]
    winners = [row["winner"] for row in computed["baskets"]]
    if not winners:
        return ""
    rest = [
        f"{number} {is_or_are(number)} {what}"
        for number, what in (
            (winners.count("level"), "level"),
            (winners.count(None), "served by neither"),
        )
        if number
    ]
    return (
        f"Of {count_of(len(winners), 'usage basket')} {a} wins {winners.count(a) or 'none'} and "
        f"{b} {winners.count(b) or 'none'}{'; ' if rest else ''}{' and '.join(rest)}."
    )


def _find_flips(pairs: Sequence[Row]) -> list[Row]:
    """Return the pairs whose headline and effective cost name different winners, widest first."""
    flips = [row for row in pairs if row["gap_pence"] and row["gap_pence"] * _headline_gap(row) < 0]
    return sorted(flips, key=lambda row: -abs(row["gap_pence"]))


def _headline_gap(row: Row) -> int:
    return int(row["a_headline_pence"] - row["b_headline_pence"])


def _say_flip(computed: Row, row: Row) -> str:
    a, b = computed["brands"]
    a_looks_cheaper = _headline_gap(row) < 0
    seems, is_not = ("a", "b") if a_looks_cheaper else ("b", "a")
    name, other = (a, b) if a_looks_cheaper else (b, a)
    return (
        f"At {name_size(row['data_mb'], row['term_months'])} {name} is cheaper than {other} on "
        f"headline ({format_money(row[f'{seems}_headline_pence'])} against "
        f"{format_money(row[f'{is_not}_headline_pence'])}) but dearer on effective cost "
        f"({format_money(row[f'{seems}_effective_pence'])} against "
        f"{format_money(row[f'{is_not}_effective_pence'])}): compare on effective cost."
    )


def _say_dearest(computed: Row) -> list[str]:
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


def _say_widest_lead(computed: Row) -> list[str]:
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


def _against(pence: int, row: Row) -> str:
    return f"{format_money(pence)} against {format_money(row['b_pence'])}"


def _say_dominated_count(computed: Row, brand: str, rival: str) -> list[str]:
    rows = [row for row in computed["dominated"] if row["brand"] == brand]
    widest = find_widest_domination(rows)
    if widest is None:
        return [f"No plan of {possessive(brand)} is dominated by {rival}."]
    seller = f"{rival} sells one that costs no more and gives no less"
    return [
        say_dominated_count(rows, computed["plans"][brand], brand, seller),
        say_end_of_domination(widest),
    ]


def _say_domination_finding(computed: Row) -> list[str]:
    """Return the widest domination; only how many there are, where the gap finding told of it."""
    a, b = computed["brands"]
    widest = find_widest_domination([row for row in computed["dominated"] if row["brand"] == a])
    if widest is None:
        return []
    count, example = _say_dominated_count(computed, a, b)
    dearest = find_dearest(computed["gaps"])
    return [count if dearest and dearest["plan_id"] == widest["plan_id"] else example]


def _has(number: int) -> str:
    return "has" if number == 1 else "have"
