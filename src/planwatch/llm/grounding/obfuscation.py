"""Figures in disguise: characters, marks and spellings that no plain sentence needs.

Plain English text in ASCII, a few typographic marks, and tokens: whatever else is there might be a
digit, a brand or a token that only looks like something else, so it is refused unread.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from planwatch.llm.grounding.lexicon import GUARDED_WORDS, NUMBER_WORDS

TOKEN: Final = re.compile(r"\{\{ ?(F\d{1,3}) ?\}\}")
PLACEHOLDER: Final = "\x1a"  # stands for a token while the rest is looked at
# names that hold digits; nothing else may
_NAMES: Final = re.compile(r"\b(?:O2|1pMobile|[345]G|24/7)(?![\w/])")
_ALLOWED: Final = re.compile(r"[A-Za-z ,.:;!?'’‘“”\"()–—/\-]")
_ROMAN: Final = re.compile(
    r"\b(?=[IVXLCDM]{2,}\b)M*(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})\b"
)
_SPELLED: Final = re.compile(r"\b[A-Za-z](?:[ .\-/,][A-Za-z]\b){2,}")
_ADDRESS: Final = re.compile(r"[A-Za-z]\.[A-Za-z]|://|www", re.I)
_GLUED: Final = re.compile(rf"[\w\-–—/]{PLACEHOLDER}|{PLACEHOLDER}[\w\-/{PLACEHOLDER}]")
_WORD: Final = re.compile(r"[A-Za-z]+(?:['’\-–—/][A-Za-z]+)*")
_FOLD: Final = re.compile(r"(?:d|en|ee|our|ve|ix|ght|ne|wo|ty)fold$", re.I)
_SEPARATORS: Final = re.compile(r"['’\-–—/]")


def find_disguises(text: str) -> Iterator[tuple[str, str]]:
    """Yield the rule and the reason of each thing that makes a text unreadable for the gate."""
    bare = TOKEN.sub(PLACEHOLDER, text)
    if "{" in bare or "}" in bare:
        yield "broken_token", "a token is exactly {{id}}, not nested and not cut"
        return
    rest = _NAMES.sub("", bare)
    for character in dict.fromkeys(rest):
        fault = _fault_of(character)
        if fault:
            yield fault
    if _GLUED.search(bare):
        yield "glued_token", "a token stands alone, with a space before it"
    if _ROMAN.search(rest):
        yield "number", "a Roman numeral is a bare figure"
    if _SPELLED.search(rest):
        yield "disguise", "letters stand apart, as in a word that is spelled out"
    if _ADDRESS.search(rest):
        yield "address", "an address of a page or a person does not belong into a report"
    yield from _find_number_words(rest)
    yield from _find_split_words(rest)


def _fault_of(character: str) -> tuple[str, str] | None:
    if character == PLACEHOLDER or _ALLOWED.match(character):
        return None
    if character in "0123456789":
        return "number", "a figure stands bare; every figure is a token"
    if unicodedata.numeric(character, None) is not None:
        return "disguise", f"{_name(character)} is a digit in disguise"
    if character in "£$€%‰¢":
        return "number", "currency and per cent signs come with the token, from code"
    return "disguise", f"{_name(character)} does not belong into plain English"


def _name(character: str) -> str:
    return unicodedata.name(character, f"character {ord(character)}").lower()


def _find_number_words(rest: str) -> Iterator[tuple[str, str]]:
    for match in _WORD.finditer(rest):
        word = match[0]
        parts = _SEPARATORS.split(word)
        for part in dict.fromkeys((*parts, "".join(parts))):
            if _is_number_word(part, is_brand=_is_capital_three(part)):
                yield "number", f"{part!r} is a number in words; every figure is a token"
        if len(parts) > 1 and "".join(parts).lower() in GUARDED_WORDS:
            yield "disguise", f"{word!r} is a word cut in two"


def _find_split_words(rest: str) -> Iterator[tuple[str, str]]:
    words = rest.split()
    for first, second in pairwise(words):
        joined = f"{first}{second}".lower().rstrip(".,;:!?")
        if first.isalpha() and (joined in GUARDED_WORDS or _is_number_word(joined, is_brand=False)):
            yield "disguise", f"'{first} {second}' is a word cut in two"


def _is_capital_three(part: str) -> bool:
    # the brand; `sentence_rules` tells it from the number by what follows
    return part == "Three"


def _is_number_word(part: str, *, is_brand: bool) -> bool:
    if is_brand:
        return False
    folded = _fold(part)
    return (
        folded in _FOLDED
        or _FOLD.search(part) is not None
        or any(folded == _fold(tens + ones) for tens in _TENS for ones in _ONES)
    )


def _fold(word: str) -> str:
    """Take letters that look alike for one: a capital I for an l."""
    return word.lower().replace("i", "l")


_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_FOLDED: Final = frozenset(_fold(word) for word in NUMBER_WORDS)
