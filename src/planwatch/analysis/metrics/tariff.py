"""Hypothetical tariff for `what-if`: parses it from text, and builds the plan for it.

An unreadable value is a UsageError that names the key and says how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

from planwatch.domain.allowance import Allowance
from planwatch.domain.brand import resolve_brand
from planwatch.domain.normalise import parse_allowance, parse_term_months
from planwatch.domain.plan import MOST_MONTHS, MOST_PENCE, Generation, Plan, Roaming
from planwatch.domain.rise_rules import RiseRule
from planwatch.errors import UnreadableText, UsageError

SOURCE: Final = "what-if"
THE_TARIFF: Final = "the tariff"
"""Source of the rises that a tariff states itself."""
KEYS: Final = (
    *("brand", "data", "term", "price", "rise", "promo"),
    *("roaming", "roaming_data", "generation", "max_speed", "name"),
)
RISE_MONTH: Final = 4
"""Month of a rise stated with the tariff: 1 April, as for nearly all brands."""
_POUNDS: Final = re.compile(r"£?([0-9]{1,6})(?:\.([0-9]{1,2}))?")
_SPACED: Final = re.compile(r"(\d)\s+(gb|mb|tb|months?|mo|m)\b", re.IGNORECASE)
_TERM: Final = re.compile(r"([0-9]{1,3})(?:m|mo|months?|-months?)|(rolling|payg)")
_SPEED: Final = re.compile(r"([1-9][0-9]{0,5})\s*(?:mbps)?")
_PROMO: Final = re.compile(r"(£?[0-9.]+)\s*[x×]\s*([0-9]{1,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A plan that a brand might sell.

    Attributes:
        price_pence: monthly, before any rise; with a promotion the price that follows it.
        rise_pence: added each 1 April; None uses the brand's rule, 0 means no rise.
        promo_pence: price of the first `promo_months` months; both None without a promotion.
        roaming: None is not stated, so no basket that needs it counts the tariff; so `generation`.
        roaming_mb: data usable there; `max_speed_mbps` a limit of speed; None is not stated.
    """

    brand: str
    allowance: Allowance
    term_months: int
    price_pence: int
    rise_pence: int | None = None
    promo_pence: int | None = None
    promo_months: int | None = None
    roaming: Roaming | None = None
    generation: Generation | None = None
    name: str = ""
    roaming_mb: int | None = None
    max_speed_mbps: int | None = None

    def priced(self, price_pence: int) -> Tariff:
        """Return it at another price; the promotional price stays, and falls with one below it."""
        promo = self.promo_pence
        return replace(
            self,
            price_pence=price_pence,
            promo_pence=None if promo is None else min(promo, price_pence),
        )


def parse_tariff(written: Mapping[str, Any], known_brands: Iterable[str]) -> Tariff:
    """Read a tariff from texts or numbers by `KEYS`; empty texts are not given.

    Args:
        written: `brand`, `data`, `term` and `price` at least.
        known_brands: further brands than planwatch's own.

    Raises:
        UsageError: a key is unknown, missing or not readable; it is named.
    """
    given = {key: str(value).strip() for key, value in written.items() if value is not None}
    given = {key: text for key, text in given.items() if text}
    unknown = sorted(given.keys() - set(KEYS))
    if unknown:
        raise UsageError(
            f"a tariff has no key {unknown[0]!r}", hint=f"its keys are {', '.join(KEYS)}"
        )
    for key in ("brand", "data", "term", "price"):
        if key not in given:
            raise UsageError(
                f"the tariff states no {key}", hint="state brand, data, term and price at least"
            )
    promo_pence, promo_months = _read_promo(given.get("promo"))
    tariff = Tariff(
        brand=resolve_brand(given["brand"], known_brands),
        allowance=_read(given["data"], "data", parse_allowance, "100GB, 500MB or unlimited"),
        term_months=_read_term(given["term"]),
        price_pence=_read_pounds(given["price"], "price"),
        rise_pence=_read_pounds(given["rise"], "rise") if "rise" in given else None,
        promo_pence=promo_pence,
        promo_months=promo_months,
        roaming=cast("Roaming | None", _read_word(given, "roaming", ("none", "eu", "global"))),
        generation=cast("Generation | None", _read_word(given, "generation", ("4g", "5g"))),
        name=given.get("name", ""),
        roaming_mb=_read_roaming_data(given.get("roaming_data")),
        max_speed_mbps=_read_speed(given.get("max_speed")),
    )
    return _checked(tariff)


def parse_size(words: Sequence[str]) -> dict[str, str]:
    """Read a brand, data and a term as a person writes them: `O2 100GB 24m`, in any order.

    Returns:
        Texts for `parse_tariff`, by its keys; only those that are there.

    Raises:
        UsageError: a part is given twice.
    """
    text = _SPACED.sub(r"\1\2", " ".join(words))
    found: dict[str, str] = {}
    brand: list[str] = []
    for word in text.split():
        key = "term" if _TERM.fullmatch(word.lower()) else "data" if _is_data(word) else "brand"
        if key == "brand":
            brand.append(word)
        elif key in found:
            raise UsageError(
                f"{found[key]!r} and {word!r} are both a {key}", hint="write O2 100GB 24m"
            )
        else:
            found[key] = _term_of(word) if key == "term" else word
    return {**({"brand": " ".join(brand)} if brand else {}), **found}


def _term_of(word: str) -> str:
    match = _TERM.fullmatch(word.lower())
    return word if match is None else match[1] or match[2]


def join_size(written: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """Return a tariff's texts with the brand, data and term that stand in words beside them.

    Raises:
        UsageError: one of them is said both ways, or twice.
    """
    size = parse_size(words)
    for key, value in size.items():
        if written.get(key) is not None:
            raise UsageError(
                f"the {key} is given as {value!r} and by --{key}", hint="leave one of the two out"
            )
    return {**written, **size}


def _is_data(word: str) -> bool:
    if not (word[0].isdigit() or word.lower().startswith("unlim")):
        return False
    try:
        parse_allowance(word)
    except UnreadableText:
        return False
    return True


def _checked(tariff: Tariff) -> Tariff:
    if not tariff.price_pence:
        raise UsageError("the price is £0", hint="write pounds a month, such as 18.50")
    term = max(tariff.term_months, 1)
    if tariff.promo_months is not None and tariff.promo_months >= term:
        raise UsageError(
            f"a promotion of {tariff.promo_months} months is not shorter than the term of {term}",
            hint="shorten it, or give its price as the price",
        )
    if tariff.promo_pence is not None and tariff.promo_pence >= tariff.price_pence:
        raise UsageError(
            "the promotional price is not below the price",
            hint="price is what follows the promotion: --price 18 --promo 9x6",
        )
    return tariff


def _read(text: str, key: str, parse: Callable[[str], Allowance], example: str) -> Allowance:
    try:
        return parse(text)
    except UnreadableText as error:
        raise UsageError(
            f"{key} {text!r} is not a valid allowance", hint=f"write {example}"
        ) from error


def _read_term(text: str) -> int:
    if text.isdecimal() and text.isascii():
        months = int(text) if len(text) < 4 else MOST_MONTHS + 1
    else:
        try:
            months = parse_term_months(text)
        except UnreadableText:
            months = MOST_MONTHS + 1
    if months > MOST_MONTHS:
        raise UsageError(
            f"term {text!r} is not a number of months",
            hint="write 24, 12, 1, or 0 for pay as you go",
        )
    return months


def _read_pounds(text: str, key: str) -> int:
    match = _POUNDS.fullmatch(text)
    pence = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")) if match else MOST_PENCE + 1
    if pence > MOST_PENCE:
        raise UsageError(
            f"{key} {text!r} is not a valid price", hint="write pounds a month, such as 18.50"
        )
    return pence


def _read_promo(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    match = _PROMO.fullmatch(text.lower())
    if match is None or not int(match[2]):
        raise UsageError(
            f"promo {text!r} is not a promotion", hint="write 9x6 for £9 in the first 6 months"
        )
    return _read_pounds(match[1], "promo"), int(match[2])


def _read_roaming_data(text: str | None) -> int | None:
    if text is None:
        return None
    return _read(text, "roaming_data", parse_allowance, "25GB or 500MB").data_mb


def _read_speed(text: str | None) -> int | None:
    match = None if text is None else _SPEED.fullmatch(text.lower())
    if text is not None and match is None:
        raise UsageError(f"max_speed {text!r} is not a speed", hint="write Mbps, such as 10")
    return None if match is None else int(match[1])


def _read_word(given: Mapping[str, str], key: str, words: Sequence[str]) -> str | None:
    word = given.get(key, "").lower()
    if word and word not in words:
        raise UsageError(f"{key} {given[key]!r} is not known", hint=f"write {', '.join(words)}")
    return word or None


def build_plan(tariff: Tariff, as_of: date, rules: Sequence[RiseRule]) -> Plan:
    """Return the plan of the tariff for a contract signed on `as_of`.

    Args:
        rules: rise rules of its brand, which hold where the tariff states no rise.

    Every rise is added to both prices from the month in which it is billed; by a rule that halves
    rises at half price (Three's) half of it while the promotion holds.

    Source: docs/reference/formulas.md, "What if".
    """
    has_promo = tariff.promo_pence is not None
    return Plan(
        brand=tariff.brand,
        source=SOURCE,
        name=tariff.name or f"{tariff.brand} {tariff.allowance}",
        allowance=tariff.allowance,
        term_months=tariff.term_months,
        price_pence=tariff.price_pence if tariff.promo_pence is None else tariff.promo_pence,
        list_price_pence=tariff.price_pence if has_promo else None,
        promo_months=tariff.promo_months,
        as_of=as_of,
        roaming=tariff.roaming,
        roaming_mb=tariff.roaming_mb,
        generation=tariff.generation,
        max_speed_mbps=tariff.max_speed_mbps,
        rules=tuple(rules) if tariff.rise_pence is None else (_own_rule(tariff, as_of),),
    )


def _own_rule(tariff: Tariff, as_of: date) -> RiseRule:
    if not tariff.rise_pence:
        return RiseRule(brand=tariff.brand, kind="fixed", source=THE_TARIFF, checked=as_of)
    return RiseRule(
        brand=tariff.brand,
        kind="stated",
        pence_a_year=tariff.rise_pence,
        month=RISE_MONTH,
        day=1,
        source=THE_TARIFF,
        checked=as_of,
    )
