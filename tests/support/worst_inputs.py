"""The worst input of a regular expression, built from its own parse tree, and the time it takes.

Whoever writes a page chooses the text that our patterns meet. Candidates are made of what a pattern
itself matches: each run of neighbouring parts repeated, each repetition pumped behind what leads to
it, and the letters that it names, alone and in pairs; each with ends that make the match fail.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

SIZES: Final = (2_000, 4_000, 8_000, 16_000)
_ENDS: Final = ("", "\x00", "!", "\n", "Z9")
_SCREEN: Final = 400
_SURE_S: Final = 0.01
_HOPELESS_S: Final = 0.2
_LONGEST_S: Final = 0.5
_MOST_LETTERS: Final = 12
_MOST_UNITS: Final = 500
Unit = tuple[str, str, str]  # the head, the pump over and over, the end
_REPEATS: Final = (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT)
_OF_CATEGORY: Final = {
    kinds.CATEGORY_DIGIT: "1",
    kinds.CATEGORY_NOT_DIGIT: "a",
    kinds.CATEGORY_SPACE: " ",
    kinds.CATEGORY_NOT_SPACE: "a",
    kinds.CATEGORY_WORD: "a",
    kinds.CATEGORY_NOT_WORD: " ",
}
_PREFERRED: Final = "a1 -.,/:=\"'<>&\n£$€%@(){}[]*!?\\\t\x1e\x1f"


@dataclass(frozen=True, slots=True)
class Measured:
    """The seconds that one pattern took on its worst input, by the input's length."""

    seconds: dict[int, float]
    worst: str

    @property
    def slowest(self) -> float:
        return self.seconds[SIZES[-1]]


def measure(pattern: re.Pattern[Any]) -> Measured:
    """Time a pattern at every size on the candidate that takes it the longest.

    In the main thread only: a match that takes longer than half a second is broken off by an alarm.
    """
    units = _slowest(pattern, ((*unit, "\x00") for unit in candidates(pattern)), _SCREEN, 10)
    with_ends = ((head, pump, end) for head, pump, _ in units for end in _ENDS)
    best: Measured | None = None
    for unit in _slowest(pattern, with_ends, 3 * _SCREEN, 2):
        found = _measure_on(pattern, unit)
        if best is None or found.slowest > best.slowest:
            best = found
    assert best is not None
    return best


def _slowest(pattern: re.Pattern[Any], units: Iterable[Unit], size: int, count: int) -> list[Unit]:
    timed: list[tuple[float, Unit]] = []
    for unit in units:
        seconds = _time_once(pattern, _fit(pattern, unit, size))
        timed.append((seconds, unit))
        if seconds > _HOPELESS_S:
            break
    return [unit for _, unit in sorted(timed, key=lambda pair: pair[0], reverse=True)[:count]]


def _measure_on(pattern: re.Pattern[Any], unit: Unit) -> Measured:
    seconds: dict[int, float] = {}
    for size in SIZES:
        before = max(seconds.values(), default=0.0)
        text = _fit(pattern, unit, size)
        seconds[size] = before if before > _HOPELESS_S else _time(pattern, text)
    return Measured(seconds, f"{unit[0][:40]!r} + {unit[1][:40]!r} * n + {unit[2]!r}")


def _fit(pattern: re.Pattern[Any], unit: Unit, size: int) -> Any:
    head, pump, end = unit
    text = (head + pump * (size // max(len(pump), 1)))[: size - len(end)] + end
    return text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text


def _time_once(pattern: re.Pattern[Any], text: Any) -> float:
    start = time.thread_time()
    before = signal.signal(signal.SIGALRM, _break_off)
    signal.setitimer(signal.ITIMER_REAL, _LONGEST_S)
    try:
        with suppress(TimeoutError):
            for _ in pattern.finditer(text):
                pass
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return time.thread_time() - start


def _break_off(_number: int, _frame: Any) -> None:
    raise TimeoutError


def _time(pattern: re.Pattern[Any], text: Any) -> float:
    """Return the least of some, of the time of this thread alone."""
    best = _time_once(pattern, text)
    for _ in range(3):
        if _SURE_S < best < _HOPELESS_S:
            best = min(best, _time_once(pattern, text))
    return best


def candidates(pattern: re.Pattern[Any]) -> list[tuple[str, str]]:
    """Return (head, pump) pairs; the text is the head, then the pump over and over."""
    source = pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    tree = parser.parse(text, pattern.flags & ~re.LOCALE)
    letters = list(dict.fromkeys(_letters(tree)))[:_MOST_LETTERS]
    of_letters = [("", first + second) for first in ("", *letters) for second in letters]
    of_parts: dict[tuple[str, str], None] = {}
    for items, before in _sequences(tree, ""):
        for variant in range(3):
            texts = [_example(item, variant) for item in items]
            for start in range(len(items)):
                lead = before + "".join(texts[:start])
                for end in range(start + 1, min(len(items), start + 9) + 1):
                    pump = "".join(texts[start:end])
                    if pump:
                        of_parts["", pump] = of_parts[lead, pump] = None
    # of a vocabulary every n-th: its words are alike
    parts = list(of_parts)
    return [*of_letters, *parts[:: 1 + len(parts) // _MOST_UNITS]]


def _sequences(items: Sequence[Any], before: str) -> Iterator[tuple[list[Any], str]]:
    """Yield every sequence of a tree with a text that leads to it."""
    whole = list(items)
    yield whole, before
    lead = before
    for item in whole:
        for below in _below(item):
            yield from _sequences(below, lead)
        lead += _example(item, 0)


def _below(item: Any) -> list[Any]:
    kind, value = item
    if kind in _REPEATS:
        return [value[2]]
    if kind is kinds.SUBPATTERN:
        return [value[3]]
    if kind is kinds.ATOMIC_GROUP:
        return [value]
    if kind is kinds.BRANCH:
        return list(value[1])
    if kind in (kinds.ASSERT, kinds.ASSERT_NOT):
        return [value[1]]
    return []


def _example(item: Any, variant: int) -> str:
    """Return a text that an item matches; variants take other branches, letters and counts."""
    kind, value = item
    if kind is kinds.LITERAL:
        return str(chr(value))
    if kind is kinds.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is kinds.ANY:
        return ("a", "1", " ")[variant]
    if kind is kinds.IN:
        found = _members(value)
        return str(found[variant % len(found)]) if found else ""
    if kind in _REPEATS:
        least, most, body = value
        count = (max(least, 1), least, least + 1)[variant]
        text = "".join(_example(part, variant) for part in body)
        return text * int(min(count, most, 40))
    if kind is kinds.SUBPATTERN:
        return "".join(_example(part, variant) for part in value[3])
    if kind is kinds.ATOMIC_GROUP:
        return "".join(_example(part, variant) for part in value)
    if kind is kinds.BRANCH:
        branches = value[1]
        return "".join(_example(part, variant) for part in branches[variant % len(branches)])
    if kind is kinds.GROUPREF:
        return ('"', "'", "`")[variant]
    return ""  # positions and looks aside take no room


def _members(items: Any) -> list[str]:
    """Return letters of a set, those that often stand in texts first."""
    pattern = re.compile("[" + "".join(map(_written, items)) + "]")
    found = [letter for letter in _PREFERRED if pattern.fullmatch(letter)]
    return found or [chr(low) for low in _lowest(items)]


def _written(item: Any) -> str:
    kind, value = item
    if kind is kinds.NEGATE:
        return "^"
    if kind is kinds.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    if kind is kinds.CATEGORY:
        return _CATEGORIES[value]
    return re.escape(chr(value))


_CATEGORIES: Final = {
    kinds.CATEGORY_DIGIT: r"\d",
    kinds.CATEGORY_NOT_DIGIT: r"\D",
    kinds.CATEGORY_SPACE: r"\s",
    kinds.CATEGORY_NOT_SPACE: r"\S",
    kinds.CATEGORY_WORD: r"\w",
    kinds.CATEGORY_NOT_WORD: r"\W",
}


def _lowest(items: Any) -> Iterator[int]:
    for kind, value in items:
        if kind is kinds.RANGE:
            yield value[0]
        elif kind is kinds.LITERAL:
            yield value


def _letters(items: Sequence[Any]) -> Iterator[str]:
    """Yield one letter of every literal and set in a tree, those that repeat first."""
    for kind, value in items:
        if kind in _REPEATS and value[1] > 8:
            for part in value[2]:
                yield from _example(part, 0)[:1]
                yield from _example(part, 2)[:1]
    for item in items:
        for below in _below(item):
            yield from _letters(list(below))
    for item in items:
        if item[0] in (kinds.LITERAL, kinds.IN, kinds.NOT_LITERAL, kinds.ANY):
            yield from _example(item, 0)[:1]
