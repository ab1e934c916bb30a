"""What all rendered pages share: escaping, prices and dates in words, the frame of a document."""

from __future__ import annotations

import html
from collections.abc import Iterable
from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def escape(text: str) -> str:
    return html.escape(text, quote=True)


def pounds(pence: int) -> str:
    """Return "£7.50", always with two decimals."""
    return f"£{pence // 100}.{pence % 100:02d}"


def short_pounds(pence: int) -> str:
    """Return "£7", or "£7.50" where there are pence."""
    return pounds(pence) if pence % 100 else f"£{pence // 100}"


def long_date(day: date) -> str:
    """Return "1 April 2027"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_and_year(day: date) -> str:
    """Return "Apr 2027"."""
    return f"{_MONTHS[day.month - 1][:3]} {day.year}"


def short_date(day: date) -> str:
    """Return "1 Apr 27"."""
    return f"{day.day} {short_month(day)}"


def short_month(day: date) -> str:
    """Return "Apr 27"."""
    return f"{_MONTHS[day.month - 1][:3]} {day.year % 100:02d}"


def list_items(texts: Iterable[str], attributes: str = "") -> str:
    return "".join(f"<li{attributes}>{escape(text)}</li>" for text in texts)


def links(labels: Iterable[str]) -> str:
    """Return a list of links for a header or a footer."""
    return "".join(
        f'<li><a href="/{escape(label.lower().replace(" ", "-"))}">{escape(label)}</a></li>'
        for label in labels
    )


def months_text(months: int, *, unit: str = "month") -> str:
    """Return "24 months", "1 month"."""
    return f"{months} {unit}{'' if months == 1 else 's'}"


def document(*, title: str, body: str, head: str = "", body_class: str = "") -> bytes:
    """Return the page as the UTF-8 bytes that a browser would serialise."""
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{head}</head>"
        f'<body class="{escape(body_class)}">{body}</body></html>\n'
    ).encode()
