"""Reading the rendered texts of shops that all card sources share: lines, dates, price steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypedDict

from planwatch.domain.normalise import parse_allowance, parse_price_pence, parse_term_months
from planwatch.domain.plan import Generation, Plan, Roaming
from planwatch.domain.schedule import PriceStep, add_months, months_between
from planwatch.errors import LayoutChanged, NothingFound, ParseError, UnreadableText
from planwatch.sources.contract import Reading, Unreadable

if TYPE_CHECKING:
    from parsel import Selector

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
    r"(?:\b([0-9]{1,2})(?:st|nd|rd|th)?\s+)?\b([A-Za-z]{3,9})\.?\s+(20[0-9]{2}|[0-9]{2})\b"
)


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


_NEVER_SHOWN: Final = frozenset({"script", "style", "template", "noscript", "svg", "del", "s"})
_FORMATTING: Final = frozenset({"b", "strong", "em", "i", "u", "sup", "sub", "mark"})
_INLINE_BESIDE_TEXT: Final = frozenset({"span", "a", "small", "abbr", "bdi", "label"})
_SPLIT_AFTER_SIGN: Final = re.compile(r"£\n(?=[0-9])")
_SPLIT_AFTER_WAS: Final = re.compile(r"\b(was:?)\n(?=£)", re.IGNORECASE)
_SPLIT_AT_POINT: Final = re.compile(r"(£ ?[0-9,]+)\n?\.\n?(?=[0-9])")


_OPENED: Final = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_CLOSED: Final = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)


def read_document(title: str, text: str) -> Selector:
    """Return a saved page as a document.

    Raises:
        LayoutChanged: the page was cut short: cards, or the digits of a price, may be missing.
    """
    from parsel import Selector  # takes 160 ms to import; JSON sources share this module

    if _OPENED.search(text) and not _CLOSED.search(text):
        raise LayoutChanged(
            f"{title}: the page was cut short, it has no </body>; it ends {clean(text[-60:])!r}",
            hint="save the whole page again",
        )
    return Selector(text=text, type="html")


def find_shown(node: Selector, css: str) -> list[Selector]:
    """Return the elements that a buyer can see: none in a template or a hidden block."""
    return [
        found
        for found in node.css(css)
        if all(_is_shown(element) for element in (found.root, *found.root.iterancestors()))
    ]


def lines_of(node: Selector, *, skip: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the text of an element as a buyer reads it, line by line.

    Hidden and struck-out text is left out; a price cut into several elements is one line again.

    Args:
        skip: names of elements to leave out as well, such as "button".
    """
    text = "".join(_pieces_of(node.root, frozenset(skip)))
    text = "\n".join(line for line in map(clean, text.split("\n")) if line)
    text = _SPLIT_AT_POINT.sub(r"\1.", _SPLIT_AFTER_SIGN.sub("£", text))
    text = _SPLIT_AFTER_WAS.sub(r"\1 ", text)
    return tuple(text.split("\n")) if text else ()


def text_of(card: Selector, css: str) -> str:
    """Return the text of the first match within a card.

    Raises:
        UnreadableText: nothing matches, or what matches is empty.
    """
    for found in card.css(css):
        text = " ".join(lines_of(found))
        if text:
            return text
    raise UnreadableText(f"no text at {css}")


def _is_shown(element: Any) -> bool:
    return (
        element.tag not in _NEVER_SHOWN
        and "hidden" not in element.attrib
        and "display:none" not in element.attrib.get("style", "").replace(" ", "").lower()
    )


def _pieces_of(element: Any, skip: frozenset[str]) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in skip or not _is_shown(element):
        return
    yield _as_one_line(element.text)
    for child in element:
        edge = "" if _is_inline(child) else "\n"
        yield edge
        yield from _pieces_of(child, skip)
        yield edge + _as_one_line(child.tail)


def _is_inline(element: Any) -> bool:
    if element.tag in _INLINE_BESIDE_TEXT:
        parent = element.getparent()
        return any((text or "").strip() for text in (parent.text, *(c.tail for c in parent)))
    return element.tag in _FORMATTING or not isinstance(element.tag, str)


def _as_one_line(text: str | None) -> str:
    return (text or "").replace("\n", " ")


_AMOUNT: Final = r"£\s?[0-9][0-9,]*(?:\.[0-9]{1,2})?"
_WAS: Final = re.compile(rf"\bwas:?\s({_AMOUNT})", re.IGNORECASE)
_STEP: Final = re.compile(
    rf"({_AMOUNT})(?:\s(?:a|per)\smonth)?\s(?:from|on)\s"
    r"((?:[0-9]{1,2}(?:st|nd|rd|th)?\s)?[A-Za-z]{3,9}\s[0-9]{4})"
)
_MONTHLY_PRICE: Final = re.compile(
    rf"{_AMOUNT}\s?(?:(?:a|per)\smonth|/\s?month|/\s?mo\b|p/?m\b|monthly)", re.IGNORECASE
)
_CONTRACT: Final = re.compile(
    r"[0-9][\s-]?months?\b.*\b(?:contract|plan|term)s?\b"
    r"|\b(?:contract|plan|term)s?\b.*[0-9][\s-]?months?\b"
    r"|\b(?:30|28)[\s-]day\b|\brolling\b|^[0-9]+[\s-]months?$",
    re.IGNORECASE,
)
_RUNS_FOR: Final = re.compile(r"\b(runs?|lasts?|is|are)\sfor\s", re.IGNORECASE)


def find_was_price(card: Selector) -> int | None:
    """Return the price that a card calls a former one ("Was £24", struck out) in pence."""
    was = _WAS.search(" ".join(lines_of(card)))
    if was:
        return parse_price_pence(was[1])
    struck = (clean(found.xpath("string(.)").get("")) for found in card.css("del, s"))
    prices = {parse_price_pence(text) for text in struck if "£" in text}
    return prices.pop() if len(prices) == 1 else None


def without_was_price(text: str) -> str:
    """Return `text` without the price after the word "was"."""
    return clean(_WAS.sub(" ", text))


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
        raise UnreadableText(f"two terms: {' and '.join(map(str, sorted(found)))} months")
    return found.pop() if found else None


class Features(TypedDict):
    """What the lines about features say, by the field of `Plan`."""

    minutes: str | None
    texts: str | None
    generation: Generation | None
    max_speed_mbps: int | None
    roaming: Roaming | None
    roaming_mb: int | None
    extras: tuple[str, ...]


_SERVICES: Final = (
    r"\b(unlimited|[0-9][0-9,]*)\s(?:(?:UK\s)?(?:data|minutes|mins|calls|texts?)"
    r"(?:\s?,\s?(?:(?:and|&)\s)?|\s(?:and|&)\s))*(?:UK\s)?(?:anytime\s)?"
)
_MINUTES: Final = re.compile(rf"{_SERVICES}(?:minutes|mins|calls)\b", re.IGNORECASE)
_TEXTS: Final = re.compile(rf"{_SERVICES}texts?\b", re.IGNORECASE)
_GENERATION: Final = re.compile(r"(?<!no\s)\b([45])G\b", re.IGNORECASE)
_SPEED: Final = re.compile(r"\b(?:max\w*|up\sto|capped)\b[^0-9]*([0-9]+)\s?Mbps\b", re.IGNORECASE)
_ROAMING: Final = re.compile(r"\broam", re.IGNORECASE)
_NO_ROAMING: Final = re.compile(
    r"\b(?:no|without|excludes)\s(?:(?:inclusive|included|free|EU|European|data)\s)*roaming\b"
    r"(?!\s(?:charge|fee|cost))|\broaming\s(?:is\s)?not\s(?:included|available)\b",
    re.IGNORECASE,
)
_GLOBAL: Final = re.compile(r"\b(?:global|worldwide|around\sthe\sworld)\b", re.IGNORECASE)
_EUROPE: Final = re.compile(r"\b(?:EU|Europe\w*)\b", re.IGNORECASE)
_ROAMING_SIZE: Final = re.compile(r"[0-9][0-9.,]*\s?[GM]B\b")


def read_features(lines: Iterable[str]) -> Features:
    """Sort lines about features into fields; what is no field of its own is an extra.

    Roaming that must be paid for, or whose reach is not stated, is an extra and no roaming.

    Raises:
        UnreadableText: the lines both grant and deny roaming.
    """
    features = Features(
        minutes=None,
        texts=None,
        generation=None,
        max_speed_mbps=None,
        roaming=None,
        roaming_mb=None,
        extras=(),
    )
    for line in dict.fromkeys(lines):
        if not (_add_roaming(features, line) or _add_service(features, line)):
            features["extras"] += (line,)
    return features


def _add_service(features: Features, line: str) -> bool:
    minutes, texts, speed = _MINUTES.search(line), _TEXTS.search(line), _SPEED.search(line)
    generations = _GENERATION.findall(line)
    if minutes:
        features["minutes"] = minutes[1].lower().replace(",", "")
    if texts:
        features["texts"] = texts[1].lower().replace(",", "")
    if speed:
        features["max_speed_mbps"] = int(speed[1])
    if generations:
        features["generation"] = "5g" if "5" in generations else "4g"
    return bool(minutes or texts or speed or generations)


def _add_roaming(features: Features, line: str) -> bool:
    reach = _reach_of(line) if _ROAMING.search(line) else None
    if reach is None:
        return False
    reaches = {reach, features["roaming"] or reach}
    if "none" in reaches and len(reaches) > 1:
        raise UnreadableText(f"roaming is both granted and denied: {line!r}")
    features["roaming"] = "global" if "global" in reaches else reach
    size = _ROAMING_SIZE.search(line)
    if size:
        features["roaming_mb"] = parse_allowance(size[0]).data_mb
    return True


def _reach_of(line: str) -> Roaming | None:
    if _NO_ROAMING.search(line):
        return "none"
    if "£" in line:
        return None
    if _GLOBAL.search(line):
        return "global"
    return "eu" if _EUROPE.search(line) else None


def read_cards(
    title: str, cards: Iterable[Selector], read: Callable[[Selector], Iterable[Plan]]
) -> Reading:
    """Read each card by itself, so that one that cannot be read costs only itself.

    The same offer twice is one; the same offer at two prices is one that cannot be read.

    Raises:
        LayoutChanged: there are cards, and none can be read.
    """
    plans: dict[tuple[str, str], Plan] = {}
    unreadable: list[Unreadable] = []
    for number, card in enumerate(cards, start=1):
        try:
            for plan in read(card):
                if plan.price_pence == 0:
                    raise UnreadableText("a price of £0 is a placeholder, not a price")
                first = plans.setdefault((plan.plan_key, plan.offer_key), plan)
                if first.prices_by_month() != plan.prices_by_month():
                    raise UnreadableText(
                        f"{plan.plan_key} at {plan.price_pence}p, and before at "
                        f"{first.price_pence}p: what tells them apart is not known"
                    )
        except UnreadableText as error:
            where = clean(f"card {number}: {' '.join(lines_of(card)[:3])}")[:60]
            unreadable.append(Unreadable(where=where, reason=error.message))
    if unreadable and not plans:
        raise LayoutChanged(
            f"{title}: none of {len(unreadable)} cards can be read; "
            f"first {unreadable[0].where!r}: {unreadable[0].reason}",
            hint="the selectors at the head of the source no longer fit the page",
        )
    return Reading(plans=tuple(plans.values()), unreadable=tuple(unreadable))


def layout_changed(title: str, page: Selector, css: str) -> LayoutChanged:
    """Return the error for a page without `css`; it says what was there instead."""
    heading = clean(page.xpath("string((//title | //h1)[1])").get(""))
    return LayoutChanged(
        f"{title}: nothing at {css}; the page is {heading[:80]!r}",
        hint="look at the page in a browser; a challenge or consent page has no plans either",
    )


def no_cards(title: str, scope: Selector, css: str) -> ParseError:
    """Return the error for a list without `css`: a changed layout if it still prints prices."""
    price = _MONTHLY_PRICE.search(" ".join(lines_of(scope)))
    if price:
        return LayoutChanged(
            f"{title}: nothing at {css}, yet the page prints {price[0]!r}",
            hint="the selectors at the head of the source no longer fit the page",
        )
    return NothingFound(
        f"{title}: the list holds nothing at {css}",
        hint="look at the page in a browser; an empty list is not taken as a fact",
    )


def find_unfinished(page: Selector, words: str) -> tuple[Unreadable, ...]:
    """Return one entry if a button still offers more plans than the saved page holds."""
    for button in find_shown(page, "button:not([disabled])"):
        text = " ".join(lines_of(button))
        if words.lower() in text.lower():
            return (
                Unreadable(
                    where="end of the list", reason=f"{text!r} was not pressed on this page"
                ),
            )
    return ()
