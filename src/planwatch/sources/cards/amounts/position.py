"""Where a figure stands: under which header, in a heading, in a sentence, at the end of a range."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from planwatch.sources.cards.amounts.figures import Figure
from planwatch.sources.cards.amounts.words import RANGE
from planwatch.sources.cards.page.node import Node
from planwatch.sources.cards.page.outline import Outline

HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_EDGE: Final = re.compile(r"[\n\x1e\x1f]")
# a period ends a sentence, but not "35 zł/mies." and "9,99 € mtl."
_SENTENCE: Final = re.compile(
    r"[\w)%](?<!mies)(?<!mtl)(?<!nkl)(?<!ncl)(?<!min)(?<!mth)(?<!/mo)[.!?][\"”’']?(?:\s+[A-ZÀ-Ý]|\s*$)"
)
_QUOTES: Final = frozenset({"blockquote", "q", "cite"})
_LONG: Final = 14
_SENTENCE_WORDS: Final = 7
_PROSE_WORDS: Final = 30
_FAR: Final = 400
_NEAR: Final = 12
_FOR: Final = re.compile(r"\s?(?:for|per|/|je|pro)\s?(?:each\s|every\s)?\Z", re.I)


def label_of(outline: Outline, node: Node) -> str:
    """Return the headers over a cell, parted by " | "; "" outside tables."""
    if not outline.labels:
        return ""
    for here in (node, *node.ancestors()):
        if here in outline.labels:
            return outline.labels[here]
        if here.tag == "table":
            return ""
    return ""


def is_in_heading(node: Node) -> bool:
    return node.tag in HEADINGS or any(above.tag in HEADINGS for above in node.ancestors())


def mark_prose(outline: Outline, figures: Iterable[Figure], roles: frozenset[str]) -> None:
    """Set aside what stands in a sentence; what stands in many words is not sure."""
    text = outline.text
    for figure in figures:
        if figure.role not in roles:
            continue
        floor, ceiling = max(0, figure.start - _FAR), figure.end + _FAR
        edges = [match.end() for match in _EDGE.finditer(text, floor, figure.start)]
        end = _EDGE.search(text, figure.end, ceiling)
        piece = text[edges[-1] if edges else floor : end.start() if end else ceiling]
        count = len(piece.split())
        is_sentence = count >= _SENTENCE_WORDS and _SENTENCE.search(piece)
        if count > _PROSE_WORDS or is_sentence or _is_quoted(outline.node_at(figure.start)):
            figure.role = "prose"
        elif count > _LONG:
            figure.is_sure = False


def _is_quoted(node: Node) -> bool:
    return node.tag in _QUOTES or any(above.tag in _QUOTES for above in node.ancestors())


def drop_rated(outline: Outline, money: Sequence[Figure], sizes: Sequence[Figure]) -> None:
    """Set aside "£0.16 for 1GB" and "add 5GB for £4": such a size is as little the plan's."""
    ends = {figure.end: figure for figure in money if figure.role == "other"}
    for size in sizes:
        before = _FOR.search(outline.text, max(0, size.start - _NEAR), size.start)
        if before and before.start() in ends:
            size.role = "other"


def drop_ranges(outline: Outline, figures: Sequence[Figure]) -> None:
    """Set aside "£10 - £20" and "1GB to 10GB": the ends of a range are no figures of a plan."""
    for left, right in pairwise(figures):
        if RANGE.fullmatch(outline.text, left.end, right.start):
            left.role = right.role = "other"
