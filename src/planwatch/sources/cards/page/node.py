"""One shown element of a page: its tag, its place in the tree, and its part of the text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any


class Node:
    """One shown element: its tag, its place in the tree, and its part of the text."""

    __slots__ = (
        "children", "depth", "element", "end", "flows", "is_block", "parent", "start", "tag",
    )  # fmt: skip

    def __init__(
        self, element: Any, tag: str, parent: Node | None, start: int, *, is_block: bool
    ) -> None:
        self.is_block = is_block
        self.element = element
        self.tag = tag
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else 0
        self.start = self.end = start
        self.children: list[Node] = []
        self.flows: bool | None = None

    def ancestors(self) -> Iterator[Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def descendants(self) -> list[Node]:
        """Return the element and all within it, those nearer to it first."""
        found = [self]
        for node in found:
            found.extend(node.children)
        return found

    def child_at(self, place: int) -> int:
        """Return which child covers a place of the text; the one before it if none does."""
        return max(bisect_right(self.children, place, key=_start_of) - 1, 0)

    def children_at(self, start: int, end: int) -> tuple[int, int]:
        """Return the first of the children that reach into a span, and one more than the last."""
        if not self.children:
            return 0, 0
        return self.child_at(start), bisect_left(self.children, end, key=_start_of)

    def smallest_holding(self, start: int, end: int) -> Node:
        """Return the smallest element within that holds a span of the text."""
        node = self
        while node.children:
            child = node.children[node.child_at(start)]
            if not (child.start <= start and end <= child.end):
                break
            node = child
        return node

    @property
    def span(self) -> tuple[int, int]:
        return (self.start, self.end)

    @property
    def role(self) -> str:
        return str(self.element.get("role") or "").lower()


def _start_of(node: Node) -> int:
    return node.start
