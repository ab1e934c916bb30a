"""Effective monthly cost against data: a mark a plan, the least cost for so much data as a line.

The axis of data is logarithmic, with a column of its own for unlimited data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from planwatch.domain.phrasing import format_pounds
from planwatch.views.charts.labels import Label, place_labels
from planwatch.views.charts.scale import Scale, log_ticks, round_ticks, say_pounds
from planwatch.views.charts.svg import Canvas, chart, element, legend, line, mark, path, text

MOST_LABELS: Final = 12
MOST_TIPS: Final = 150
_MB_PER_GB: Final = 1000
_TITLE: Final = "Effective monthly cost against data"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPoint:
    """A plan; `data_mb` is None when unlimited."""

    brand: str
    name: str
    data_mb: int | None
    pence: int
    plan_id: str = ""


def find_steps(points: Sequence[DataPoint]) -> list[DataPoint]:
    """Return the plans that no other undercuts with as much data: most data last, cost rising."""
    steps: list[DataPoint] = []
    for point in sorted(points, key=lambda point: (-_size(point), point.pence)):
        if not steps or point.pence < steps[-1].pence:
            steps.append(point)
    return steps[::-1]


def draw_cost_against_data(
    points: Sequence[DataPoint], shown: Sequence[str], canvas: Canvas, chart_id: str
) -> str:
    """Return the chart.

    Args:
        points: one at least.
        shown: the one or two brands in colour; the others are muted.
    """
    classes = dict(zip(shown, "ab", strict=False))
    steps = find_steps(points)
    others = {point.brand for point in points} - set(shown)
    items = [(class_, brand) for brand, class_ in classes.items()]
    items += [("m", "other brands" if shown else "every brand")] if others else []
    key, top = legend(canvas, [*items, ("f", "least cost for at least so much data")])
    room = _Room(points, canvas, top)
    places = room.place(points)
    trace = room.trace(steps)
    has_tips = len(points) <= MOST_TIPS and not canvas.is_narrow  # a phone has no mouse

    def tip(point: DataPoint) -> str:
        return f"{point.name}: {format_pounds(point.pence)}" if has_tips else ""

    body = [key, room.draw_axes(), path(trace, "f")]
    body += [
        mark(*places[at], "m", 3.5, title=tip(point))
        for at, point in enumerate(points)
        if point.brand not in classes
    ]
    coloured = [(at, point) for at, point in enumerate(points) if point.brand in classes]
    body += [mark(*places[at], classes[p.brand], 5, title=tip(p)) for at, p in coloured]
    wanted = _choose_labels(points, steps, classes, places)
    solid = [places[at] for at, _ in coloured] + [places[points.index(step)] for step in steps]
    body += [
        text(label.x, label.y, label.words, class_=label.class_)
        for label in place_labels(canvas, wanted, solid, room.bounds, trace)
    ]
    about = f"{len(points)} plans, {len(steps)} of them the cheapest for their data: " + "; ".join(
        f"{step.name} at {format_pounds(step.pence)}" for step in steps[:MOST_LABELS]
    )
    return chart(canvas, chart_id, _TITLE, about, room.height, "".join(body))


class _Room:
    """The room of the plot: where amounts of data and costs stand."""

    def __init__(self, points: Sequence[DataPoint], canvas: Canvas, top: float) -> None:
        font = canvas.font
        self.canvas, self.height = canvas, top + (310 if canvas.is_narrow else 400)
        self.ticks = round_ticks(0, max(point.pence for point in points) / 100, 7)
        self.pounds = say_pounds(self.ticks)
        self.left = max(map(canvas.text_width, self.pounds)) + 8
        self.right = canvas.width - 6
        self.top, self.bottom = top + font * 2.2, self.height - font * 3.2
        capped = [point.data_mb / _MB_PER_GB for point in points if point.data_mb is not None]
        column = canvas.width * (0.2 if canvas.is_narrow else 0.14)
        self.has_unlimited = len(capped) < len(points)
        end = self.right - (column + 8 if self.has_unlimited else 0)
        self.capped_end = end
        low, high = (min(capped), max(capped)) if capped else (1, 100)
        self.x = Scale(low * 0.85, high * 1.18, self.left, end, is_log=True)
        self.y = Scale(0, self.ticks[-1], self.bottom, self.top)
        self.column = (self.right - column, self.right)
        self.bounds = (self.left + 2, self.top - font, self.right, self.bottom)

    def place(self, points: Sequence[DataPoint]) -> list[tuple[float, float]]:
        """Return where each stands; in the column of unlimited data equal costs stand abreast."""
        middle = sum(self.column) / 2
        taken: list[tuple[float, float]] = []
        places = []
        for point in points:
            y = self.y.place(point.pence / 100)
            if point.data_mb is not None:
                places.append((self.x.place(point.data_mb / _MB_PER_GB), y))
                continue
            x = next(
                (
                    middle + by
                    for by in (0, -11, 11, -22, 22, -32, 32)
                    if not any(abs(y - b) < 10 and abs(middle + by - a) < 10 for a, b in taken)
                ),
                middle,
            )
            taken.append((x, y))
            places.append((x, y))
        return places

    def trace(self, steps: Sequence[DataPoint]) -> list[tuple[float, float]]:
        """Return the step line: level up to each plan, then up to the next."""
        traced: list[tuple[float, float]] = []
        x = self.left
        for step in steps:
            y = self.y.place(step.pence / 100)
            traced.append((x, y))
            unlimited = step.data_mb is None
            x = self.right if unlimited else self.x.place((step.data_mb or 0) / _MB_PER_GB)
            traced.append((x, y))
        return traced

    def draw_axes(self) -> str:
        font, canvas = self.canvas.font, self.canvas
        drawn = []
        if self.has_unlimited:
            left, right = self.column
            drawn.append(
                element(
                    "rect",
                    x=left,
                    y=self.top - 4,
                    width=right - left,
                    height=self.bottom - self.top + 4,
                    class_="band",
                )
            )
            drawn.append(
                text(
                    (left + right) / 2,
                    self.bottom + font * 1.3,
                    "Unlimited",
                    class_="tm",
                    anchor="middle",
                )
            )
        for tick, words in zip(self.ticks, self.pounds, strict=True):
            y = self.y.place(tick)
            drawn.append(line(self.left, y, self.right, y, "g"))
            drawn.append(text(self.left - 6, y + font * 0.35, words, class_="tm", anchor="end"))
        taken = -1e9
        for tick in log_ticks(self.x.low, self.x.high):
            x, words = self.x.place(tick), f"{tick:g}"
            half = canvas.text_width(words) / 2
            if x - half < taken + 6 or x + half > self.capped_end:
                continue
            taken = x + half
            drawn.append(line(x, self.bottom, x, self.bottom + 4, "axis"))
            drawn.append(text(x, self.bottom + font * 1.3, words, class_="tm", anchor="middle"))
        drawn.append(line(self.left, self.bottom, self.capped_end, self.bottom, "axis"))
        drawn.append(text(0, self.top - font * 1.1, "£ a month, over the term", class_="tm"))
        middle = (self.left + self.capped_end) / 2
        words = "Data, GB (logarithmic)"
        drawn.append(text(middle, self.height - font * 0.5, words, class_="tm", anchor="middle"))
        return "".join(drawn)


def _choose_labels(
    points: Sequence[DataPoint],
    steps: Sequence[DataPoint],
    classes: Mapping[str, str],
    places: Sequence[tuple[float, float]],
) -> list[Label]:
    """Return the cheapest of each brand and size in colour and the steps, as many as fit."""
    cheapest: dict[tuple[str, int | None], DataPoint] = {}
    for point in points:
        at = (point.brand, point.data_mb)
        if point.brand in classes and (at not in cheapest or point.pence < cheapest[at].pence):
            cheapest[at] = point
    own = sorted(cheapest.values(), key=_size)
    most = MOST_LABELS - min(len(steps), MOST_LABELS // 2)
    chosen = [*_thin(own, most)]
    chosen += [step for step in _thin(steps, MOST_LABELS - len(chosen)) if step not in chosen]
    labels = []
    for point in chosen:
        x, y = places[points.index(point)]
        is_own = point.brand in classes
        words = (
            format_pounds(point.pence) if is_own else f"{point.brand} {format_pounds(point.pence)}"
        )
        labels.append(Label(x, y, words, f"t{classes[point.brand]}" if is_own else "t"))
    return labels


def _thin(points: Sequence[DataPoint], most: int) -> list[DataPoint]:
    """Return at most so many, evenly chosen, the first and the last among them."""
    if len(points) <= most:
        return list(points)
    return [points[round(at * (len(points) - 1) / (most - 1))] for at in range(most)]


def _size(point: DataPoint) -> float:
    return float("inf") if point.data_mb is None else float(point.data_mb)
