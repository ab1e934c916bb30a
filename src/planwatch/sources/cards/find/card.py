"""One card: the part of a page that sells one plan."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from planwatch.sources.cards.amounts.figures import Figure
from planwatch.sources.cards.page.node import Node

Span = tuple[int, int]
_BESIDE: Final = 4


@dataclass(slots=True, eq=False)
class Card:
    """The element that holds a card, the parts of the text that are its own, its two figures.

    Attributes:
        shape: element, column, siblings or offer; says how it was told from its neighbours.
        own: the parts that tell its term where several share an element; may be empty.
    """

    node: Node
    spans: list[Span]
    price: Figure
    size: Figure
    shape: str = "element"
    own: list[Span] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        node: Node,
        spans: list[Span],
        prices: list[Figure],
        sizes: list[Figure],
        shape: str = "element",
    ) -> Card:
        """Return the card of the best of several prices and sizes."""
        return cls(node, spans, _best_price(prices), _best_size(sizes), shape)

    @property
    def signature(self) -> tuple[str, ...]:
        """The tags from the root down; cards of one list have the same."""
        return (self.shape, self.node.tag, *(above.tag for above in self.node.ancestors()))

    def held_of(self, figures: Sequence[Figure]) -> list[Figure]:
        """Return those of the figures of a page, in its order, that stand in the card."""
        held: list[Figure] = []
        for start, end in self.spans:
            first = bisect_left(figures, start, key=_start_of)
            last = bisect_left(figures, end, key=_start_of)
            held += [figure for figure in figures[first:last] if figure.end <= end]
        return held

    def nodes(self) -> Iterator[Node]:
        """Yield the elements that lie wholly within the card, in the order of the page."""
        waiting = [self.node]
        while waiting:
            node = waiting.pop()
            inside = [s for s in self.spans if s[0] <= node.start and node.end <= s[1]]
            if inside:
                yield node
            for start, end in self.spans:
                first, last = node.children_at(start, end)
                waiting.extend(reversed(node.children[first:last]))
                if inside:
                    break


def _start_of(figure: Figure) -> int:
    return figure.start


def _best_price(prices: list[Figure]) -> Figure:
    """Choose the price now: one with a promotion's months, one that says so, the lower of two."""
    sure = [figure for figure in prices if figure.is_sure]
    promised = [figure for figure in sure if figure.months]
    if promised or sure:
        chosen = (promised or sure)[0]
        for figure in prices:
            is_beside = 0 < chosen.start - figure.end < _BESIDE
            if is_beside and not figure.is_sure and (figure.value or 0) > (chosen.value or 0):
                figure.role = "was"  # struck out by a style sheet
        return chosen
    values = {figure.value or 0 for figure in prices}
    if len(values) == 2:
        lower = min(values)
        for figure in prices:
            if figure.value != lower:
                figure.role = "was"
        return next(figure for figure in prices if figure.value == lower)
    return prices[0]


def _best_size(sizes: list[Figure]) -> Figure:
    """Choose the allowance: of those that say so the largest, for a promotion only adds.

    A word for unlimited that is not about data gives way to a number.
    """
    sure = [figure for figure in sizes if figure.is_sure]
    counted = [figure for figure in sure or sizes if figure.value is not None]
    if sure and len(counted) < len(sure):
        return next(figure for figure in sure if figure.value is None)
    return max(counted, key=lambda figure: figure.value or 0, default=sizes[0])
