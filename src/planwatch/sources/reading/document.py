"""Parse a saved page as HTML: what a buyer can see, and the errors for an unknown page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from planwatch.domain.whole_page import find_cut
from planwatch.errors import LayoutChanged, NothingFound, ParseError, UnreadableText
from planwatch.sources.contract import Unreadable
from planwatch.sources.reading.markup import read_markup
from planwatch.sources.reading.text import AMOUNT, clean

if TYPE_CHECKING:
    from parsel import Selector

LONGEST_TEXT: Final = 5_000  # characters of one text between tags; the rest is not read
_NEVER_SHOWN: Final = frozenset({"script", "style", "template", "noscript", "svg", "del", "s"})
_FORMATTING: Final = frozenset({"b", "strong", "em", "i", "u", "sup", "sub", "mark"})
_INLINE_BESIDE_TEXT: Final = frozenset({"span", "a", "small", "abbr", "bdi", "label"})
_SPLIT_AFTER_SIGN: Final = re.compile(r"£\n(?=[0-9])")
_SPLIT_AFTER_WAS: Final = re.compile(r"\b(was:?)\n(?=£)", re.IGNORECASE)
_SPLIT_AT_POINT: Final = re.compile(r"(£ ?[0-9,]{1,12})\n?\.\n?(?=[0-9])")


# a picture inside the page has a title of its own
_HEADING: Final = "string((//title[not(ancestor::*[local-name()='svg'])] | //h1)[1])"
_MONTHLY_PRICE: Final = re.compile(
    rf"{AMOUNT}\s?(?:(?:a|per)\smonth|/\s?month|/\s?mo\b|p/?m\b|monthly)", re.IGNORECASE
)


def read_document(title: str, text: str) -> Selector:
    """Return a saved page as a document.

    Raises:
        LayoutChanged: the page was cut short: cards, or the digits of a price, may be missing; or
            no shop writes such a page.
    """
    if find_cut(text) is not None:
        raise LayoutChanged(
            f"{title}: the page was cut short: no </body>; it ends with {clean(text[-60:])!r}",
            hint="save the whole page again",
        )
    return read_markup(text)


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

    Raises:
        LayoutChanged: elements are nested hundreds deep.
    """
    try:
        text = "".join(_pieces_of(node.root, frozenset(skip)))
    except RecursionError as error:
        raise LayoutChanged(
            "elements of the page are nested too deeply to be read",
            hint="no shop writes such a page; open it in a browser to see who answered",
        ) from error
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
    return (text or "")[:LONGEST_TEXT].replace("\n", " ")


def layout_changed(title: str, page: Selector, css: str) -> LayoutChanged:
    """Return the error for a page without `css`; it says what was there instead."""
    heading = clean(page.xpath(_HEADING).get(""))
    return LayoutChanged(
        f"{title}: nothing at {css}; the page is {heading[:80]!r}",
        hint="open the page in a browser; a challenge or consent page has no plans either",
    )


def no_cards(title: str, scope: Selector, css: str) -> ParseError:
    """Return the error for a list without `css`: a changed layout if it still prints prices."""
    price = _MONTHLY_PRICE.search(" ".join(lines_of(scope)))
    if price:
        return LayoutChanged(
            f"{title}: nothing at {css}, yet the page prints {price[0]!r}",
            hint="the selectors at the top of the source's module no longer match the page",
        )
    return NothingFound(
        f"{title}: the list holds nothing at {css}",
        hint="open the page in a browser; an empty list is not taken as a fact",
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
