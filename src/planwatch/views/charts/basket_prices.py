"""What each usage basket costs at each brand: a row a basket, a dot a brand, the winner named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from planwatch.domain.phrasing import format_pounds
from planwatch.views.charts.scale import Scale, round_ticks, say_pounds
from planwatch.views.charts.svg import Canvas, chart, legend, line, mark, text

_TITLE: Final = "Cheapest plan for each usage basket, by brand"


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketPrices:
    """A basket and its least cost at each brand that serves it."""

    basket: str
    pence_by_brand: Mapping[str, int]

    @property
    def winners(self) -> list[str]:
        least = min(self.pence_by_brand.values(), default=None)
        return [brand for brand, pence in self.pence_by_brand.items() if pence == least]


def draw_basket_prices(
    baskets: Sequence[BasketPrices], shown: Sequence[str], canvas: Canvas, chart_id: str
) -> str:
    """Return the chart of the baskets that somebody serves, one at least, in their order."""
    classes = dict(zip(shown, "ab", strict=False))
    rows = [basket for basket in baskets if basket.pence_by_brand]
    font = canvas.font
    others = {brand for row in rows for brand in row.pence_by_brand} - set(shown)
    items = [(class_, brand) for brand, class_ in classes.items()]
    items += [("m", "other brands" if shown else "every brand")] if others else []
    key, top = legend(canvas, [*items, ("ring", "cheapest")])
    high, first = (42, top + 70) if canvas.is_narrow else (24, top + 50)
    bottom = first + high * (len(rows) - 1) + 12
    left = 6.0 if canvas.is_narrow else canvas.column((row.basket for row in rows), 280)
    right = canvas.width - (84.0 if canvas.is_narrow else 168.0)
    prices = [pence for row in rows for pence in row.pence_by_brand.values()]
    ticks = round_ticks(0, max(prices) / 100, 4 if canvas.is_narrow else 7)
    x = Scale(0, ticks[-1], left + canvas.text_width("£00") / 2, right - 12)
    body = [
        key,
        text(left, top + font * 0.9, "£ a month", class_="tm"),
        text(canvas.width, top + font * 0.9, "cheapest", class_="tm", anchor="end"),
    ]
    for tick, words in zip(ticks, say_pounds(ticks), strict=True):
        body.append(line(x.place(tick), top + font * 2.4, x.place(tick), bottom, "g"))
        body.append(text(x.place(tick), top + font * 2.2, words, class_="tm", anchor="middle"))
    for number, row in enumerate(rows):
        y = first + number * high
        body += _draw_row(row, classes, canvas, x, y, left, right)
    about = "; ".join(
        f"{row.basket}: {_say_winner(row)} at {format_pounds(min(row.pence_by_brand.values()))}"
        for row in rows
    )
    return chart(canvas, chart_id, _TITLE, about, bottom + 6, "".join(body))


def _draw_row(
    row: BasketPrices,
    classes: Mapping[str, str],
    canvas: Canvas,
    x: Scale,
    y: float,
    left: float,
    right: float,
) -> list[str]:
    font = canvas.font
    if canvas.is_narrow:
        drawn = [text(left, y - 13, canvas.fit(row.basket, canvas.width - 12))]
    else:
        words = canvas.fit(row.basket, left - 10)
        drawn = [text(left - 8, y + font * 0.35, words, anchor="end")]
    drawn.append(line(x.start, y, x.end, y, "row"))
    muted_first = sorted(row.pence_by_brand.items(), key=lambda item: item[0] in classes)
    for brand, pence in muted_first:
        class_ = classes.get(brand, "m")
        tip = "" if canvas.is_narrow else f"{brand}: {format_pounds(pence)}"
        at = x.place(pence / 100)
        drawn.append(mark(at, y, class_, 5 if brand in classes else 3.5, title=tip))
    least = min(row.pence_by_brand.values())
    drawn.append(mark(x.place(least / 100), y, "ring", 8))
    label = canvas.fit(_say_winner(row), canvas.width - right - canvas.text_width("£00.00 "))
    if canvas.is_narrow:
        winner = canvas.fit(_say_winner(row), 130)
        drawn.append(text(canvas.width, y - 13, winner, class_="tm", anchor="end"))
        label = format_pounds(least)
    else:
        label = f"{label} {format_pounds(least)}"
    bold = classes.get(row.winners[0]) if len(row.winners) == 1 else None
    class_ = f"t{bold} n" if bold else "t n"
    drawn.append(text(canvas.width, y + font * 0.35, label, class_=class_, anchor="end"))
    return drawn


def _say_winner(row: BasketPrices) -> str:
    winners = row.winners
    return winners[0] if len(winners) == 1 else "tie"
