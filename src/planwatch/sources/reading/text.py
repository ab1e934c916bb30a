"""Reading short texts of shops that several sources share: dates, price steps, terms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Final

from planwatch.domain.normalise import parse_price_pence, parse_term_months
from planwatch.domain.schedule import PriceStep, add_months, months_between
from planwatch.errors import UnreadableText

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_DATE: Final = re.compile(
    r"(?:\b([0-9]{1,2})(?:st|nd|rd|th)?\s{1,4})?\b([A-Za-z]{3,9})\.?\s{1,4}(20[0-9]{2}|[0-9]{2})\b"
)
AMOUNT: Final = r"£\s?[0-9][0-9,]{0,12}(?:\.[0-9]{1,2})?"
WAS: Final = re.compile(rf"\bwas:?\s({AMOUNT})", re.IGNORECASE)
_STEP: Final = re.compile(
    rf"({AMOUNT})(?:\s(?:a|per)\smonth)?\s(?:from|on)\s"
    r"((?:[0-9]{1,2}(?:st|nd|rd|th)?\s)?[A-Za-z]{3,9}\s[0-9]{4})"
)
_CONTRACT: Final = re.compile(
    r"[0-9][\s-]?months?\b.{0,300}\b(?:contract|plan|term)s?\b"
    r"|\b(?:contract|plan|term)s?\b.{0,300}[0-9][\s-]?months?\b"
    r"|\b(?:30|28)[\s-]day\b|\brolling\b|^[0-9]{1,4}[\s-]months?$",
    re.IGNORECASE,
)
_RUNS_FOR: Final = re.compile(r"\b(runs?|lasts?|is|are)\sfor\s", re.IGNORECASE)


def clean(text: str) -> str:
    """Return `text` with runs of white space as one blank."""
    return " ".join(text.split())


def parse_date(text: str) -> date:
    """Read the date of a price step: "1 Apr 26", "31 March 2026", "May 26", "Apr 2026 bill".

    Returns:
        The date; the first of the month where only a month is named (that month's bill).

    Raises:
        UnreadableText: no date, or more than one.
    """
    found = set()
    for day, month, year in _DATE.findall(text):
        number = _MONTHS.get(month.lower())
        if number is None:
            continue
        full_year = int(year) + (2000 if len(year) == 2 else 0)
        try:
            found.add(date(full_year, number, int(day or 1)))
        except ValueError as error:
            raise UnreadableText(f"cannot read a date from {clean(text)!r}") from error
    if len(found) != 1:
        raise UnreadableText(f"cannot read a date from {clean(text)!r}")
    return found.pop()


def promotion_end(day: date, price_pence: int, promo_months: int | None, as_of: date) -> PriceStep:
    """Return the step that begins on `day`, as a month number where it ends a promotion.

    A page that says "6 months half price" and "£15.90 from May 26" in November means month 7. Kept
    as a number it holds for other months of signing. Where the two do not agree, the date stays.
    """
    if (
        promo_months is not None
        and day.day == 1
        and months_between(as_of, day) == promo_months
        and add_months(as_of, promo_months) == day
    ):
        return PriceStep(promo_months + 1, price_pence)
    return PriceStep(day, price_pence)


def without_was_price(text: str) -> str:
    """Return `text` without the price after the word "was"."""
    return clean(WAS.sub(" ", text))


def find_price_steps(text: str) -> tuple[PriceStep, ...]:
    """Return every "£26.50 from Apr 2026" or "£26.50 on 1 April 2026" in `text`, in order."""
    return tuple(
        PriceStep(parse_date(day), parse_price_pence(price)) for price, day in _STEP.findall(text)
    )


def find_term_months(lines: Iterable[str]) -> int | None:
    """Return the minimum term that lines about a contract state, None if none does.

    Raises:
        UnreadableText: they state two different ones.
    """
    found = set()
    for line in filter(_CONTRACT.search, lines):
        with suppress(UnreadableText):  # "3 months free with this plan" states no term
            found.add(parse_term_months(_RUNS_FOR.sub(r"\1 ", line)))
    if len(found) > 1:
        raise UnreadableText(f"two different terms: {' and '.join(map(str, sorted(found)))} months")
    return found.pop() if found else None
