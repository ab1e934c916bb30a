"""Headline price and effective cost of each plan, joined: a long line is a misleading headline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from planwatch.domain.phrasing import format_pounds, format_pounds_change
from planwatch.views.charts.scale import Scale, round_ticks, say_pounds
from planwatch.views.charts.svg import Canvas, chart, legend, line, mark, text

MOST_PLANS: Final = 12
_TITLE: Final = "What the headline says and what the plan costs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A plan's two prices in pence a month."""

    brand: str
    name: str
    headline_pence: int
    effective_pence: int
    plan_id: str = ""

    @property
    def more_pence(self) -> int:
        return self.effective_pence - self.headline_pence


def order_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """Order by what the headline leaves out, most first."""
    return sorted(pairs, key=lambda pair: (-pair.more_pence, pair.effective_pence, pair.name))


def draw_headline_and_effective(
    pairs: Sequence[Pair], shown: Sequence[str], canvas: Canvas, chart_id: str
) -> str:
    """Return the chart of at most `MOST_PLANS`, those with the largest differences."""
    classes = dict(zip(shown, "ab", strict=False))
    rows = order_pairs(pairs)[:MOST_PLANS]
    font = canvas.font
    items = [("hollow", "headline"), *((class_, brand) for brand, class_ in classes.items())]
    key, top = legend(canvas, [(c, w if c == "hollow" else f"{w}, effective") for c, w in items])
    high, first = (38, top + 66) if canvas.is_narrow else (28, top + 52)
    bottom = first + high * (len(rows) - 1) + 14
    left = 6.0 if canvas.is_narrow else canvas.column((row.name for row in rows), 320)
    right = canvas.width - canvas.text_width("£00.00  +£00.00") - 4
    prices = [price for row in rows for price in (row.headline_pence, row.effective_pence)]
    ticks = round_ticks(min(prices) / 100, max(prices) / 100, 4 if canvas.is_narrow else 7)
    x = Scale(ticks[0], ticks[-1], left + canvas.text_width("£00.00") / 2, right - 10)
    body = [key, text(left, top + font * 0.9, "£ a month", class_="tm")]
    for tick, words in zip(ticks, say_pounds(ticks), strict=True):
        body.append(line(x.place(tick), top + font * 2.4, x.place(tick), bottom, "g"))
        body.append(text(x.place(tick), top + font * 2.2, words, class_="tm", anchor="middle"))
    for number, row in enumerate(rows):
        y = first + number * high
        start, end = x.place(row.headline_pence / 100), x.place(row.effective_pence / 100)
        class_ = classes.get(row.brand, "m")
        if canvas.is_narrow:
            body.append(text(left, y - 11, canvas.fit(row.name, canvas.width - 12)))
        else:
            words = canvas.fit(row.name, left - 10)
            body.append(text(left - 8, y + font * 0.35, words, anchor="end"))
        body.append(line(start, y, end, y, f"link l{class_}"))
        body.append(mark(start, y, "hollow", 4.5))
        body.append(mark(end, y, class_, 5))
        label = f"{format_pounds(row.effective_pence)}  {format_pounds_change(row.more_pence)}"
        body.append(text(canvas.width, y + font * 0.35, label, class_="t n", anchor="end"))
    about = "; ".join(
        f"{row.name}: headline {format_pounds(row.headline_pence)}, "
        f"effective {format_pounds(row.effective_pence)}"
        for row in rows
    )
    return chart(canvas, chart_id, _TITLE, about, bottom + 8, "".join(body))
