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
_FOOTNOTE: Final = re.compile(r"\[[0-9a-z*†‡]{1,3}\]|[¹²³⁰⁴-⁹*†‡]")
_HYPHENS: Final = str.maketrans("‐‑", "--")

_NOT_MONEY: Final = r"(?<![0-9.,£])(?<!£\s)"  # stands before the first digit of a number
_SIGN: Final = r"(?:£|\bGBP(?![A-Za-z]))"
_PRICE: Final = re.compile(
    rf"{_SIGN}\s?([0-9]{{1,3}}(?:,[0-9]{{3}}){{1,3}}(?![0-9])|[0-9]{{1,7}}(?![0-9]))"
    r"(?:(\s?\.\s?|,)([0-9]{2}|(?<!,)[0-9])(?![0-9]))?"
)
_NOT_A_PRICE: Final = re.compile(r"[€$]|-£|^-\s?£|−\s?£|£\s?[-−]")
_COUNT: Final = (
    r"(?:[0-9][0-9.,]{0,12}+\s?(?:[GMT]B?\b|p\b|%)|[0-9][0-9,]{0,12}+(?:st|nd|rd|th|\s(?:minutes|mins|texts))\b"
    r"|[1-3]?[0-9][\s-]?(?:months?|mths?|days?|years?|yrs?)\b)"
)
_MORE_TO_COME: Final = re.compile(
    r"\s?\.\s?[0-9]|,[0-9]|\s?(?i:k|m|bn|thousand|million)\b"
    rf"|(?:\s?[^\w\s£]?\s?|\s(?:to|or|and|x)\s)(?!(?i:{_COUNT}))[0-9]"
)
# "£10. 24 month" and "£10,20GB" are a price and a count, not £10.24 and £10.20.
_COUNTED: Final = re.compile(r"\s?(?:[GMT]B?\b|%)|\s(?:months|days)\b|-(?:month|day)\b", re.I)
_COUNTED_APART: Final = re.compile(r"\s(?:month|day|year|minute|min|text|call)s?\b", re.I)
_PENCE: Final = re.compile(r"(?<![0-9.,])([0-9]{1,5})\s?p\b(?!\s?/|\.\s?m)", re.I)


def parse_price_pence(text: str) -> int:
    """Read one price.

    Args:
        text: such as "£ 7 . 95 a month", "£20.00", "50p"; the same price printed twice is one.

    Returns:
        Pence.

    Raises:
        UnreadableText: no currency sign, no number, two different prices, a range, a negative
            price, another currency, decimals split off without their point.
    """
    plain = _tidy(text)
    matches = list(_PRICE.finditer(plain))
    doubtful = (
        len(matches) != len(re.findall(_SIGN, plain))
        or _NOT_A_PRICE.search(plain)
        or any(_is_spoilt(match, plain) for match in matches)
    )
    found = {_pence_of(match) for match in matches}
    found |= {int(match[1]) for match in _PENCE.finditer(plain)}
    if doubtful or len(found) != 1:
        raise _unreadable("a price", text)
    return found.pop()


def _is_spoilt(match: re.Match[str], plain: str) -> bool:
    """Tell whether what follows a price casts doubt on its digits."""
    doubts = [_MORE_TO_COME]
    if match[3] and match[3][0] != "0":
        doubts += [_COUNTED] if match[2] == "." else [_COUNTED, _COUNTED_APART]
    return any(doubt.match(plain, match.end()) for doubt in doubts)


def _pence_of(match: re.Match[str]) -> int:
    return int(match[1].replace(",", "")) * 100 + int((match[3] or "0").ljust(2, "0"))


_SIZE: Final = re.compile(
    r"(?<![0-9.,])(?<![0-9]/)([0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,7})(?:\.([0-9]{1,3}))?\s?"
    r"([TGM])(?:B|igabytes?|egabytes?|erabytes?)(?!(?!data)[A-Za-z]|[0-9]|/s)",
    re.I,
)
# "1 500GB", "5-10GB" and "25GB of your 100GB" are none of the sizes that stand in them.
_DOUBTFUL_SIZE: Final = re.compile(
    rf"{_NOT_MONEY}[0-9]{{1,3}}(?:\s(?=[0-9]{{3}}[\sTGM])|\s?[-–/]\s?|\s(?:or|to)\s)"
    r"[0-9.]{1,12}\s?[TGM]B\b|[TGM]B\sof\syour\b",
    re.I,
)
_MB_PER_UNIT: Final = {"T": MB_PER_GB * 1000, "G": MB_PER_GB, "M": 1}
_ABROAD: Final = r"(?:roam\w{0,20}|EU|Europe\w{0,20}|abroad|overseas|fair[ -]use)"
_TO_ABROAD: Final = (
    r"(?:(?:of|in|for|the|to|can|be|used?|usable|available|free|inclusive|your)\s|data\ ){0,12}"
)
_PASSED_OVER: Final = re.compile(
    rf"(?:{_SIZE.pattern}|\bunlimited)\s{_TO_ABROAD}{_ABROAD}\b"
    rf"|\b{_ABROAD}\b(?:[^0-9]{{0,25}}{_SIZE.pattern}(?!\sdata)|[^0-9.;]{{0,25}}{_SIZE.pattern})"
    rf"|\b(?:was|previously|usually|normally|originally)\s{_SIZE.pattern}",
    re.I,
)
_UNLIMITED: Final = re.compile(r"(?<!\bnot\s)(?<!\bnon[\s-])(?<!n't\s)\bunl(?:imite|t)d\b", re.I)
_OTHER_SERVICE: Final = (
    r"(?:minutes?|mins?|texts?|sms|call(?:s|ing)?|talk|voice(?:mail)?|landlines?|messages?|wi-?fi"
    r"|broadband|social|music|video|streaming|speeds?|international|whatsapp"
    rf"|data[\s-](?:roll|gift|shar|free|boost)\w{{0,20}}|{_ABROAD})"
)
_SERVICE: Final = re.compile(rf"\b(?:{_OTHER_SERVICE}|(data))\b", re.I)
_NO_ALLOWANCE: Final = re.compile(
    r"\W{0,20}+(?:[\w+]{1,30}\s){0,2}?(?:tethering|hotspots?|apps?|gam(?:es|ing)|tv|sports?|netflix|spotify"
    r"|youtube|tiktok|rewards?|mms|(?:data\s(?:at\s|on\s)?)?(?:off-peak|weekends?|nights?))\b",
    re.I,
)
_AND: Final = r"(?:\s?[,/+&]\s?|\sand\s)"
_LIST_WITH_DATA: Final = re.compile(
    rf"\W{{0,20}}+(?:UK\s)?{_OTHER_SERVICE}(?:{_AND}(?:UK\s)?{_OTHER_SERVICE}){{0,8}}+"
    rf"(?:\s?[/+&]\s?|,?\s(?:and|&)\s)(?:5G\s)?data\b(?![\s-](?:roll|roam|gift|shar|free|boost))",
    re.I,
)
_LABELLED: Final = re.compile(
    rf"(?:(?:UK\s)?(?:{_OTHER_SERVICE}|data)(?:{_AND}{_OTHER_SERVICE}){{0,12}}\W{{0,3}}"
    rf"(?:unlimited|{_SIZE.pattern}|[0-9,]{{1,20}})\W{{0,40}})+",
    re.I,
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
    plain = _PASSED_OVER.sub(" ", _tidy(text))
    found = {_allowance_of(match, text) for match in _SIZE.finditer(plain)}
    if any(_is_about_data(plain, match) for match in _UNLIMITED.finditer(plain)):
        found.add(UNLIMITED)
    if len(found) != 1 or _DOUBTFUL_SIZE.search(plain):
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
    labels = list(_SERVICE.finditer(plain, 0, unlimited.start()))
    if labels and _LABELLED.fullmatch(plain):
        return bool(labels[-1][1])
    rest = _SENTENCE_END.split(plain[unlimited.end() :].lstrip(" \n|"), maxsplit=1)[0]
    if _NO_ALLOWANCE.match(rest):
        return False
    rest = _SIZE.split(rest, maxsplit=1)[0]
    service = _SERVICE.search(rest)
    if service:
        return bool(service[1]) or bool(_LIST_WITH_DATA.match(rest))
    return bool(labels[-1][1]) if labels else not _SERVICE.search(plain)


_PERIOD: Final = r"[\s-]?(months?|mths?|M|years?|yrs?)\b"
_MONTHS: Final = re.compile(rf"{_NOT_MONEY}(?<!\bPT)([0-9]{{1,3}}){_PERIOD}(?!/)", re.I)
_CHOICE_OF_TERMS: Final = re.compile(
    rf"{_NOT_MONEY}[0-9]{{1,2}}(?:\s?[,/x×–-]\s?|\s(?:or|and|to|&)\s)[0-9]{{1,2}}{_PERIOD}", re.I
)
_ROLLING: Final = re.compile(
    r"\brolling\b(?!\s(?:over|data))|\bP30D\b|(?<![0-9])(?:28|30|31)[\s-]?days?\b", re.I
)
_PAY_AS_YOU_GO: Final = re.compile(r"\bpay[\s-]as[\s-]you[\s-]go\b|\bPAYG\b", re.I)
_OTHER_PERIOD: Final = re.compile(
    r"\b(?:for|first|after|save|in|within|over|every)\s(?:(?:the|your)\s)?(?:first\s)?"
    r"[0-9]{1,4}[\s-]?months?"
    r"|\b[0-9]{1,4}[\s-]?months?(?:['’]s?)?\s(?:half|free|at\s|of\s|discount|off\b|[0-9]{1,4}%)"
    r"|\b(?:within\s)?[0-9]{1,4}[\s-]?days?['’]?\s(?:notice|money|returns?|cooling|free|trial|of\s)"
    r"|\bthen\b[^.;]{0,25}\brolling\b",
    re.I,
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
    plain = _OTHER_PERIOD.sub(" ", _tidy(text))
    terms = [(int(match[1]), match[2][0] in "yY") for match in _MONTHS.finditer(plain)]
    found = {12 * number if in_years else number for number, in_years in terms}
    is_odd = any(not 1 <= months <= LONGEST_TERM_MONTHS for months in found)
    if _ROLLING.search(plain):
        found.add(1)
    if _PAY_AS_YOU_GO.search(plain):
        found.add(0)
    if is_odd or len(found) != 1 or _CHOICE_OF_TERMS.search(plain):
        raise _unreadable("a minimum term", text)
    return found.pop()


def _tidy(text: str) -> str:
    """Return `text` without invisible signs and footnote marks, one blank between words."""
    visible = _FOOTNOTE.sub(" ", _INVISIBLE.sub("", text)).translate(_HYPHENS)
    return "\n".join(" ".join(line.split()) for line in visible.splitlines() if line.strip())


def _unreadable(wanted: str, text: str) -> UnreadableText:
    shown = " ".join(text.split())
    shown = f"{shown[:60]}…" if len(shown) > 60 else shown
    return UnreadableText(
        f"cannot read {wanted} from {shown!r}",
        hint="check the page; a source that knows the unit must convert it",
    )
