"""Words that several readers share, and how lists of phrases become patterns.

A vocabulary is a text of phrases parted by " | ", a language a line; blanks in it are any white
space. Alternatives within a phrase have no blanks around their bar.
"""

from __future__ import annotations

import re
from typing import Final

_REST_OF_WORD: Final = r"\w{0,30}"  # not all that a page has without a blank


def phrases(text: str) -> str:
    """Return the alternation of the phrases in a text."""
    parts = [part.strip() for part in re.split(r" \| |\n", text) if part.strip(" |\n")]
    joined = "|".join(re.sub(r"[ ]+", r"\\s", part.strip("| ")) for part in parts)
    return f"(?:{joined})".replace(r"\w*", _REST_OF_WORD).replace(r"\w+", r"\w{1,30}")


_MONTH_NAME: Final = (
    r"(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez)[a-zéûäč]{0,7}"
)
_DAY: Final = r"(?:[0-9]{1,2}(?:st|nd|rd|th|\.)?\s(?:of\s)?)?"
DATE: Final = (
    rf"(?:the\s)?{_DAY}{_MONTH_NAME}\.?\s(?:20)?[0-9]{{2}}\b"
    r"|[0-9]{1,2}[./][0-9]{1,2}[./](?:20)?[0-9]{2}"
)
MONTH_NAME: Final = _MONTH_NAME
_MONTH: Final = phrases(
    r"""
    months? | mths? | mo | m
    monat | mt
    mois
    mes | mese
    maand
    miesiąc | mies
    mån(?:ad)? | mnd | måned | md
    měs[a-zí]* | hó
    """
)
PER_MONTH: Final = phrases(
    rf"""
    (?:a|per|each|every|pro|par|al|por|im|i|na|pr\.?|p\.?|za|/)(?: ?/)? ?(?:calendar )?{_MONTH}\b\.?
    pcm\b | pm\b | p\.m\. | monthly\b
    /? ?mtl\b\.? | monatlich\w*
    mensuels?\b | mensual\w* | mensili?\b | miesięcznie\b
    (?:/|every|per|for|pro|pour|a) ?(?:28|30|31) ?(?:days?|tage|jours|días|dni|dagar)\b
    / ?4 ?(?:weeks|wochen)\b | 4 Wochen\b
    """
)
RANGE: Final = re.compile("[ \x1e\x1f]?(?:[-–—]|to|bis|à)[ \x1e\x1f]?", re.I)
# what may stand between a telling word and its figure: "Save up to £5", "then just £10"
END: Final = (
    r"[\s:–—\-(>~*]{0,4}(?:(?:only|just|nur|seulement|solo|an?|the|of|at|about|around|for|your|total)"
    r"[\s:]{0,3}){0,2}$"
)
START: Final = r"^[\s)*†‡.,:;–—\-]{0,20}"


def before(text: str) -> re.Pattern[str]:
    """Return a pattern for phrases that stand right before a figure."""
    return re.compile(rf"(?<!\w){phrases(text)}{END}", re.I)


def after(text: str) -> re.Pattern[str]:
    """Return a pattern for phrases that stand right after a figure."""
    return re.compile(rf"{START}{phrases(text)}", re.I)
