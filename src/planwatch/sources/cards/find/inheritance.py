"""The term of a card that states none.

It inherits that of the heading, caption or intro before it, of the tab or option that is selected
for it, then of the page's title and address, and at last of the page's only statement of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from planwatch.sources.cards.amounts.terms import Term, find_term, find_terms
from planwatch.sources.cards.page.node import Node
from planwatch.sources.cards.page.outline import Outline
from planwatch.sources.cards.page.visibility import is_selected

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend", "summary"})
_CHOICE_TAGS: Final = frozenset({"select", "option"})
_CHOICE_ROLES: Final = frozenset({"tab", "option", "radio", "listbox"})
_IN_URL: Final = re.compile(
    r"(?<![0-9])(1|12|18|24|30|36)[-_ ]?months?|months?=(1|12|18|24|30|36)\b", re.I
)
_MOST_INTRO: Final = 240
_LONGEST_OF_SIMS: Final = 24
_MOST_SIBLINGS: Final = 12
_MOST_PARTS: Final = 400


class Inheritance:
    """Looks up terms along the way from a card to the root of its page."""

    def __init__(self, outline: Outline, cards: Iterable[Node], title: str, url: str) -> None:
        self._outline = outline
        self._cards = list(dict.fromkeys(cards))
        self._holds_card = {above for card in self._cards for above in (card, *card.ancestors())}
        self._title = title
        self._url = url
        self._of_page: list[Term | None] = []
        self._near: dict[Node, Term | None] = {}

    def term_of(self, node: Node, place: int | None = None) -> Term | None:
        """Return the term that the card at `node` inherits.

        Args:
            place: where the card begins, for one that is only some of `node`'s children.
        """
        term = self._before(node, place) if place is not None else None
        here = node
        while term is None and here.parent is not None:
            if here not in self._near:
                self._near[here] = self._spoken_of(here) or self._before(here.parent, here.start)
            term = self._near[here]
            here = here.parent
        if term is None and not self._of_page:
            self._of_page.append(self._read_page())
        return term or self._of_page[0]

    def _before(self, parent: Node, place: int) -> Term | None:
        """Return the term of the nearest sibling before a place that states one."""
        last = parent.children_at(0, place)[1]
        for child in reversed(parent.children[max(0, last - _MOST_SIBLINGS) : last]):
            term = self._of_sibling(child) if child.end <= place else None
            if term:
                return term
        return None

    def _of_sibling(self, node: Node) -> Term | None:
        if node in self._holds_card:
            return None
        parts = node.descendants()[:_MOST_PARTS]
        for part in parts:
            if is_selected(part.element):
                term = find_term([self._outline.text_of(part) or _words_of(part.element)])
                if term:
                    return term
        if any(part.tag in _CHOICE_TAGS or part.role in _CHOICE_ROLES for part in parts):
            return None  # several to choose from, of which none counts by itself
        text = self._outline.text[node.start : node.end]
        if len(text) > _MOST_INTRO and node.tag not in _HEADINGS:
            return None
        return find_term(" ".join(line.split()) for line in text.split("\n"))

    def _spoken_of(self, node: Node) -> Term | None:
        """Return the term that the label of a part for screen readers states."""
        texts = [node.element.get("aria-label") or ""]
        names = (node.element.get("aria-labelledby") or "").split()[:3]
        tree = node.element.getroottree()
        for name in names:
            texts += [_words_of(found) for found in tree.xpath("//*[@id=$name]", name=name)[:1]]
        term = find_term(texts)
        return term if term and term.strength > 1 else None

    def _read_page(self) -> Term | None:
        match = _IN_URL.search(self._url)
        of_url = Term(int(match[1] or match[2]), 2) if match else None
        return find_term([self._title]) or of_url or self._only_statement()

    def _only_statement(self) -> Term | None:
        """Return the term of the page outside its cards, if it states no more than one."""
        parts, at = [], 0
        for start, end in sorted(card.span for card in self._cards):
            parts.append(self._outline.text[at : max(at, start)])
            at = max(at, end)
        text = "\n".join([*parts, self._outline.text[at:]])
        lines = (" ".join(line.split()) for line in text.split("\n"))
        terms = {t for line in lines if len(line) <= _MOST_INTRO for t in find_terms(line)}
        # a link to pay as you go says nothing of the others, and three years are a phone's
        terms = {term for term in terms if 0 < term.months <= _LONGEST_OF_SIMS}
        strongest = max((term.strength for term in terms), default=0)
        months = {term.months for term in terms if term.strength == strongest}
        return Term(months.pop(), 1) if len(months) == 1 else None


def _words_of(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
