"""What stands before and after each figure, and belongs to it rather than to its neighbour.

Words between two figures belong to the one that shares the smaller part of the page with them.
Where both are as near, the card's habit decides: does it print the label first, or the figure?
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from planwatch.sources.cards.amounts.figures import Figure
from planwatch.sources.cards.page.node import Node
from planwatch.sources.cards.page.outline import Outline

_EDGE: Final = re.compile(r"[\n\x1e\x1f]")
_POINTS_ON: Final = re.compile(
    r"(?::|\b(?:was|then|now|from|to|save|only|just|for|at|of|plus|pay|instead\sof|statt|ab|dès|then\sonly))\s{0,4}$",
    re.I,
)
_POINTS_BACK: Final = re.compile(
    r"\s{0,4}(?:/|(?:a|per|p/?)\s?(?:month|mth|mo?)\b|\)|off\b|\*)", re.I
)
_LEFT_OPEN: Final = re.compile(
    r"\b(?:from|on|for|a|per|the|of|in|month|monthly|until|/|first)\s{0,4}$", re.I
)
_LABEL_TAGS: Final = frozenset({"dt", "th"})  # they speak of what follows
_MOST: Final = 90
_FAR: Final = 600
_FAR_UP: Final = 5
_PAGE_DEPTH: Final = 2  # html is 0, body 1
_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Beside:
    """The words before and after a figure.

    Attributes:
        before: with its line ends and edges as blanks.
        after: the same.
        in_line_before: the part of `before` that stands in the figure's own line.
        in_line_after: the same of `after`.
        touching: the words before with no edge between.
        label_before: the nearest words before on another line, if the figure begins its own.
        label_after: the nearest words after on another line, if the figure ends its own.
        is_followed: another figure of the kind follows in the same stretch of words.
    """

    before: str
    after: str
    in_line_before: str
    in_line_after: str
    touching: str
    label_before: str
    label_after: str
    is_followed: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    gap: str  # the edge before it


def find_beside(outline: Outline, figures: Sequence[Figure]) -> list[Beside]:
    """Return the words beside each figure; `figures` are in order and do not overlap."""
    text = outline.text
    owners = [outline.node_of(figure.start, figure.end) for figure in figures]
    cells = [_cell_of(owner) for owner in owners]
    befores: list[tuple[str, str, str, str]] = []
    afters: list[tuple[tuple[str, str, str], bool]] = []
    for index in range(len(figures) + 1):
        left = figures[index - 1] if index else None
        right = figures[index] if index < len(figures) else None
        if left and right and cells[index - 1] is cells[index] and right.start - left.end < _FAR:
            pieces = _pieces(text, left.end, right.start)
            split = _split(outline, pieces, left, owners[index - 1], owners[index])
            afters.append((_join_after(text, pieces[:split]), len(pieces) == 1))
            befores.append(_join_before(text, pieces[split:] if len(pieces) > 1 else pieces))
            continue
        if left:
            cell = cells[index - 1]
            ceiling = min(cell.end if cell else len(text), right.start if right else len(text))
            pieces = _pieces(text, left.end, min(ceiling, left.end + _FAR))
            pieces = _until_label(outline, pieces)
            afters.append((_join_after(text, pieces), False))
        if right:
            cell = cells[index]
            floor = max(cell.start if cell else 0, left.end if left else 0)
            pieces = _pieces(text, max(floor, right.start - _FAR), right.start)
            pieces = _only_near(outline, pieces, owners[index])
            befores.append(_join_before(text, pieces))
    return [
        Beside(
            before=before[0],
            in_line_before=before[1],
            touching=before[2],
            label_before=before[3],
            after=after[0],
            in_line_after=after[1],
            label_after=after[2],
            is_followed=is_followed,
        )
        for before, (after, is_followed) in zip(befores, afters, strict=True)
    ]


def _only_near(outline: Outline, pieces: list[_Piece], owner: Node) -> list[_Piece]:
    """Drop what stands before a figure in another part of the page."""
    kept = pieces[-1:]
    for piece in reversed(pieces[:-1]):
        depth = _shared_depth(outline.node_at(piece.start), owner)
        if owner.depth - depth > _FAR_UP or depth < _PAGE_DEPTH:
            break
        kept.insert(0, piece)
    return kept


def _until_label(outline: Outline, pieces: list[_Piece]) -> list[_Piece]:
    """Drop what stands after a figure from the label of the next line on."""
    for index, piece in enumerate(pieces[1:], start=1):
        words = outline.text[piece.start : piece.end]
        if outline.node_at(piece.start).tag in _LABEL_TAGS or _POINTS_ON.search(words):
            return pieces[:index]
    return pieces


def _cell_of(node: Node) -> Node | None:
    """Return the cell of a table that holds a figure: its words are no other's."""
    here: Node | None = node
    while here is not None and here.tag not in ("td", "th"):
        here = here.parent
    return here


def _pieces(text: str, start: int, end: int) -> list[_Piece]:
    """Cut a stretch of text at its edges; the first and last piece may be empty."""
    pieces = []
    gap = ""
    at = start
    for match in _EDGE.finditer(text, start, end):
        pieces.append(_Piece(at, match.start(), gap))
        gap, at = match[0], match.end()
    pieces.append(_Piece(at, end, gap))
    return pieces


def _split(outline: Outline, pieces: list[_Piece], left: Figure, near: Node, far: Node) -> int:
    """Return how many of the pieces between two figures belong to the left one.

    The first piece runs on from the left figure and the last runs up to the right one.
    """
    if len(pieces) == 1:
        return 1
    count = 1
    for index in range(1, len(pieces) - 1):
        here = outline.node_at(pieces[index].start)
        if here.tag in _LABEL_TAGS:
            break
        to_left, to_right = _shared_depth(here, near), _shared_depth(here, far)
        belongs_left = to_left > to_right
        if to_left == to_right:
            belongs_left = _is_after_word(outline, pieces, index, here, left)
        if not belongs_left:
            break
        count = index + 1
    return count


def _is_after_word(
    outline: Outline, pieces: list[_Piece], index: int, here: Node, left: Figure
) -> bool:
    """Decide for words that are as near to the figure before them as to the one after."""
    words = outline.text[pieces[index].start : pieces[index].end]
    if _POINTS_ON.search(words):
        return False
    if _POINTS_BACK.match(words):
        return True
    ends_line = "\n" in pieces[index + 1].gap
    begins_line = "\n" in pieces[index].gap
    if ends_line != begins_line:
        return ends_line
    return not _labels_come_first(outline, here, left)


def _labels_come_first(outline: Outline, here: Node, left: Figure) -> bool:
    """Tell whether the part of the page that holds words and figure begins with words."""
    holder = here
    while holder.parent is not None and not (holder.start <= left.start and left.end <= holder.end):
        holder = holder.parent
    head = outline.text[holder.start : left.start]
    return bool(re.search(r"\w", head)) and left.start - holder.start < _MOST


def _shared_depth(one: Node, other: Node) -> int:
    first: Node | None = one
    second: Node | None = other
    while first is not second and first is not None and second is not None:
        if first.depth >= second.depth:
            first = first.parent
        else:
            second = second.parent
    return first.depth if first is not None and second is not None else 0


def _join_before(text: str, pieces: list[_Piece]) -> tuple[str, str, str, str]:
    """Return the words before a figure, those of its line, of its piece, of another line."""
    own = _plain(text, pieces[-1])
    line = _line_part(text, pieces, backwards=True)
    if own.strip() or len(pieces) == 1:
        return line[-_MOST:], line[-_MOST:], own[-_MOST:], ""
    earlier = [_plain(text, piece) for piece in pieces[-1 - _NEAR : -1]]
    label = next((words for words in reversed(earlier) if words.strip()), "")
    return " ".join([*earlier, own])[-_MOST:], line[-_MOST:], own, label


def _join_after(text: str, pieces: list[_Piece]) -> tuple[str, str, str]:
    """Return the words after a figure, those of its line, and the nearest of another line."""
    words = _plain(text, pieces[0])
    line = _line_part(text, pieces, backwards=False)
    later = pieces[1 : 1 + _NEAR]
    label = "" if words.strip() else next((w for p in later if (w := _plain(text, p)).strip()), "")
    for piece in later:
        if words.strip() and "\n" in piece.gap and not _LEFT_OPEN.search(words):
            break
        words = f"{words} {_plain(text, piece)}"
    return words[:_MOST], line[:_MOST], label


def _line_part(text: str, pieces: list[_Piece], *, backwards: bool) -> str:
    words: list[str] = []
    ordered = list(reversed(pieces)) if backwards else pieces
    for number, piece in enumerate(ordered):
        if not backwards and number and "\n" in piece.gap:
            break
        words.append(_plain(text, piece))
        if backwards and "\n" in piece.gap:
            break
    return " ".join(reversed(words) if backwards else words)


def _plain(text: str, piece: _Piece) -> str:
    return " ".join(text[piece.start : piece.end].split(" "))
