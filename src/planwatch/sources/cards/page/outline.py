"""A page as a buyer sees it: its shown text in one string, and which part each element covers.

Between the texts of blocks stands a line end, between those of inline elements `TIGHT` or `LOOSE`
(white space to Python), so that a figure cut over several elements can be told from two figures.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any, Final

from planwatch.sources.cards.page.grid import Grid
from planwatch.sources.cards.page.node import Node
from planwatch.sources.cards.page.visibility import is_footnote, standing_of
from planwatch.sources.reading.document import LONGEST_TEXT

TIGHT: Final = "\x1f"
LOOSE: Final = "\x1e"
_GAPS: Final = ("", " ", TIGHT, LOOSE, "\n")
# what stands between two texts after one gap and then another: the wider of them
_WIDER: Final = {
    (one, two): LOOSE if {one, two} == {" ", TIGHT} else max(one, two, key=_GAPS.index)
    for one in _GAPS
    for two in _GAPS
}
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font"}
    | {"i", "ins", "label", "mark", "output", "q", "s", "samp", "small", "span", "strike"}
    | {"strong", "sub", "sup", "time", "tt", "u", "var", "nobr"}
)
_CELLS: Final = frozenset({"td", "th"})
_STRUCK: Final = frozenset({"s", "del", "strike"})
_AS_TAG: Final = {
    "table": "table",
    "grid": "table",
    "row": "tr",
    "cell": "td",
    "gridcell": "td",
    "columnheader": "th",
    "rowheader": "th",
}
_TAG_OF_ROLE: Final = {**_AS_TAG, "heading": "h3", "listitem": "li", "button": "button"}
_INVISIBLE: Final = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_RECENT: Final = 4
_WORTH_READING: Final = re.compile(r"[0-9]|unlimited", re.I)
_SPOKEN: Final = ("alt", "aria-label", "title", "content", "value")
_MOST_SPOKEN: Final = 160
_MANY: Final = 3


class Outline:
    """The shown text of a page, its elements, and what is struck out or hidden from readers.

    Attributes:
        text: with no white space twice in a row.
        root: the outermost element.
        veiled: elements that are hidden from screen readers only.
        hides_panels: whether a panel of a tab was left out because another tab is selected.
        labels: text of the header of a table's column or row, by the cell.
    """

    def __init__(self, root: Any, *, spoken: bool = False, panels: bool = False) -> None:
        """Outline the tree under `root`.

        Args:
            spoken: attributes such as alt and aria-label count as text of their element.
            panels: the hidden panels of tabs count as shown.
        """
        self._pieces: list[str] = []
        self._length = 0
        self._gap = ""
        self._places: list[int] = []
        self._writers: list[Node] = []
        self._spoken = spoken
        self._panels = panels
        self._stack: list[tuple[Any, Node]] = []  # None in place of an element that ends
        self._struck: set[Node] = set()
        self.veiled: set[Node] = set()
        self.hides_panels = False
        self.labels: dict[Node, str] = {}
        self._grids: dict[Any, Grid] = {}
        self.root = self._walk(root)
        self.text = "".join(self._pieces)

    def node_at(self, place: int) -> Node:
        """Return the element whose own text stands at a place of the text."""
        return self._writers[max(bisect_right(self._places, place) - 1, 0)]

    def node_of(self, start: int, end: int) -> Node:
        """Return the smallest element that holds a part of the text."""
        node = self.node_at(start)
        while node.end < end and node.parent is not None:
            node = node.parent
        return node

    def text_of(self, node: Node) -> str:
        return " ".join(self.text[node.start : node.end].split())

    def is_struck(self, place: int) -> bool:
        """Tell whether a line runs through what stands at a place of the text."""
        node: Node | None = self.node_at(place)
        while node is not None and node not in self._struck:
            node = node.parent
        return node is not None

    def veil_of(self, node: Node) -> Node | None:
        """Return the outermost element around `node` that is hidden from screen readers."""
        if not self.veiled:
            return None
        around = [part for part in (node, *node.ancestors()) if part in self.veiled]
        return around[-1] if around else None

    def _walk(self, top: Any) -> Node:
        root = Node(top, str(top.tag), None, 0, is_block=True)
        self._enter_children(top, root)
        while self._stack:
            element, parent = self._stack.pop()
            if element is None:
                self._leave(parent)
            else:
                self._enter(element, parent)
        root.end = self._length
        return root

    def _enter_children(self, element: Any, node: Node) -> None:
        if self._grids and element in self._grids:
            children = reversed(self._grids[element].children_of(element))
        else:
            children = element.iterchildren(reversed=True)
        self._stack.extend((child, node) for child in children)

    def _enter(self, element: Any, parent: Node) -> None:
        tag = element.tag
        if not isinstance(tag, str):
            self._write(element.tail, parent)
            return
        attributes = element.attrib
        if attributes:
            tag = _TAG_OF_ROLE.get(attributes.get("role", ""), tag)
        if self._is_left_out(tag, attributes):
            self._widen("\n" if tag == "br" else "")
            self._write(element.tail, parent)
            return
        # a link that holds a whole card stands on lines of its own
        is_block = tag not in _INLINE or len(element) >= _MANY
        self._widen("\n" if is_block else self._edge(parent) or _edge_of_twins(element))
        node = Node(element, tag, parent, self._length, is_block=is_block)
        parent.children.append(node)
        self._stack.append((None, node))
        if attributes:
            self._note(node, attributes)
        if tag in _STRUCK:
            self._struck.add(node)
        elif tag == "table":
            self._enter_table(element)
        elif tag in _CELLS:
            self._label_cell(node)
        elif tag == "sup" and is_footnote(element, "".join(self._pieces[-_RECENT:])):
            return
        self._write(self._text_in(node, element), node)
        self._enter_children(element, node)

    def _note(self, node: Node, attributes: Any) -> None:
        """Keep what the attributes of an element say of it."""
        if attributes.get("aria-hidden") == "true":
            self.veiled.add(node)
        if "line-through" in attributes.get("style", ""):
            self._struck.add(node)
        if self._spoken:
            self._write_spoken(node)

    def _leave(self, node: Node) -> None:
        node.end = self._length
        parent = node.parent
        if parent is not None:
            self._widen("\n" if node.is_block else self._edge(parent))
            if not self._is_repeated(node):
                self._write(node.element.tail, parent)

    def _is_repeated(self, node: Node) -> bool:
        """Tell whether a cell of an earlier row is shown once more in a row that it spans."""
        return (
            node.tag in _CELLS
            and node.parent is not None
            and (node.element.getparent() is not node.parent.element)
        )

    def _is_left_out(self, tag: str, attributes: Any) -> bool:
        standing = standing_of(tag, attributes)
        if standing == "panel":
            self.hides_panels = True
            return not self._panels
        return standing == "hidden" or (tag == "input" and not self._spoken)

    def _edge(self, parent: Node) -> str:
        """Return what stands between an inline element and its neighbours within `parent`."""
        if parent.flows is None:
            own = (parent.element.text, *(child.tail for child in parent.element))
            parent.flows = any(text and not text.isspace() for text in own)
        return "" if parent.flows else TIGHT

    def _widen(self, gap: str) -> None:
        if gap:
            self._gap = _WIDER[self._gap, gap]

    def _write(self, text: str | None, node: Node) -> None:
        if not text:
            return
        if len(text) > LONGEST_TEXT:
            text = text[:LONGEST_TEXT]
        if not text.isascii():
            text = _INVISIBLE.sub("", text)
        words = text.split()
        if text[:1].isspace():
            self._widen(" ")
        if not words:
            return
        plain = " ".join(words)
        if not self._gap and plain[0].isdigit() and self._pieces and self._pieces[-1][-1].isdigit():
            self._gap = TIGHT  # £9<sup>99</sup> is not £999
        if self._length:
            plain = self._gap + plain
        self._pieces.append(plain)
        self._places.append(self._length)
        self._writers.append(node)
        self._length += len(plain)
        self._gap = ""
        if text[-1].isspace():
            self._widen(" ")

    def _write_spoken(self, node: Node) -> None:
        for name, text in node.element.items():
            if name not in _SPOKEN and not name.startswith("data-"):
                continue
            if len(text) <= _MOST_SPOKEN and _WORTH_READING.search(text):
                self._widen("\n")
                self._write(text, node)
                self._widen("\n")

    def _enter_table(self, element: Any) -> None:
        grid = Grid(element)
        for row in grid.rows:
            self._grids[row] = grid
        self._grids[element] = grid

    def _label_cell(self, node: Node) -> None:
        grid = self._grids.get(node.parent.element) if node.parent else None
        if grid and node.parent:
            label = grid.label_of(node.parent.element, node.element)
            if label:
                self.labels[node] = label

    def _text_in(self, node: Node, element: Any) -> str | None:
        """Return the own text of an element; a bare number gets the unit of its column."""
        text: str | None = element.text
        label = self.labels.get(node)
        return Grid.with_unit(text, label) if text and label else text


def _edge_of_twins(element: Any) -> str:
    """Return an edge where an inline element follows another one with nothing between them."""
    before = element.getprevious()
    is_twin = before is not None and isinstance(before.tag, str) and not before.tail
    return TIGHT if is_twin else ""
