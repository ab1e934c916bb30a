"""How the cost of plans moved: a step line each, named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from planwatch.domain.phrasing import format_pounds
from planwatch.views.charts.scale import Scale, day_ticks, round_ticks, say_pounds, spread
from planwatch.views.charts.svg import Canvas, chart, legend, line, mark, path, text

MOST_LINES: Final = 10
Events = Sequence[tuple[date, str]]
_TITLE: Final = "Plans whose cost has moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """A plan's cost: from each day on, so many pence a month, until it was last seen."""

    brand: str
    name: str
    steps: Sequence[tuple[date, int]]
    last_seen: date
    plan_id: str = ""

    @property
    def by_pence(self) -> int:
        return self.steps[-1][1] - self.steps[0][1]


def _say_costs(one: PriceLine) -> str:
    first, last = format_pounds(one.steps[0][1]), format_pounds(one.steps[-1][1])
    return first if first == last else f"{first} → {last}"


def choose_lines(lines: Sequence[PriceLine], shown: Sequence[str]) -> list[PriceLine]:
    """Return at most `MOST_LINES`: brands in focus first, then the largest moves."""
    ordered = sorted(lines, key=lambda one: (one.brand not in shown, -abs(one.by_pence), one.name))
    return ordered[:MOST_LINES]


def draw_price_history(
    lines: Sequence[PriceLine],
    shown: Sequence[str],
    canvas: Canvas,
    chart_id: str,
    events: Events = (),
) -> str:
    """Return the chart of the chosen lines, one at least.

    Args:
        events: days of the market and what happened on them; those beyond the chart are left out.
    """
    classes = dict(zip(shown, "ab", strict=False))
    drawn_lines = choose_lines(lines, shown)
    font = canvas.font
    others = {one.brand for one in drawn_lines} - set(shown)
    items = [(class_, brand) for brand, class_ in classes.items()]
    items += [("m", "other brands" if shown else "every brand")] if others else []
    key, top = legend(canvas, items)
    height = top + (300 if canvas.is_narrow else 320)
    margin = 136 if canvas.is_narrow else 372
    right = float(canvas.width - margin)
    high, bottom = top + font * 2.2, height - font * 3.0
    pence = [step[1] for one in drawn_lines for step in one.steps]
    ticks = round_ticks(min(pence) / 100, max(pence) / 100, 6)
    pounds = say_pounds(ticks)
    left = max(map(canvas.text_width, pounds)) + 10
    y = Scale(ticks[0], ticks[-1], bottom, high)
    first = min(one.steps[0][0] for one in drawn_lines)
    last = max(one.last_seen for one in drawn_lines)
    x = Scale(first.toordinal(), max(last, first).toordinal(), left + 6, right - 4)
    body = [key, text(0, top + font * 0.8, "£ a month, effective", class_="tm")]
    for tick, words in zip(ticks, pounds, strict=True):
        body.append(line(left, y.place(tick), right, y.place(tick), "g"))
        place = y.place(tick) + font * 0.35
        body.append(text(left - 6, place, words, class_="tm", anchor="end"))
    free = right + canvas.text_width("16 Nov 2026")
    for day in reversed(day_ticks(first, last, 4)):
        is_last = day == last and not canvas.is_narrow
        words = f"{day:%-d %b %Y}" if is_last else f"{day:%-d %b}"
        wide, at = canvas.text_width(words), x.place(day.toordinal())
        start = min(max(at - wide / 2, left), right - wide)
        if start + wide > free - 8:
            continue
        free = start
        body.append(line(at, bottom, at, bottom + 4, "axis"))
        body.append(text(start, bottom + font * 1.4, words, class_="tm"))
    body.append(line(left, bottom, right, bottom, "axis"))
    for day, said in events:
        if first <= day <= last:
            at = x.place(day.toordinal())
            body.append(line(at, high, at, bottom, "lead"))
            body.append(mark(at, high, "m", 3, title=f"{day:%-d %b %Y}: {said}"))
    ends = [y.place(one.steps[-1][1] / 100) for one in drawn_lines]
    labels = spread(ends, font * 1.35, high, bottom)
    for one, end, label in zip(drawn_lines, ends, labels, strict=True):
        class_ = classes.get(one.brand, "m")
        points: list[tuple[float, float]] = []
        for number, (day, cost) in enumerate(one.steps):
            at = x.place(day.toordinal())
            if number:
                points.append((at, points[-1][1]))
            points.append((at, y.place(cost / 100)))
        stop = x.place(max(one.last_seen, one.steps[-1][0]).toordinal())
        points.append((stop, end))
        body.append(path(points, f"h l{class_}"))
        body.append(mark(stop, end, class_, 4))
        body.append(path([(stop + 5, end), (right + 4, label), (right + 8, label)], "lead"))
        move = f" {_say_costs(one)}"
        room = canvas.width - right - 10
        bold = class_ != "m"
        if canvas.is_narrow:
            name = one.name.removeprefix(f"{one.brand} ") if bold else one.name  # colour tells it
            words = canvas.fit(name, room, is_bold=bold)
        else:
            kept = room - canvas.text_width(move, is_bold=bold)
            words = canvas.fit(one.name, kept, is_bold=bold) + move
        body.append(text(right + 10, label + font * 0.35, words, class_=f"t{class_} n"))
    about = "; ".join(
        f"{one.name}: {_say_costs(one).replace(' → ', ' to ')}" for one in drawn_lines
    )
    return chart(canvas, chart_id, _TITLE, about, height, "".join(body))
