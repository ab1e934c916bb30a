"""What the name of a key says of the value in a JSON: a price, an allowance, a term, or neither."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from planwatch.sources.cards.amounts.figures import find_money, find_sizes

LABEL: Final = "@"
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


PRICE: Final = _set(
    "price prices cost costs monthly mrc recurring fee charge rental amount rate tariff"
    " preis prix precio prezzo pris cena tarif prijs"
)
WAS: Final = _set(
    "was original old before previous regular list rrp standard full undiscounted strikethrough"
    " strike struck former"
)
_NOW: Final = _set(
    "current now final discounted promo promotional sale special offer today headline actual"
)
_NOT_MONTHLY: Final = _set(
    "upfront one off oneoff setup initial deposit total future next rise increase after later"
    " saving savings discount cashback deductions deduction change delivery shipping tax vat device"
    " handset phone hardware daily day per minute text sms overage extra activation connection year"
    " yearly annual annually credit topup balance min max lowest highest then ongoing additional"
    " roaming difference penalty exit cap limit"
)
_SAYS_NOTHING: Final = _set(
    "value amount quantity size allocation name text label display formatted formated title gross"
    " number raw units count total price allowance displayvalue"
)
_DATA: Final = _set(
    "data internet gb mb gigabytes megabytes allowance volume giga datenvolumen daten datos"
)
_NOT_DATA: Final = _set(
    "roaming roam eu europe abroad speed minutes minute mins voice sms text texts calls call id sku"
    " code key type tethering hotspot rollover unit uom storage international intl fair bonus free"
    " extra url slug promo link icon image date"
)
_DATA_WAS: Final = WAS | {"base", "orig"}
_TERM: Final = _set("term contract duration commitment length months period laufzeit engagement")
_NOT_TERM: Final = _set("discount promo offer trial free rise roaming")
_TEXTS: Final = _set(
    "name title description desc displayname heading headline label summary text subtitle planname"
    " alt longdescription"
)
_PLAN_NAMES: Final = (_set("planname displayname productname"), _set("name title heading"))
# words that label a price when they are keys, and name a plan when they are values
_NAMES_OF_PLANS: Final = _set(
    "max min extra one off day then plus credit balance current now special sale standard full list"
    " base regular original old text value monthly total annual yearly year low high"
)
_LONG_TEXT: Final = 24
_MOST_MONEY_TEXT: Final = 200
_MOST_DATA_TEXT: Final = 160
_NUMBER: Final = re.compile(r"-?[0-9.]{1,12}")
_NOW_MORE: Final = re.compile(r"\bnow\s[0-9]+\s?[GM]B\b", re.I)
_FOR_CALLS: Final = re.compile(
    r"unlimited\s(?:(?:UK|calls?|minutes|mins|texts?|sms|voice|and|&|,)\s?)+(?!data)", re.I
)
_FOR_ABROAD: Final = re.compile(
    r"[0-9.]{1,12}\s?[GM]B\b[^,.;]{0,20}\b(?:EU|roam\w{0,20}|Europe)", re.I
)


@dataclass(slots=True)
class Scalar:
    """A text or number, the keys that lead to it, and a unit that stands beside it.

    A key that begins with `LABEL` is no key but the name of an object, such as "@Data".
    """

    keys: tuple[str, ...]
    value: Any
    unit: str = ""

    def words(self) -> set[str]:
        """Return the words of the key, and of its parents where it says nothing itself."""
        words: set[str] = set()
        for key in reversed(self.keys[-4:]):
            mine = _words_of(key)
            if key.startswith(LABEL):
                words.update(set(mine) - _NAMES_OF_PLANS)
                continue
            words.update(mine)
            if not set(mine) <= _SAYS_NOTHING and "".join(mine) not in _SAYS_NOTHING:
                break
        return words

    @property
    def last_key(self) -> str:
        return "".join(_words_of(self.keys[-1])) if self.keys else ""

    @property
    def is_text(self) -> bool:
        """Tell whether the value is meant to be read by people."""
        return self.last_key in _TEXTS or (
            isinstance(self.value, str) and len(self.value) > _LONG_TEXT
        )


def _words_of(key: str) -> list[str]:
    return [word.lower() for word in _PARTS.findall(key)]


def price_rank(scalar: Scalar, currency: str) -> int:
    """Return how surely a value is the price now: 0 not at all, 1 for a text that names one."""
    words = scalar.words()
    if isinstance(scalar.value, str) and scalar.is_text:
        return 1 if len(money_in(scalar.value, currency)) == 1 and not words & WAS else 0
    if not words & PRICE or words & WAS or scalar.value in (0, ""):
        return 0
    other = words & _NOT_MONTHLY
    if other and not ("monthly" in words and other == {"total"}):
        return 0
    rank = 3 + (1 if words & {"price", "cost"} else 0)
    rank += 2 if words & {"monthly", "month", "recurring", "mrc"} else 0
    rank += 3 if words & _NOW else 0
    return rank - (1 if words & {"net", "excl", "exvat"} else 0)


def data_rank(scalar: Scalar) -> int:
    """Return how surely a value is the data allowance: 0 not at all, 1 for a former one."""
    words, value = scalar.words(), scalar.value
    is_size = False
    if isinstance(value, str):
        if len(value) > _MOST_DATA_TEXT:
            return 0
        if _NOW_MORE.search(value):
            return 9
        if scalar.is_text:
            return 1 if sizes_in(value) else 0
        is_size = bool(find_sizes(value))
        if not is_size and not _NUMBER.fullmatch(value.strip()):
            return 0
    if words & _NOT_DATA:
        return 0
    if not words & _DATA:
        return 1 if is_size and re.search("[0-9]", value) else 0
    if words & _DATA_WAS:
        return 1 if "data" in words else 0
    rank = 3 + (1 if words & {"data", "internet"} else 0)
    return rank + (2 if words & {"promos", "now", "current", "with"} else 0)


def is_former_price(scalar: Scalar) -> bool:
    words = scalar.words()
    return bool(words & WAS and words & PRICE) and "total" not in words


def is_upfront_price(scalar: Scalar) -> bool:
    return "upfront" in scalar.words()


def term_rank(scalar: Scalar) -> int:
    """Return how many words of the key are about a contract's length; 0 for another period."""
    words = scalar.words()
    return 0 if words & _NOT_TERM else len(words & _TERM)


def name_rank(scalar: Scalar) -> int:
    """Return 2 for a key that holds a plan's name, 1 for one that may, else 0."""
    if not isinstance(scalar.value, str) or not scalar.value.strip():
        return 0
    return next((2 - i for i, keys in enumerate(_PLAN_NAMES) if scalar.last_key in keys), 0)


def money_in(text: str, currency: str) -> set[int]:
    """Return the amounts that a short text names, in minor units."""
    if len(text) > _MOST_MONEY_TEXT:
        return set()
    return {figure.value for figure in find_money(text, currency) if figure.value}


def sizes_in(text: str) -> set[int | None]:
    """Return the allowances that a text names, without those for calls or abroad."""
    plain = _FOR_ABROAD.sub(" ", _FOR_CALLS.sub(" ", text))
    return {figure.value for figure in find_sizes(plain)}
