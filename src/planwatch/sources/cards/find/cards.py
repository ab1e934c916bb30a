"""The cards of a page: parts that hold one price now and one data allowance.

A card is the smallest element that holds both, grown while it stays alone. Where the smallest such
element holds several, `sharing.py` and `offers_in_card.py` tell its cards apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from planwatch.sources.cards.amounts.figures import Figure
from planwatch.sources.cards.find.card import Card
from planwatch.sources.cards.find.offers_in_card import (
    find_offers,
    find_priced_together,
    find_terms_apart,
)
from planwatch.sources.cards.find.sharing import find_columns, find_loose_columns, find_siblings
from planwatch.sources.cards.page.node import Node
from planwatch.sources.cards.page.outline import Outline
from planwatch.sources.cards.page.visibility import is_selected

_LANDMARKS: Final = frozenset({"nav", "aside"})
_ENDS: Final = frozenset({"header", "footer"})
_LANDMARK_ROLES: Final = frozenset(
    {"navigation", "contentinfo", "complementary", "banner", "search"}
)
_CONTENT: Final = frozenset({"main", "article", "section", "li", "form"})
_PAGE: Final = frozenset({"html", "body", "main"})
_TABLES: Final = frozenset({"table", "tbody"})
_CHOICES: Final = frozenset({"button", "option", "label", "radio", "tab"})
_PRICES: Final = frozenset({"now", "from", "conditional"})
_MOST_TEXT: Final = 1600
_MOST_PAGE_TEXT: Final = 1200
_MOST_IN_CARD: Final = 6


class _Tally:
    """Which prices and sizes each element holds, and how many smallest holders of both."""

    def __init__(self, outline: Outline, prices: list[Figure], sizes: list[Figure]) -> None:
        self.prices: dict[Node, list[Figure]] = {}
        self.sizes: dict[Node, list[Figure]] = {}
        for figures, held in ((prices, self.prices), (sizes, self.sizes)):
            for figure in figures:
                node = outline.node_of(figure.start, figure.end)
                for here in (node, *node.ancestors()):
                    held.setdefault(here, []).append(figure)
        both = [node for node in self.prices if node in self.sizes]
        above = {node.parent for node in both}
        self.smallest = sorted(
            (node for node in both if node not in above), key=lambda node: node.start
        )
        self.holders: Counter[Node] = Counter()
        for node in self.smallest:
            self.holders.update([node, *node.ancestors()])


def find_cards(outline: Outline, money: Iterable[Figure], sizes: Iterable[Figure]) -> list[Card]:
    """Return the cards of a page in its order."""
    prices = [figure for figure in money if figure.role in _PRICES]
    data = [figure for figure in sizes if figure.role == "data"]
    tally = _Tally(
        outline,
        [figure for figure in prices if not _is_in_landmark(outline, figure)],
        [
            figure
            for figure in data
            if not (_is_in_landmark(outline, figure) or _is_mere_choice(outline, figure))
        ],
    )
    return [card for node in tally.smallest for card in _cards_in(outline, node, tally)]


def _is_in_landmark(outline: Outline, figure: Figure) -> bool:
    """Tell whether a figure stands in the navigation or at the ends of the page, not of a card."""
    node = outline.node_of(figure.start, figure.end)
    chain = [node, *node.ancestors()]
    for index, here in enumerate(chain):
        if here.tag in _LANDMARKS or here.role in _LANDMARK_ROLES:
            return True
        if here.tag in _ENDS and not any(above.tag in _CONTENT for above in chain[index + 1 :]):
            return True
    return False


def _is_mere_choice(outline: Outline, figure: Figure) -> bool:
    """Tell whether a size is all that a button or option says, and not the selected one."""
    here = outline.node_of(figure.start, figure.end)
    while here.parent is not None and here.end - here.start <= figure.end - figure.start + 1:
        if here.tag in _CHOICES or here.role in _CHOICES:
            return not is_selected(here.element)
        here = here.parent
    return False


def _cards_in(outline: Outline, node: Node, tally: _Tally) -> list[Card]:
    prices, sizes = tally.prices[node], tally.sizes[node]
    prices = [figure for figure in prices if figure.role == "now"] or prices
    price_count = len({figure.value for figure in prices})
    size_count = len({figure.value for figure in sizes})
    if price_count == size_count == 1:
        if node.tag in _PAGE and node.end - node.start > _MOST_PAGE_TEXT:
            return []
        whole = _grow(node, prices, sizes, tally)
        apart = find_terms_apart(outline, whole, sizes)
        return apart or find_terms_apart(outline, whole, prices) or [whole]
    if size_count == 1:
        whole = _grow(node, prices, sizes, tally)
        shared = find_offers(outline, whole, prices, sizes[0], tally.prices, tally.sizes)
    elif price_count > 1:
        shared = (
            find_columns(node, prices, sizes)
            or find_loose_columns(node, prices, sizes)
            or find_siblings(outline, node, prices, sizes)
        )
    else:
        whole = _grow(node, prices, sizes, tally)
        shared = find_priced_together(outline, whole, prices[0], sizes, tally.sizes)
    if shared or max(len(prices), len(sizes)) > _MOST_IN_CARD or node.tag in _PAGE:
        return shared
    return [_grow(node, prices, sizes, tally)]


def _grow(node: Node, prices: list[Figure], sizes: list[Figure], tally: _Tally) -> Card:
    """Return the card in the largest element that still holds no other card's figures."""
    own_prices = {figure.value for figure in tally.prices[node]}
    own_sizes = {figure.value for figure in tally.sizes[node]}
    here = node
    while here.parent is not None:
        above = here.parent
        if (
            above.tag in _PAGE
            or above.tag in _TABLES
            or tally.holders[above] > 1
            or above.end - above.start > _MOST_TEXT
            or {figure.value for figure in tally.prices[above]} != own_prices
            or {figure.value for figure in tally.sizes[above]} != own_sizes
        ):
            break
        here = above
    return Card.of(here, [(here.start, here.end)], prices, sizes)
