"""Cards that share an element: columns of a table or of a grid, siblings in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from planwatch.sources.cards.amounts.figures import Figure
from planwatch.sources.cards.find.card import Card
from planwatch.sources.cards.find.offers_in_card import stand_alone, without
from planwatch.sources.cards.page.node import Node
from planwatch.sources.cards.page.outline import Outline

_BEGINS: Final = frozenset({"h2", "h3", "h4", "h5", "h6", "dt", "hr", "legend", "caption"})
_Mark = tuple[int, str, Figure]  # which child, price or size, the figure


def find_columns(node: Node, prices: list[Figure], sizes: list[Figure]) -> list[Card]:
    """Return a card for each column where sizes stand in one row and prices in others."""
    row = node.smallest_holding(min(f.start for f in sizes), max(f.end for f in sizes))
    if row is node or len(row.children) < 2:
        return []
    if any(row.start <= price.start < row.end for price in prices):
        return []
    by_column: dict[int, Figure] = {}
    for size in sizes:
        if by_column.setdefault(row.child_at(size.start), size).value != size.value:
            return []
    rows = [
        part
        for part in node.descendants()
        if part.tag == row.tag and len(part.children) == len(row.children)
    ]
    cells: dict[tuple[Node, int], Figure] = {}
    for line in rows:
        for price in prices:
            if line.start <= price.start < line.end and line.child_at(price.start) in by_column:
                cells.setdefault((line, line.child_at(price.start)), price)
    if len(cells) < 2:
        return []
    priced = {line for line, _ in cells}
    cards = []
    for (line, column), price in cells.items():
        spans = []
        for other in rows:
            if other is line or other not in priced:
                if column and 0 not in by_column:
                    spans.append(other.children[0].span)
                spans.append(other.children[column].span)
        own = [line.children[0].span] if len(priced) > 1 else []
        cards.append(Card(line, spans, price, by_column[column], "column", own))
    return cards


def find_loose_columns(node: Node, prices: list[Figure], sizes: list[Figure]) -> list[Card]:
    """Return a card for each column of a grid whose cells are all siblings, row after row."""
    sizes_at, prices_at = _by_child(node, sizes), _by_child(node, prices)
    count, first, other = len(sizes_at), min(sizes_at), min(prices_at)
    if count < 2 or len(prices_at) != count:
        return []
    for start, held in ((first, sizes_at), (other, prices_at)):
        if sorted(held) != list(range(start, start + count)):
            return []
    stride = next((n for n in (count, count + 1) if (other - first) % n == 0), 0)
    if not stride:
        return []
    cards = []
    for column in range(count):
        cells = range((first + column) % stride, len(node.children), stride)
        spans = [node.children[at].span for at in cells]
        price, size = prices_at[other + column], sizes_at[first + column]
        cards.append(Card(node, spans, price, size, "column"))
    return cards


def _by_child(node: Node, figures: Iterable[Figure]) -> dict[int, Figure]:
    found: dict[int, Figure] = {}
    for figure in figures:
        found.setdefault(node.child_at(figure.start), figure)
    return found


def find_siblings(
    outline: Outline, node: Node, prices: list[Figure], sizes: list[Figure]
) -> list[Card]:
    """Return a card for each run of siblings that holds one size and one price."""
    marks = [(node.child_at(figure.start), "price", figure) for figure in prices]
    marks += [(node.child_at(figure.start), "size", figure) for figure in sizes]
    marks.sort(key=lambda mark: mark[2].start)
    runs = _runs_of(marks)
    if len(runs) < 2 or not _are_alike(node, runs):
        return []
    begins = [
        _first_child(node, runs[number - 1] if number else [], run)
        for number, run in enumerate(runs)
    ]
    ends = [*(node.children[at].start for at in begins[1:]), node.end]
    cards = []
    for begin, end, run in zip(begins, ends, runs, strict=True):
        span = (node.children[begin].start, end)
        run_prices = [figure for _, kind, figure in run if kind == "price"]
        run_sizes = [figure for _, kind, figure in run if kind == "size"]
        blocks = {node.children[at]: figure for at, kind, figure in run if kind == "size"}
        if len({f.value for f in run_prices}) == 1 and stand_alone(outline, list(blocks)):
            for block, size in blocks.items():
                spans = without(span, [other.span for other in blocks if other is not block])
                cards.append(Card(node, spans, run_prices[0], size, "siblings", [block.span]))
            continue
        card = Card.of(node, [span], run_prices, run_sizes, "siblings")
        card.own = [span]
        cards.append(card)
    return cards


def _runs_of(marks: list[_Mark]) -> list[list[_Mark]]:
    """Cut the figures into runs that begin with the kind that comes first and hold both kinds."""
    runs: list[list[_Mark]] = []
    kinds: set[str] = set()
    for mark in marks:
        if not runs or (mark[1] == marks[0][1] and len(kinds) == 2):
            runs.append([])
            kinds = set()
        runs[-1].append(mark)
        kinds.add(mark[1])
    return [run for run in runs if len({kind for _, kind, _ in run}) == 2]


def _are_alike(node: Node, runs: list[list[_Mark]]) -> bool:
    """Tell whether the first size and price of each run stand in elements of the same tags."""
    shapes = []
    for run in runs:
        first: dict[str, str] = {}
        for index, kind, _ in run:
            first.setdefault(kind, node.children[index].tag)
        shapes.append((first["price"], first["size"]))
    return Counter(shapes).most_common(1)[0][1] >= max(2, len(runs) - 1)


def _first_child(node: Node, before: list[_Mark], run: list[_Mark]) -> int:
    """Return the child with which a run begins: its heading if it has one, or its first figure."""
    first = min(index for index, _, _ in run)
    floor = max((index for index, _, _ in before), default=-1) + 1
    headed = (at for at in range(floor, first) if node.children[at].tag in _BEGINS)
    return next(headed, first)
