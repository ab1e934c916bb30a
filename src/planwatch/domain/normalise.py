"""Texts of shops → pence, MB and months. A text that is not clear beyond doubt raises.

Nothing is guessed: a bare "1300" is neither pounds nor pence, "Unlimited texts" is no data, and a
text with two different prices is refused. The source that knows its unit converts by itself.
"""

from __future__ import annotations

import re
from typing import Final

from planwatch.domain.allowance import MB_PER_GB, UNLIMITED, Allowance
from planwatch.errors import UnreadableText

LONGEST_TERM_MONTHS: Final = 60
_INVISIBLE: Final = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_SPACE: Final = re.compile(r"\s+")

_PRICE: Final = re.compile(
    r"(?:£|\bGBP\b)\s?([0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,7}(?![0-9]))"
    r"(?:\s?\.\s?([0-9]{1,2})(?![0-9]|\s?[GMT]B\b)|,([0-9]{2})(?![0-9]))?"
)
_CURRENCY_SIGN: Final = re.compile(r"£|\bGBP\b")
_NEGATIVE_PRICE: Final = re.compile(r"[-−]\s?£|£\s?[-−]")
_MORE_DECIMALS: Final = re.compile(r"\s?\.\s?[0-9]|,[0-9]")
_LOOSE_DIGITS: Final = re.compile(
    r"\s[0-9]+(?![0-9.,]*[\s-]?(?!a\b|per\b|each\b|p/?m\b|pcm\b)[A-Za-z%])"
)
_PENCE: Final = re.compile(r"(?<![0-9.,])([0-9]{1,5})\s?p\b(?!\s?/)", re.IGNORECASE)


def parse_price_pence(text: str) -> int:
    """Read one price.

    Args:
        text: such as "£ 7 . 95 a month", "£20.00", "50p"; the same price printed twice is one.

    Returns:
        Pence.

    Raises:
        UnreadableText: no currency sign, no number, two different prices, a negative price,
            decimals split off without their point.
    """
    plain = _tidy(text)
    matches = list(_PRICE.finditer(plain))
    if len(matches) != len(_CURRENCY_SIGN.findall(plain)) or _NEGATIVE_PRICE.search(plain):
        raise _unreadable("a price", text)
    for match in matches:
        if _MORE_DECIMALS.match(plain, match.end()) or _LOOSE_DIGITS.match(plain, match.end()):
            raise _unreadable("a price", text)
    found = {_pence_of(match) for match in matches}
    if not matches:
        found = {int(match[1]) for match in _PENCE.finditer(plain)}
    if len(found) != 1:
        raise _unreadable("a price", text)
    return found.pop()


def _pence_of(match: re.Match[str]) -> int:
    decimals = match[2] or match[3] or "0"
    return int(match[1].replace(",", "")) * 100 + int(decimals.ljust(2, "0"))


_SIZE: Final = re.compile(
    r"(?<![0-9.,])([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7})(?:\.([0-9]{1,3}))?\s?"
    r"([TGM])(?:B|igabytes?|egabytes?|erabytes?)(?![A-Za-z/0-9])",
    re.IGNORECASE,
)
_MB_PER_UNIT: Final = {"T": MB_PER_GB * 1000, "G": MB_PER_GB, "M": 1}
_ABROAD: Final = r"(?:roam\w*|EU|Europe\w*|abroad|overseas|fair[ -]use)"
_SIZE_ABROAD: Final = re.compile(
    rf"{_SIZE.pattern}\s(?:(?:of|in|for|the|use|data|free|inclusive|your)\s)*{_ABROAD}\b"
    rf"|\b{_ABROAD}\b[^0-9]{{0,25}}{_SIZE.pattern}",
    re.IGNORECASE,
)
_SIZE_BEFORE: Final = re.compile(rf"\b(?:was|previously|usually)\s{_SIZE.pattern}", re.IGNORECASE)
_UNLIMITED: Final = re.compile(r"\b(?:unlimited|unltd)\b", re.IGNORECASE)
_OTHER_SERVICE: Final = (
    r"(?:minutes?|mins?|texts?|sms|calls?|voice|landlines?|messages?|wi-?fi|broadband|social|music"
    rf"|video|streaming|speeds?|international|whatsapp|{_ABROAD})"
)
_SERVICE: Final = re.compile(rf"\b(?:(data)|{_OTHER_SERVICE})\b", re.IGNORECASE)
_LIST_WITH_DATA: Final = re.compile(
    rf"\W*(?:UK\s)?{_OTHER_SERVICE}(?:(?:\s?,\s?|\s(?:and|&)\s)(?:UK\s)?{_OTHER_SERVICE})*"
    r"(?:\s?,)?\s(?:and|&)\s(?:5G\s)?data\b",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.;|•·\n]")


def parse_allowance(text: str) -> Allowance:
    """Read a monthly data allowance.

    Args:
        text: such as "25GB data", "100 MB", "Unlimited data", "Unlimited". A roaming allowance or
            a former one ("was 25GB") beside it is passed over.

    Returns:
        An `Allowance`; unlimited only when the word is about data or nothing else is named.

    Raises:
        UnreadableText: no unit, no allowance at all, two different ones, unlimited something else.
    """
    plain = _SIZE_BEFORE.sub(" ", _SIZE_ABROAD.sub(" ", _tidy(text, keep_lines=True)))
    found = {_allowance_of(match, text) for match in _SIZE.finditer(plain)}
    if any(_is_about_data(plain, match) for match in _UNLIMITED.finditer(plain)):
        found.add(UNLIMITED)
    if len(found) != 1:
        raise _unreadable("a data allowance", text)
    return found.pop()


def _allowance_of(match: re.Match[str], text: str) -> Allowance:
    scale = _MB_PER_UNIT[match[3].upper()]
    thousandths = int(match[1].replace(",", "")) * 1000 + int((match[2] or "0").ljust(3, "0"))
    data_mb, rest = divmod(thousandths * scale, 1000)
    if rest or not data_mb:
        raise _unreadable("a data allowance", text)
    return Allowance(data_mb)


def _is_about_data(plain: str, unlimited: re.Match[str]) -> bool:
    rest = _SENTENCE_END.split(plain[unlimited.end() :].lstrip(" \n|"), maxsplit=1)[0]
    size = _SIZE.search(rest)
    rest = rest[: size.start()] if size else rest
    service = _SERVICE.search(rest)
    if service:
        return bool(service[1]) or bool(_LIST_WITH_DATA.match(rest))
    named = _SERVICE.search(plain[: unlimited.start()])
    return bool(named[1]) if named else not _SERVICE.search(plain)


_MONTHS: Final = re.compile(
    r"(?<![0-9.,])([0-9]{1,3})[\s-]?(months?|mths?|M|years?|yrs?)\b(?![/])", re.IGNORECASE
)
_ISO_MONTHS: Final = re.compile(r"\bP([0-9]{1,2})M\b")
_ROLLING: Final = re.compile(
    r"\brolling\b|\bP30D\b|(?<![0-9])(?:28|30|31)[\s-]?days?\b", re.IGNORECASE
)
_PAY_AS_YOU_GO: Final = re.compile(r"\bpay[\s-]as[\s-]you[\s-]go\b|\bPAYG\b", re.IGNORECASE)
_PROMOTION_MONTHS: Final = re.compile(
    r"\b(?:for|first|after|save)\s(?:the\s)?(?:first\s)?[0-9]+[\s-]?months?"
    r"|\b[0-9]+[\s-]?months?'?\s(?:half|free|at\s|of\s|discount|off\b|[0-9]+%)",
    re.IGNORECASE,
)


def parse_term_months(text: str) -> int:
    """Read a minimum term.

    Args:
        text: such as "24 month Lite plan", "12-month contract", "30-day rolling", "P24M",
            "Pay as you go". The months of a promotion ("6 months half price") are passed over.

    Returns:
        Months, 1 to 60; 1 for a rolling plan, 0 for pay as you go.

    Raises:
        UnreadableText: no unit, no term, two different terms, a term of 0 or over 60 months.
    """
    plain = _PROMOTION_MONTHS.sub(" ", _tidy(text))
    found = {
        int(match[1]) * (12 if match[2][0] in "yY" else 1) for match in _MONTHS.finditer(plain)
    }
    found |= {int(match[1]) for match in _ISO_MONTHS.finditer(plain)}
    if any(not 1 <= months <= LONGEST_TERM_MONTHS for months in found):
        raise _unreadable("a minimum term", text)
    if _ROLLING.search(plain):
        found.add(1)
    if _PAY_AS_YOU_GO.search(plain):
        found.add(0)
    if len(found) != 1:
        raise _unreadable("a minimum term", text)
    return found.pop()


def _tidy(text: str, *, keep_lines: bool = False) -> str:
    visible = _INVISIBLE.sub("", text)
    if keep_lines:
        return "\n".join(_SPACE.sub(" ", line).strip() for line in visible.splitlines())
    return _SPACE.sub(" ", visible).strip()


def _unreadable(wanted: str, text: str) -> UnreadableText:
    shown = _tidy(text)
    shown = f"{shown[:60]}…" if len(shown) > 60 else shown
    return UnreadableText(
        f"cannot read {wanted} from {shown!r}",
        hint="look at the page; the source that knows its unit must convert",
    )
