"""Where labels stand: beside their marks, over no other label, no mark in colour, no edge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planwatch.views.charts.svg import Canvas

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """Words wanted beside the mark at (x, y); the first come first."""

    x: float
    y: float
    words: str
    class_: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A label whose left baseline is at (x, y)."""

    x: float
    y: float
    words: str
    class_: str
    box: Box


def place_labels(
    canvas: Canvas,
    wanted: Iterable[Label],
    marks: Sequence[tuple[float, float]],
    bounds: Box,
    trace: Sequence[tuple[float, float]] = (),
    radius: float = 6,
) -> list[Placed]:
    """Return the labels that find room, each at the best of eight places about its mark.

    Args:
        marks: centres that no label may cover.
        bounds: left, top, right, bottom of the room.
        trace: corners of a line, level and upright, that no label may cross.
    """
    placed: list[Placed] = []
    taken = [(x - radius, y - radius, x + radius, y + radius) for x, y in marks]
    taken += [
        (min(a, c) - 1, min(b, d) - 1, max(a, c) + 1, max(b, d) + 1)
        for (a, b), (c, d) in pairwise(trace)
    ]
    for label in wanted:
        wide, high = canvas.text_width(label.words, is_bold=label.class_ != "t"), canvas.font * 1.0
        for left, top in _spots(label, wide, high, radius):
            box = (left, top, left + wide, top + high)
            if _is_inside(box, bounds) and not any(_overlap(box, other) for other in taken):
                place = Placed(left, top + high * 0.82, label.words, label.class_, box)
                placed.append(place)
                taken.append((box[0] - 2, box[1] - 1, box[2] + 2, box[3] + 1))
                break
    return placed


def _spots(label: Label, wide: float, high: float, radius: float) -> list[tuple[float, float]]:
    x, y, away = label.x, label.y, radius + 2
    return [
        (x + away, y - high / 2),
        (x - wide / 2, y - away - high),
        (x - wide / 2, y + away),
        (x - wide - away, y - high / 2),
        (x + away * 0.6, y - away - high * 0.8),
        (x + away * 0.6, y + away * 0.8),
        (x - wide - away * 0.6, y - away - high * 0.8),
        (x - wide - away * 0.6, y + away * 0.8),
    ]


def _is_inside(box: Box, bounds: Box) -> bool:
    return (
        box[0] >= bounds[0] and box[1] >= bounds[1] and box[2] <= bounds[2] and box[3] <= bounds[3]
    )


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
