"""Badges of a shop ("Best seller", "Ends Monday", "Save £5"): words that come and go on a card.

They are no part of a plan's name nor of its variant, so that no plan is another one because it wore
a badge. Owns which words are a badge; `Plan` takes them out wherever a plan is made.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_MARK: Final = "\ue000"  # stands where a badge stood; private use, so on no page
_EMOJI: Final = re.compile(
    "[\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+"
)  # stars, ticks, arrows in boxes, pictures
_GAP: Final = r"[\s\u2010\u2011-]{1,3}"
_EDGES: Final = "|•·●▪►▸<>«»~;:!,/\\-–—.?…*_"
_EDGE: Final = rf"[\s{re.escape(_EDGES)}]"
_SEGMENT: Final = re.compile(rf"({_MARK}|[|<>«»•·●▪►▸~;:!,/\\–—…*_]|\s-{{1,3}}\s)")


def _pattern(*phrases: str) -> str:
    """Join phrases in which a blank is any gap between words, and `'` any apostrophe or none."""
    return "|".join(
        phrase.replace("'", "['\u2019]?").replace(" ", _GAP)
        for phrase in sorted(phrases, key=len, reverse=True)
    )


_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY: Final = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_NUMBER_OF_DAY: Final = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_TIME_PART: Final = (
    rf"(?:{_WEEKDAY}|{_NUMBER_OF_DAY}(?: of)? {_MONTH}(?: [0-9]{{2,4}})?"
    rf"|{_MONTH} {_NUMBER_OF_DAY}(?:,? [0-9]{{4}})?"
    r"|[0-9]{1,4}[/.-][0-9]{1,2}(?:[/.-][0-9]{2,4})?"
    r"|[0-9]{1,3} (?:day|hour|hr|min|minute|week)s?|[0-9]{1,2}(?:[:.][0-9]{2})?\s?[ap]m"
    r"|[0-9]{1,2}:[0-9]{2}|today|tonight|tomorrow|midnight|noon|soon|shortly"
    r"|(?:this |next |the )?(?:weekend|week|month))"
)
_WHEN: Final = (
    rf"(?:on |at |in |by |this |next )?{_TIME_PART}(?:,?\s(?:on |at |this )?{_TIME_PART}){{0,3}}"
)
_MONEY: Final = r"[£€$]\s?[0-9]{1,5}(?:[.,][0-9]{1,3}){0,2}"
_PER_MONTH: Final = (
    r"(?: (?:a|per|each|every) month|\s?(?:pm|p/m|/\s?mo(?:nth)?|/\s?m|monthly)|(?: monthly))?"
)
_FOR_MONTHS: Final = r"(?: for (?:the )?(?:first )?[0-9]{1,2} months?)?"
_THING: Final = r"(?: (?:plan|sim|choice|deal|tariff|offer|pick|price)s?)?"
_SALE: Final = r"(?:sale|deal|offer|special|bargain|discount|promo|promotion|saving|event)s?"

# What is a badge wherever it stands: no shop calls a plan so.
_PHRASES: Final = _pattern(
    rf"(?:(?:our|the|a|number one|no\.? ?1|#\s?1) )?(?:best|top|hot|fast)[\s\u2010\u2011-]{{0,3}}"
    rf"sell(?:ers?|ing){_THING}",
    "(?:selling|going) fast",
    rf"(?:(?:our|the) )?most (?:popular|loved|bought|chosen|picked|recommended|wanted){_THING}",
    r"popular (?:plan|choice|deal|pick|offer|sim)s?",
    r"(?:customers?'s?|staff|editor's|student|fan|reader's|expert's?|our) "
    r"(?:favou?rites?|picks?|choice)",
    r"top (?:picks?|choice|deals?|offers?|rated)",
    r"(?:great|best|amazing|unbeatable|fantastic|incredible|good) "
    r"(?:value|deal|offer|price|buy|saving)s?",
    r"(?:deal|offer|sim|plan) of the (?:day|week|month|year)",
    r"(?:web|website|online|app|internet|in store|instore) (?:only|exclusives?)"
    r"(?: (?:offer|deal|price|plan)s?)?",
    r"exclusive (?:online|web|app|offer|deal|price|to (?:web|online|us|the app))"
    r"(?: (?:offer|deal|price|only))?",
    r"limited (?:time|edition|period|stock|availability|offer|deal)"
    r"(?: (?:only|offer|deal|price|promotion|sale)){0,2}",
    r"for a limited (?:time|period)(?: only)?",
    r"time limited(?: (?:offer|deal|only))?",
    r"(?:(?:sale|offer|deal|promo|promotion|price|discount|must) )?(?:now )?"
    r"(?:ends?|ending|expires?|expiring|closes|closing|finishes"
    rf"|(?:available |valid |on )?(?:until|till)) {_WHEN}(?: only)?",
    rf"(?:only )?{_TIME_PART} left",
    rf"(?:today|tonight|{_WEEKDAY}|this (?:week|weekend|month)) only",
    "last (?:chance|day|days|few days)(?: to (?:buy|save))?",
    "final (?:day|hour|week)s?",
    "hurry",
    "don't miss (?:out|it|this)",
    r"(?:(?:for|now|from|save|saving|get|was|extra|up to|over|only|just) ){0,3}"
    rf"(?:only|just|now|from|save|saving|was|up to|over|extra) {_MONEY}(?: off)?"
    rf"{_PER_MONTH}{_FOR_MONTHS}",
    rf"{_MONEY}{_PER_MONTH} only",
    rf"{_MONEY} (?:off|saving|discount|cash\s?back){_PER_MONTH}{_FOR_MONTHS}",
    rf"(?:(?:save|get|extra|up to|over) ){{1,3}}[0-9]{{1,3}}\s?%(?: off)?{_FOR_MONTHS}",
    rf"[0-9]{{1,3}}\s?% (?:off|savings?|discount|cheaper){_FOR_MONTHS}",
    rf"half price(?: (?:offer|deal|sale))?{_FOR_MONTHS}",
    r"[0-9]{1,2} months? (?:at )?(?:half price|free)",
    r"(?:first|1st) (?:[0-9]{1,2} )?months? (?:free|half price)",
    r"(?:double|triple|2x|3x|extra|bonus) (?:the )?data(?: (?:deal|offer))?",
    r"(?:early )?(?:black friday|cyber (?:monday|week|weekend)|boxing day|bank holiday)"
    rf"(?: (?:20[0-9]{{2}}|week|weekend|price|saver|exclusive|only|{_SALE})){{0,3}}",
    r"(?:christmas|xmas|january|new year(?:'s)?|easter|halloween|spring|summer|autumn|winter|flash"
    rf"|mid season|clearance|payday|weekend|mega|big|festive|special|hot) {_SALE}",
    r"(?:brand )?new (?:plan|deal|offer|in|launch|tariff|(?:lower |low )?price)s?",
    "brand new|all new",
    "just (?:in|launched|landed|added|dropped)",
    "newly (?:added|launched)",
    "now (?:even )?(?:cheaper|better)",
    "back (?:again|in stock|by popular demand)",
    r"price (?:drop|cut|reduction|slashed|crash)",
    r"(?:reduced|lower|special|hot|sale|clearance) price",
    r"(?:our )?(?:lowest|cheapest)(?: ever)? price(?: ever)?",
    "while stocks? lasts?",
    "(?:almost|nearly) gone|low stock",
    "award winning",
    "as seen on tv",
    r"recommended (?:for you|plan|deal|sim)",
)
_BADGE: Final = re.compile(rf"(?<![\w£€$#])(?:{_PHRASES})(?![\w%])", re.IGNORECASE)
# What is a badge where it stands alone, between separators or in brackets.
_ALONE: Final = (  # beside what `_BADGE` has marked
    r"(?:new|hot|sale|offer|deal|promo|promotion|popular|recommended|featured|exclusive"
    r"|sponsored|ad|advert|trending|reduced|bargain|favou?rite|discount|discounted|expiring)"
)
_ONLY_BADGE: Final = re.compile(rf"{_EDGE}{{0,9}}{_ALONE}{_EDGE}{{0,9}}", re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(
    rf"[(\[{{<«“‘'\"]{_EDGE}{{0,9}}(?:{_MARK}|{_ALONE})(?:{_MARK}|{_EDGE}){{0,9}}[)\]}}>»”’'\"]",
    re.IGNORECASE,
)
# "New" and the like are one at an end of a name as well, but no badge says "new customers".
_FIRST_WORD: Final = re.compile(
    r"\A(?:new|featured|sponsored|recommended|trending|popular)\s{1,3}"
    r"(?!customers?\b|years?\b|lines?\b|users?\b|to\b|for\b|with\b)(?=[^\W_])",
    re.IGNORECASE,
)
_LAST_WORD: Final = re.compile(
    r"(?<=[\w)+])\s{1,3}(?:new|featured|sponsored|recommended|trending)[!.]{0,3}\Z", re.IGNORECASE
)
_REMAINS: Final = re.compile(rf"(?:{_EDGE}){{0,9}}{_MARK}(?:{_MARK}|{_EDGE}){{0,40}}")
_LOOSE: Final = re.compile(r"(?<=[(\[{“])\s{1,3}|\s{1,3}(?=[)\]}”,;:!.])")
_EMPTY: Final = re.compile(r"\(\s?\)|\[\s?\]|\{\s?\}|“\s?”|\"\s?\"")


@lru_cache(maxsize=4096)
def without_badges(text: str) -> str:
    """Return a name or variant without the badges in it; "" where it is nothing else.

    A text without a badge comes back as it is. Pictures (emoji, stars) count as badges.
    """
    marked = _EMOJI.sub(_MARK, text)
    marked = _BADGE.sub(_MARK, marked)
    marked = _IN_BRACKETS.sub(_MARK, marked)
    parts = _SEGMENT.split(marked)
    marked = "".join(_MARK if _ONLY_BADGE.fullmatch(part) else part for part in parts)
    plain = marked if _MARK not in marked else _tidy(marked)
    return _LAST_WORD.sub("", _FIRST_WORD.sub("", plain, count=1), count=1)


def _tidy(marked: str) -> str:
    """Close the gaps that badges left; a separator stays where the same one stood on both sides."""
    closed = _REMAINS.sub(lambda found: _close(found, len(marked)), marked)
    closed = _EMPTY.sub(" ", _LOOSE.sub("", closed))
    return " ".join(closed.split())


def _close(found: re.Match[str], length: int) -> str:
    before, after = found[0].split(_MARK)[0], found[0].split(_MARK)[-1]
    is_at_an_end = found.start() == 0 or found.end() == length
    separator = before if before.strip() == after.strip() != "" else " "
    return "" if is_at_an_end else separator
