"""Puts figures into words that passed the gate: token → value, with whose it is and of which base.

"£18.00, O2 100 GB 24 months"; "19 % of Vodafone's". So a figure cannot be hung on another plan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from planwatch.analysis.words import format_money, format_percent, possessive
from planwatch.llm.disguise import TOKEN
from planwatch.llm.lexicon import (
    CHEAPER_WORDS,
    CUT_WORDS,
    DEARER_WORDS,
    FALLEN_WORDS,
    LEVEL_WORDS,
    RAISE_WORDS,
    RISEN_WORDS,
)
from planwatch.llm.sayable import Sayable

_DIRECTIONS: Final = frozenset().union(
    *(CHEAPER_WORDS, DEARER_WORDS, CUT_WORDS, RAISE_WORDS),
    *(RISEN_WORDS, FALLEN_WORDS, LEVEL_WORDS),
)
_SENTENCE: Final = re.compile(r"[^.!?;]+[.!?;]*\s*")
_WORD: Final = re.compile(r"[a-z]+")


def render_text(text: str, facts: Mapping[str, Sayable]) -> str:
    """Return the text with every token replaced.

    Args:
        text: words that the gate let pass: every token is known.
    """
    return "".join(_render_sentence(match[0], facts) for match in _SENTENCE.finditer(text))


def _render_sentence(sentence: str, facts: Mapping[str, Sayable]) -> str:
    bare = TOKEN.sub(" ", sentence).lower()
    says_direction = not _DIRECTIONS.isdisjoint(_WORD.findall(bare))
    return TOKEN.sub(
        lambda match: render_fact(facts[match[1]], signed=not says_direction), sentence
    )


def render_fact(fact: Sayable, *, signed: bool) -> str:
    """Return a figure with its subject, and its base where it has one.

    Args:
        signed: show the sign of a figure that has a direction; a sentence that says "cheaper" has
            said it already, and the gate has looked whether that is right.
    """
    return f"{_value(fact, signed)}, {fact.fact.subject.replace(', ', ' ')}"


def _value(fact: Sayable, signed: bool) -> str:
    value = fact.fact.value
    if fact.fact.unit == "count":
        return f"{value:,}"
    sign = ("+" if value > 0 else "−" if value < 0 else "") if signed and fact.polarity else ""
    if fact.fact.unit == "percent":
        base = f" of {possessive(fact.brands[1])}" if len(fact.brands) > 1 else ""
        return f"{sign}{format_percent(value)}{base}"
    return f"{sign}{format_money(int(abs(value) if fact.polarity else value))}"
