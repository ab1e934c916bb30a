"""Puts figures into words that passed the gate: token → value, with whose it is and of which base.

"£18.00, O2 100 GB 24 months"; "19 % of Vodafone's". So a figure cannot be hung on another plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from planwatch.analysis.facts import Unit
from planwatch.domain.phrasing import (
    format_data,
    format_percent,
    format_pounds,
    format_rank,
    possessive,
)
from planwatch.llm.grounding.obfuscation import TOKEN
from planwatch.llm.grounding.prompt_facts import Sayable
from planwatch.llm.grounding.sentence import split_sentences, take_apart


def render_text(text: str, facts: Mapping[str, Sayable]) -> str:
    """Return the text with every token replaced.

    Args:
        text: words that the gate let pass: every token is known.
    """
    return "".join(_render_sentence(sentence, facts) for sentence in split_sentences(text))


def _render_sentence(sentence: str, facts: Mapping[str, Sayable]) -> str:
    apart = take_apart(sentence, facts, ())
    return TOKEN.sub(
        lambda match: render_fact(facts[match[1]], signed=not apart.directions_at(match.start())),
        sentence,
    )


def render_fact(fact: Sayable, *, signed: bool) -> str:
    """Return a figure with its subject, and its base where it has one.

    Args:
        signed: show the sign of a figure that has a direction; a clause that says "cheaper" has
            said it already, and the gate has looked whether that is right.
    """
    subject = fact.fact.subject.replace(", ", " ")
    value = f"{_value(fact, signed)}{_percent_base(fact)}"
    if fact.means.is_named:
        return f"{value} ({fact.fact.label}, {subject}{_base(fact)})"
    return f"{value}, {subject}{_base(fact)}"


def _value(fact: Sayable, signed: bool) -> str:
    value = fact.fact.value
    has_sign = signed and fact.polarity in _SIGNED and not fact.means.level
    sign = ("+" if value > 0 else "−" if value < 0 else "") if has_sign else ""
    size = abs(value) if fact.polarity else value
    return f"{sign}{_WRITERS[fact.fact.unit](size)}"


def _percent_base(fact: Sayable) -> str:
    """Return what a percentage is of; the rival alone where the subject names its plan."""
    if fact.fact.unit != "percent":
        return ""
    base = fact.fact.base
    if base is not None and base not in fact.fact.subject:
        return f" of {base}"
    return f" of {possessive(fact.brands[1])}" if len(fact.brands) > 1 else ""


def _base(fact: Sayable) -> str:
    """Return what a figure is against, where neither its value nor its subject says so."""
    base = fact.fact.base
    if base is None or fact.fact.unit == "percent":
        return ""
    if fact.fact.unit == "index":
        return f", where {base} is 100"
    if base in fact.fact.subject:
        return ""
    return f" against {base.replace(', ', ' ')}"


def _write_pence(value: float) -> str:
    return format_pounds(int(value))


_SIGNED: Final = frozenset({"gap", "offer", "rise", "change"})
_WRITERS: Final[Mapping[Unit, Callable[[float], str]]] = {
    "pence_per_month": _write_pence,
    "pence_per_year": lambda value: f"{_write_pence(value)} a year",
    "pence_per_gb": lambda value: f"{_write_pence(value)} a GB",
    "percent": format_percent,
    "count": lambda value: f"{value:,}",
    "rank": lambda value: format_rank(int(value)),
    "mb": lambda value: format_data(int(value)),
    "points": lambda value: f"{value:g} points",
    "index": lambda value: f"{value:.1f}",
}
