"""Several offers in one card: prices by term, sizes under one price, one price at several terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from planwatch.sources.cards.amounts.figures import Figure
from planwatch.sources.cards.amounts.terms import find_term
from planwatch.sources.cards.find.card import Card, Span
from planwatch.sources.cards.page.node import Node
from planwatch.sources.cards.page.outline import Outline

_ACTIONS: Final = frozenset({"a", "button", "summary"})
_MOST_ON_BUTTON: Final = 3
_Held = dict[Node, list[Figure]]


def find_offers(
    outline: Outline,
    whole: Card,
    prices: list[Figure],
    size: Figure,
    held_prices: _Held,
    held_sizes: _Held,
) -> list[Card]:
    """Return a card for each price if each stands with a term of its own; else none."""
    blocks: dict[Node, Figure] = {}
    for figure in prices:
        block = outline.node_of(figure.start, figure.end)
        while (
            block.parent is not None
            and block.parent not in held_sizes
            and {held.value for held in held_prices[block.parent]} == {figure.value}
        ):
            block = block.parent
        blocks.setdefault(block, figure)
    terms = set()
    for block, figure in blocks.items():
        lines = [*outline.text[block.start : block.end].split("\n"), *figure.label.split(" | ")]
        term = find_term(" ".join(line.split()) for line in lines)
        terms.add(term.months if term else None)
    if None in terms or len(terms) < max(len(blocks), 2):
        return []
    cards = []
    for block, figure in blocks.items():
        others = sorted((other.start, other.end) for other in blocks if other is not block)
        spans = without(whole.spans[0], others)
        own = [(block.start, block.end)]
        cards.append(Card(whole.node, spans, figure, size, "offer", own))
    return cards


def find_priced_together(
    outline: Outline, whole: Card, price: Figure, sizes: list[Figure], held: _Held
) -> list[Card]:
    """Return a card for each size under one price, if each stands in a part of its own; else none.

    Args:
        held: the sizes that each element holds.
    """
    blocks: dict[Node, Figure] = {}
    for figure in sizes:
        block = outline.node_of(figure.start, figure.end)
        while (
            block.parent is not None
            and not block.parent.start <= price.start < block.parent.end
            and {other.value for other in held[block.parent]} == {figure.value}
        ):
            block = block.parent
        blocks.setdefault(block, figure)
    if price.role != "now" or not stand_alone(outline, list(blocks)):
        return []
    spans = {block: [other.span for other in blocks if other is not block] for block in blocks}
    return [
        Card(whole.node, without(whole.spans[0], spans[block]), price, size, "offer", [block.span])
        for block, size in blocks.items()
    ]


def find_terms_apart(outline: Outline, whole: Card, figures: list[Figure]) -> list[Card]:
    """Return a card for each part with a term of its own, where all say the same figure."""
    if len(figures) < 2:
        return []
    base = whole.node.smallest_holding(figures[0].start, figures[-1].end)
    blocks = {base.children[base.child_at(figure.start)]: figure for figure in figures}
    terms = {_term_in(outline, block) for block in blocks}
    if None in terms or len(terms) < max(len(blocks), 2):
        return []
    others = {block: [other.span for other in blocks if other is not block] for block in blocks}
    return [
        Card(
            whole.node,
            without(whole.spans[0], others[block]),
            whole.price,
            whole.size,
            "offer",
            [block.span],
        )
        for block in blocks
    ]


def _term_in(outline: Outline, block: Node) -> int | None:
    lines = outline.text[block.start : block.end].split("\n")
    term = find_term(" ".join(line.split()) for line in lines)
    return term.months if term else None


def stand_alone(outline: Outline, blocks: list[Node]) -> bool:
    """Tell whether parts are built alike and each has a term or a button of its own."""
    if len(blocks) < 2 or len({(block.tag, block.depth) for block in blocks}) > 1:
        return False
    return all(_term_in(outline, block) is not None or _sells(outline, block) for block in blocks)


def _sells(outline: Outline, block: Node) -> bool:
    """Tell a part with a button from one that is no more than a button, such as a filter's."""
    is_more = len(outline.text_of(block).split()) > _MOST_ON_BUTTON
    return is_more and any(part.tag in _ACTIONS for part in block.descendants())


def without(span: Span, holes: Iterable[Span]) -> list[Span]:
    spans = []
    at = span[0]
    for start, end in holes:
        if at < start:
            spans.append((at, start))
        at = max(at, end)
    if at < span[1]:
        spans.append((at, span[1]))
    return spans
