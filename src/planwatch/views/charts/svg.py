"""Elements of an SVG, escaped; sizes for a page and for a phone; what every chart has around it.

Colours are classes (`a` and `b` the brands in focus, `m` the others, `f` the frontier, `g` the
grid, `t` and `tm` text), which the page's style sheet sets for light, dark and paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

_BOLD_GLYPH: Final = 0.66
_GLYPH: Final = 0.58
"""Mean width of a letter, of the font size: that of wide system fonts."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """Width and font in units of the view box; `suffix` makes ids unique beside another canvas."""

    width: int
    font: int
    suffix: str
    is_narrow: bool

    def text_width(self, text: str, *, is_bold: bool = False) -> float:
        return len(text) * self.font * (_BOLD_GLYPH if is_bold else _GLYPH)

    def column(self, words: Iterable[str], most: float) -> float:
        """Return how wide a column of words has to be, with the gap after it."""
        return min(max(map(self.text_width, words), default=0) + 14, most)

    def fit(self, text: str, width: float, *, is_bold: bool = False) -> str:
        """Return the text, cut to a width with an ellipsis."""
        most = max(int(width / (self.font * (_BOLD_GLYPH if is_bold else _GLYPH))), 4)
        return text if len(text) <= most else text[: most - 1].rstrip(" ,(") + "…"


WIDE: Final = Canvas(width=760, font=13, suffix="w", is_narrow=False)
NARROW: Final = Canvas(width=330, font=12, suffix="n", is_narrow=True)


def element(name: str, body: str = "", /, **attributes: object) -> str:
    """Return an element; `body` is SVG already, `class_` stands for class, `_` for a hyphen."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_write(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{body}</{name}>" if body else f"<{name}{written}/>"


def text(x: float, y: float, words: str, *, class_: str = "t", anchor: str | None = None) -> str:
    """Return words at a place; `anchor` is where they hold on to it: middle or end."""
    return element("text", escape(words), x=x, y=y, class_=class_, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def path(points: Iterable[tuple[float, float]], class_: str) -> str:
    """Return straight lines through points."""
    drawn = "L".join(f"{_write(x)} {_write(y)}" for x, y in points)
    return element("path", d=f"M{drawn}", class_=class_)


def mark(x: float, y: float, class_: str, radius: float = 5, *, title: str = "") -> str:
    """Return the mark of a class: a diamond for `b`, a circle for the others."""
    tip = element("title", escape(title)) if title else ""
    if class_.split()[0] == "b":
        side = radius * 1.25
        drawn = f"M{_write(x)} {_write(y - side)}l{_write(side)} {_write(side)}"
        drawn += f"l{_write(-side)} {_write(side)}l{_write(-side)} {_write(-side)}z"
        return element("path", tip, d=drawn, class_=class_)
    return element("circle", tip, cx=x, cy=y, r=radius, class_=class_)


def chart(canvas: Canvas, chart_id: str, title: str, about: str, height: float, body: str) -> str:
    """Return the whole picture with its name and description for who cannot see it."""
    name, desc_id = f"{chart_id}-t-{canvas.suffix}", f"{chart_id}-d-{canvas.suffix}"
    head = element("title", escape(title), id=name) + element("desc", escape(about), id=desc_id)
    return element(
        "svg",
        head + body,
        viewBox=f"0 0 {canvas.width} {_write(height)}",
        role="img",
        aria_labelledby=f"{name} {desc_id}",
        class_=f"chart {'narrow' if canvas.is_narrow else 'wide'}",
        font_size=canvas.font,
    )


def legend(canvas: Canvas, items: Iterable[tuple[str, str]], left: float = 0) -> tuple[str, float]:
    """Return a legend of (class, words) from the top, wrapped, and the height that it takes."""
    x, y, drawn = left, canvas.font * 1.0, []
    for class_, words in items:
        wide = canvas.text_width(words) + 40
        if x > left and x + wide - 16 > canvas.width:
            x, y = left, y + canvas.font * 1.6
        middle = y - canvas.font * 0.35
        if class_.split()[0] in ("f", "link"):
            drawn.append(line(x, middle, x + 16, middle, class_))
        else:
            drawn.append(mark(x + 8, middle, class_, 4.5))
        drawn.append(text(x + 22, y, words))
        x += wide
    return "".join(drawn), y + canvas.font * 0.8


def _write(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value))
