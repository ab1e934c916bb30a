"""Reads a message as a person would: which plan is said to have done what, and which source.

The only place that knows the wording of messages; change it here when a wording changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_SOURCES_SECTION: Final = "Sources:"
_PRICE: Final = r"£(\d+)\.(\d\d)"
_MOVE: Final = re.compile(rf"{_PRICE} → {_PRICE}")
_ALTERNATES: Final = re.compile(rf"alternates between {_PRICE} and {_PRICE}")
_STANDS: Final = re.compile(rf"stands at {_PRICE} again")
_UNCONFIRMED: Final = re.compile(rf"unconfirmed: {_PRICE}")
_RECOVERED: Final = "works again"
_EXTREME: Final = re.compile(r"\bnew (low|high)\b|\b(lowest|highest)\b")
_SHARE: Final = re.compile(r"(\d+) ?%|(\d+) of (\d+)")
# words that name a kind, in the order in which they are looked for
_WORDS: Final = (
    ("comes and goes", "comes and goes"),
    ("relaunched", "relaunched"),
    ("withdrawn", "withdrawn"),
    ("new at", "new"),
)


@dataclass(frozen=True, slots=True, order=True)
class News:
    """One thing said of one plan; `plan` is a label that the test gave, pence where prices are."""

    kind: str
    plan: str
    before: int | None = None
    after: int | None = None


def moved(plan: str, before: int, after: int) -> News:
    return News("moved", plan, before, after)


def alternates(plan: str, low: int, high: int) -> News:
    return News("alternates", plan, low, high)


def stands_again(plan: str, pence: int) -> News:
    return News("stands again", plan, pence, pence)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came in."""

    title: str
    body: str

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}"

    def source_lines(self) -> list[str]:
        """Return the lines about sources, without the dash."""
        return [line for section, line in self._lines() if section == _SOURCES_SECTION]

    def plan_lines(self) -> list[str]:
        """Return the lines about plans, and of any section that is not about sources."""
        return [line for section, line in self._lines() if section != _SOURCES_SECTION]

    def news(self, labels: Iterable[str]) -> Iterator[News]:
        """Yield what is said of plans; one that no label names is a fault of the message."""
        known = sorted(labels, key=len, reverse=True)
        for line in self.plan_lines():
            name, _, said = line.partition(": ")
            label = next((one for one in known if says_plan(name, one)), None)
            yield _read(label or f"? {name}", said)

    def unconfirmed(self) -> list[int]:
        """Return the prices that wait for a person, wherever they stand."""
        return [_pence(*found) for found in _UNCONFIRMED.findall(self.text)]

    def troubles(self) -> list[str]:
        """Return the lines about sources that are not well."""
        return [line for line in self.source_lines() if _RECOVERED not in line]

    def recoveries(self) -> list[str]:
        return [line for line in self.source_lines() if _RECOVERED in line]

    def _lines(self) -> Iterator[tuple[str, str]]:
        section = ""
        for line in self.body.splitlines():
            if line.startswith("- "):
                yield section, line.removeprefix("- ")
            elif line.strip():
                section = line.strip()


def shares_said(text: str) -> list[float]:
    """Return every share that a text says, as "60 %" or "6 of 10", from 0 to 1."""
    return [
        int(percent) / 100 if percent else int(part) / int(whole)
        for percent, part, whole in _SHARE.findall(text)
        if percent or int(whole)
    ]


def says_extreme(text: str, which: str) -> bool:
    """Tell whether a text speaks of a new "low" or "high"."""
    words = {word for found in _EXTREME.findall(text) for word in found}
    return bool(words & {which, f"{which}est"})


def says_plan(text: str, label: str) -> bool:
    """Tell whether a text names a plan: by its size, and by its tier where the label has one."""
    size, _, tier = label.partition(" GB")
    return all(
        re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
        for word in (f"{size} GB", tier.strip())
        if word
    )


def _read(plan: str, said: str) -> News:
    if found := _ALTERNATES.search(said):
        return News("alternates", plan, _pence(*found.groups()[:2]), _pence(*found.groups()[2:]))
    if found := _STANDS.search(said):
        return stands_again(plan, _pence(*found.groups()))
    if found := _UNCONFIRMED.search(said):
        return News("unconfirmed", plan, None, _pence(*found.groups()))
    for word, kind in _WORDS:
        if word in said:
            return News(kind, plan)
    if found := _MOVE.search(said):
        return News("moved", plan, _pence(*found.groups()[:2]), _pence(*found.groups()[2:]))
    return News(f"? {said}", plan)


def _pence(whole: str, hundredths: str) -> int:
    return int(whole) * 100 + int(hundredths)
