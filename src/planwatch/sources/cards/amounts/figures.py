"""Figures in a text: amounts of money in one currency, and sizes of data.

A figure may be cut over elements ("£", "7", ".", "95"); what it stands for is decided in
`prices.py` and `allowances.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from planwatch.sources.cards.amounts.words import PER_MONTH

MB_PER_GB: Final = 1000


@dataclass(slots=True)
class Figure:
    """A figure at `text[start:end]`: money in minor units, or MB (None for unlimited).

    Attributes:
        role: what it stands for; see `prices.py` and `allowances.py`.
        is_sure: the words beside it say so.
        months: for how many months a promotional price holds.
        base: the size without a gift that is included.
        label: header of its column and row.
        note: who gets a conditional price ("Clubcard").
    """

    start: int
    end: int
    value: int | None
    role: str = ""
    is_sure: bool = False
    months: int | None = None
    base: int | None = None
    label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Currency:
    """How a currency is written, and what a month of a SIM plan costs at most, in major units."""

    before: str
    after: str
    most: int
    minor: int = 100


_CURRENCIES: Final = {
    "GBP": Currency("£|GBP", "GBP|pounds?|quid", 200),
    "EUR": Currency("€|EUR", "€|EUR|euros?", 200),
    "USD": Currency(r"US\$|\$|USD", r"\$|USD|dollars?", 300),
    "CAD": Currency(r"C\$|CA\$|\$|CAD", r"\$|CAD|dollars?", 300),
    "AUD": Currency(r"A\$|AU\$|\$|AUD", r"\$|AUD|dollars?", 300),
    "NZD": Currency(r"NZ\$|\$|NZD", r"\$|NZD|dollars?", 300),
    "CHF": Currency(r"CHF|Fr\.|SFr\.", r"CHF|Fr\.|Franken|francs?", 200),
    "SEK": Currency("SEK", r"kr(?:onor)?\b\.?|SEK|:-", 2000),
    "NOK": Currency(r"NOK|kr\.?", r"kr(?:oner)?\b\.?|NOK|,-|:-", 2000),
    "DKK": Currency(r"DKK|kr\.?", r"kr(?:oner)?\b\.?|DKK|,-", 2000),
    "PLN": Currency("PLN", r"zł(?:otych)?|PLN|zl\b", 500),
    "CZK": Currency("CZK", r"Kč|CZK|korun|,-", 4000),
    "HUF": Currency("HUF", r"Ft|HUF|forint", 50_000),
    "RON": Currency("RON", r"lei|RON", 500),
    "INR": Currency(r"₹|Rs\.?|INR", r"₹|INR|rupees", 10_000),
    "TRY": Currency("₺|TRY", r"₺|TL|TRY", 5000),
    "BRL": Currency(r"R\$|BRL", "BRL|reais", 1000),
    "ZAR": Currency("ZAR|R(?=[0-9 ])", "ZAR|rand", 5000),
    "JPY": Currency("[¥￥]|JPY", "円|JPY|yen", 20_000, minor=1),
}
_GAP: Final = r"[\s]{0,3}"
_WHOLE: Final = r"[0-9]{1,3}(?:[,.'’  ][0-9]{3}){1,3}(?![0-9])|[0-9]{1,6}"
_PLAIN_POINT: Final = r"[.,·][0-9]{1,2}(?![0-9])"
# "£ 7 . 95", "£20" + ".00", "£20." + "00"; but not "£10. 24 month"
_CUT_POINT: Final = (
    r"(?:[\s]{1,2}[.,][\s]{0,2}|[.,][\x1f\n])[0-9]{2}"
    r"(?![0-9]|[\s-]{0,2}(?i:(?:[GMT]B|months?|days?)\b))"
)
_NOTHING: Final = r"[.,][\s]?(?:[-–—]{1,2}|\x1f[-–—])"
# pence that stand raised beside the pounds, in an element of their own
_RAISED: Final = (
    r"\x1f[0-9]{2}(?=[\s)*]|$)"
    r"(?![\s]{0,2}(?:[0-9]|%|(?i:(?:GB|MB|Go|months?|mths?|days?|mins?|x)\b)))"
)
_FIRST: Final = r"(?<![0-9.,/])(?<![0-9]\s[.,]\s)"


@lru_cache(maxsize=8)
def _pattern_of(code: str) -> re.Pattern[str]:
    currency = _CURRENCIES.get(code) or Currency(re.escape(code), re.escape(code), 100_000)
    cents = rf"(?:{_PLAIN_POINT}|{_NOTHING}|{_CUT_POINT}|{_RAISED})?"
    after = _after(currency)
    written_apart = (
        rf"(?:{_PLAIN_POINT}|{_NOTHING}|{_CUT_POINT}|[ \x1e\x1f]?[0-9]{{2}}(?={after}))?"
    )
    between = r"(?!)"
    if code == "EUR":  # "12€99"
        between = (
            r"[0-9]{1,3}[ \x1f]?€[ \x1f]?[0-9]{2}(?![0-9.,]|\s?(?:€|G[oB]\b|M[oB]\b|mois|x\b))"
        )
    return re.compile(
        # a sign may be drawn: then only "a month" tells a price
        rf"(?P<between>{_FIRST}{between})"
        rf"|{_before(currency)}{_GAP}(?P<a>{_WHOLE})(?P<ac>{cents})"
        rf"|{_FIRST}(?P<b>{_WHOLE})(?P<bc>{written_apart}){after}"
        rf"|{_FIRST}(?<![£€$]\s)(?<![£€$])(?P<bare>[0-9]{{1,3}}[.,]{_GAP}[0-9]{{2}}(?={_GAP}(?i:{PER_MONTH})))"
    )


def _before(currency: Currency) -> str:
    """Return what stands before a number; a sign of letters or $ begins a word of its own."""
    signs = currency.before.split("|")
    free = "|".join(sign for sign in signs if sign[0] in "£€₹₺[")
    bound = "|".join(sign for sign in signs if sign[0] not in "£€₹₺[")
    parts = [rf"(?:{free})"] if free else []
    parts += [rf"(?<![A-Za-z])(?:{bound})"] if bound else []
    return "(?:" + "|".join(parts) + ")"


def _after(currency: Currency) -> str:
    """Return what stands after a number: a sign that is not already the sign of the next one."""
    both = [sign for sign in currency.after.split("|") if sign in currency.before.split("|")]
    parts = []
    for sign in currency.after.split("|"):
        if not sign[0].isalpha():
            parts.append(sign)
        elif sign in both:
            parts.append(rf"{sign}(?![A-Za-z]| ?[0-9])")
        else:
            parts.append(rf"{sign}(?![A-Za-z])")
    signs = "|".join(parts)
    return rf"(?:[ \x1e\x1f\u202f]{{0,3}}(?:{signs})|\s{{0,2}}\n\s?(?:{signs})(?!\s?[0-9]))"


def find_money(text: str, currency: str) -> Iterator[Figure]:
    """Yield the amounts in `currency`, in order; a range or a sum in millions is left out."""
    most = most_of(currency)
    scale = minor_of(currency)
    for match in _pattern_of(currency).finditer(text):
        if match["between"] or match["bare"]:
            whole, cents = re.findall("[0-9]+", match["between"] or match["bare"])
            value = int(whole) * scale + int(cents)
        else:
            whole, cents = match["a"] or match["b"], match["ac"] or match["bc"] or ""
            value = _value_of(whole, cents, scale, most)
        end = match.end()
        if re.match(r"\s?(?:k|m|bn|million|billion)\b|[.,]?[0-9]", text[end : end + 10]):
            continue
        yield Figure(match.start(), end, value)


def most_of(currency: str) -> int:
    """Return what no SIM plan costs a month, in minor units."""
    known = _CURRENCIES.get(currency)
    return known.most * known.minor if known else 10_000_000


def minor_of(currency: str) -> int:
    known = _CURRENCIES.get(currency)
    return known.minor if known else 100


def _value_of(whole: str, cents: str, scale: int, most: int) -> int:
    digits = re.sub("[^0-9]", "", whole)
    number = int(digits)
    groups = re.split(r"[  ]", whole)
    if len(groups) > 1 and number * scale > most:
        number = int(groups[-1])  # "24 299 kr": a number that only stands before the price
    return number * scale + (int(re.sub("[^0-9]", "", cents).ljust(2, "0") or 0) * scale) // 100


_UNLIMITED: Final = (
    r"(?:\b(?:unlimited|unltd|unlim|limitless|endless|infinite|illimit[ée]e?s?|illimitat[oaie]"
    r"|ilimitad[oa]s?|unbegrenzt\w{0,30}|unlimitiert\w{0,30}|grenzenlos\w{0,30}|onbeperkt|obegränsa[dt]\w{0,30}"
    r"|ubegrenset|ubegrænset|rajaton\w{0,30}|nielimitowan\w{0,30}|bez\slimitu|neomezen\w*|korlátlan)\b"
    r"|\bfri(?=\s(?:data|surf)\b)|∞)"
)
_SIZE: Final = (
    r"(?<![0-9.,£€$])(?<![0-9]\s[/x])(?P<n>[0-9]{1,3}(?:,[0-9]{3}){1,3}(?![0-9])|[0-9]{1,6}(?:[.,][0-9]{1,2})?)"
    r"[\s-]{0,2}(?P<unit>%s)(?![A-Za-z]{0,12}(?:ps\b|/s\b|it))(?![A-Za-z])(?!/s)"
)
_UNITS: Final = r"(?i:[GMT]i?B|gigas?|gigs?|gigabytes?|megabytes?|terabytes?)"
_FRENCH_UNITS: Final = r"[GMT]i?o"
_FRENCH: Final = re.compile(r"[0-9]\s?Gi?o\b|[0-9]Mo\b")
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,3}")
_PLUS: Final = re.compile(r"\s{0,2}\+\s{0,2}\Z")
_GIFT: Final = re.compile(
    r"\s{0,2}(?:data\s)?(?:free|extra|bonus|on\sus|gratis|offerts?|inklusive|de\sregalo)\b|\s{0,8}[\n\x1e\x1f]|\s{0,8}\Z",
    re.I,
)
_ASIDE: Final = re.compile(r"\s{0,2}(?:data\s)?(?:free|extra|bonus|on\sus|offerts?)\b", re.I)


@lru_cache(maxsize=2)
def _sizes(is_french: bool) -> re.Pattern[str]:
    units = f"{_UNITS}|{_FRENCH_UNITS}" if is_french else _UNITS
    return re.compile(rf"{_SIZE % units}|(?P<all>(?i:{_UNLIMITED}))")


def find_sizes(text: str) -> list[Figure]:
    """Return the sizes of data and the words for unlimited; "50GB + 50GB free" is one."""
    found: list[Figure] = []
    for match in _sizes(_FRENCH.search(text) is not None).finditer(text):
        if match["all"]:
            found.append(Figure(match.start(), match.end(), None))
            continue
        value = _mb_of(match["n"], match["unit"])
        if value is None:
            continue
        last = found[-1] if found else None
        if last and last.value and _PLUS.search(text, last.end, match.start()):
            if _GIFT.match(text, match.end()):
                gift = _ASIDE.match(text, match.end())
                last.base = last.base or last.value
                last.value += value
                last.end = gift.end() if gift else match.end()
            continue
        found.append(Figure(match.start(), match.end(), value))
    return found


def _mb_of(number: str, unit: str) -> int | None:
    plain = number.replace(",", "") if _THOUSANDS.fullmatch(number) else number
    scale = {"g": MB_PER_GB, "t": MB_PER_GB * 1000, "m": 1}[unit[0].lower()]
    mb = round(float(plain.replace(",", ".")) * scale)
    return mb if 0 < mb <= 10_000_000 else None
