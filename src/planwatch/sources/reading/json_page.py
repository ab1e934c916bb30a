"""Typed access to the JSON of a shop: a value that is not there says which, and what was there.

Numbers with a point arrive as `Decimal`, so that pounds become pence exactly. Rendered pages are
read in `text.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from planwatch.domain.allowance import MB_PER_GB, Allowance
from planwatch.domain.normalise import LONGEST_TERM_MONTHS
from planwatch.domain.plan import Plan
from planwatch.errors import LayoutChanged, NothingFound, ParseError, UnreadableText
from planwatch.sources.contract import Reading, Unreadable
from planwatch.sources.reading.text import parse_date

_T = TypeVar("_T")

MOST_POUNDS: Final = 200  # no SIM-only plan costs more; £795 a month is £7.95 in another unit
MOST_MB: Final = 10_000 * MB_PER_GB
_PENNY: Final = Decimal("0.01")
_KINDS: Final = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    Decimal: "a number",
}


def parse_json(text: str, what: str) -> Any:
    """Return the JSON value that `text` is.

    Raises:
        LayoutChanged: it is not JSON: a challenge page, a page cut short. `what` names it.
    """
    try:
        return json.loads(
            text.removeprefix("\ufeff"), parse_float=Decimal, parse_constant=_refuse_constant
        )
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise LayoutChanged(
            f"{what} is not JSON; it begins with {_shorten(text)}",
            hint="check the saved page: it may be a challenge, an error page or half an answer",
        ) from error


def take(data: Any, path: str, kind: type[_T]) -> _T:
    """Return the value at a dotted path.

    Args:
        kind: dict, list, str, bool, int or Decimal; a whole number is a Decimal too.

    Raises:
        LayoutChanged: there is nothing, or null, or another kind of value.
    """
    here = data
    walked = "the answer"
    for step in path.split("."):
        if not isinstance(here, dict) or step not in here:
            raise LayoutChanged(f"no {path}: {walked} is {_describe(here)}", path=path)
        here = here[step]
        walked = step
    found = _as_kind(here, kind)
    if found is None:
        raise LayoutChanged(
            f"{path}: expected {_KINDS[kind]}, found {_describe(here)}",
            path=path,
        )
    return found


def find(data: Any, path: str, kind: type[_T]) -> _T | None:
    """Return the value at a dotted path, None where it is missing or null.

    Raises:
        LayoutChanged: another kind of value is there.
    """
    here = data
    for step in path.split("."):
        if not isinstance(here, dict) or here.get(step) is None:
            return None
        here = here[step]
    return take(data, path, kind)


def read_items(
    items: Iterable[Any],
    path: str,
    parse_item: Callable[[Any], Plan | None],
    *,
    ref: str,
) -> Reading:
    """Read each item by itself, so that one that cannot be read costs only itself.

    Args:
        path: of the list, to say where an unreadable item stands.
        parse_item: returns None for what is no plan by design, such as an advertisement.
        ref: path of an item's id.
    """
    plans: list[Plan] = []
    unreadable: list[Unreadable] = []
    for index, item in enumerate(items):
        try:
            plan = parse_item(item)
        except ParseError as error:
            where = f"{path}[{index}]{_name_of(item, ref)}"
            unreadable.append(Unreadable(where=where, reason=error.message))
            continue
        if plan is not None:
            plans.append(plan)
    return Reading(plans=tuple(plans), unreadable=tuple(unreadable))


def require_any(reading: Reading, path: str) -> Reading:
    """Return the reading of a list.

    Raises:
        NothingFound: the list is in shape and holds neither a plan nor anything unreadable.
    """
    if reading.plans or reading.unreadable:
        return reading
    raise NothingFound(
        f"{path} holds no plan",
        hint="open the page in a browser; an empty list is not taken as a fact",
        path=path,
    )


def pence_of_pounds(pounds: Decimal, path: str, *, may_be_zero: bool = False) -> int:
    """Convert pounds exactly.

    Raises:
        UnreadableText: a part of a penny, a negative or implausible amount, or nothing at all
            where a price is wanted.
    """
    if not 0 <= pounds <= MOST_POUNDS or pounds != pounds.quantize(_PENNY):
        raise UnreadableText(
            f"{path}: £{pounds} is not a price in whole pence up to £{MOST_POUNDS}"
        )
    if not pounds and not may_be_zero:
        raise UnreadableText(f"{path}: £0 is not a price that a buyer can have")
    return int(pounds * 100)


def allowance_of_mb(data_mb: Decimal, path: str) -> Allowance:
    """Convert a number of MB.

    Raises:
        UnreadableText: it is none, a part of one, negative or beyond belief.
    """
    if not 0 < data_mb <= MOST_MB or data_mb % 1:
        raise UnreadableText(f"{path}: {data_mb} MB is not a data allowance")
    return Allowance(int(data_mb))


def parse_term(months: int, path: str) -> int:
    """Return a stated number of months, 0 to 60.

    Raises:
        UnreadableText: it is out of range.
    """
    if not 0 <= months <= LONGEST_TERM_MONTHS:
        raise UnreadableText(f"{path}: {months} months is not a minimum term")
    return months


def parse_day(text: str, path: str) -> date:
    """Read "2027-03-31", "2027-03-31T00:00:00Z" or "31 March 2027".

    Raises:
        UnreadableText: it is not a date.
    """
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        try:
            return parse_date(text)
        except UnreadableText as error:
            raise UnreadableText(f"{path}: {error.message}") from error


def _as_kind(value: Any, kind: type[_T]) -> _T | None:
    if isinstance(value, bool) and kind is not bool:
        return None  # a bool is an int to Python, never to a reader of JSON
    if isinstance(value, int) and kind is Decimal:
        value = Decimal(value)
    return value if isinstance(value, kind) else None


def _name_of(item: Any, ref: str) -> str:
    here = item
    for step in ref.split("."):
        here = here.get(step) if isinstance(here, dict) else None
    return f" {_shorten(str(here))}" if isinstance(here, str | int) else ""


def _describe(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object of {_shorten(', '.join(value))}" if value else "an empty object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "null" if value is None else _shorten(str(value))


def _shorten(text: str) -> str:
    plain = " ".join(text.split())
    return repr(f"{plain[:60]}…" if len(plain) > 60 else plain)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
