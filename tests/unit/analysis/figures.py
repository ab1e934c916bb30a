"""The figures of a sentence, and how a fact's value stands in one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from planwatch.domain.phrasing import format_percent, format_pounds, format_rank

# Words that hold digits and are no figures: sizes and terms that name a plan, periods, days.
_NAMES: Final = re.compile(
    r"\b\d+(\.\d+)? [GM]B\b|\b\d+ (months?|days?|hours)\b|max \d+ Mbps|\b[45]G\b|\bO2\b"
    r"|\b\d{1,2} [A-Z][a-z]+ \d{4}|\b1p (below|Mobile)|\(100\)|of 100\b|\b12 and 24 months\b"
    r"|\bover 20 and\b|\b\w+(-\w+)+"
)
_FIGURE: Final = re.compile(r"£[\d,]+\.\d\d|[\d,]+(?:\.\d)? %|\d+(?:st|nd|rd|th)\b|\d+(?:\.\d+)?")


def find_figures(sentence: str) -> list[str]:
    """Return the figures of a sentence as they stand in it."""
    return _FIGURE.findall(_NAMES.sub(" ", sentence))


def format_facts(facts: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return every way in which a fact's value may stand in a sentence, its sign left to words."""
    said = set()
    for fact in facts:
        value, unit = fact["value"], fact["unit"]
        if unit.startswith("pence"):
            said.add(format_pounds(abs(value)))
        elif unit == "percent":
            said.add(format_percent(value))
        elif unit == "rank":
            said.add(format_rank(value))
        else:
            said.add(str(value))
    return said


def find_unfounded(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return each figure of a document's words that no fact of it holds, with its sentence."""
    said = format_facts(document["facts"])
    sentences = [
        document["verdict"],
        *document["findings"],
        *(sentence for section in document["sections"] for sentence in section["sentences"]),
    ]
    return [
        (figure, sentence)
        for sentence in sentences
        for figure in find_figures(sentence)
        if figure not in said
    ]
