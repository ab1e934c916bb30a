"""docs/reference/json.md as data: the shape of each object, and what a value must be to have it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tests.docs.pages import anchor_of, find_sections, read, read_table

NOT_SHAPES: Final = frozenset({"Documents", "Every document"})
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
_INHERITS: Final = re.compile(r"All keys of \[[^\]]+\]\(#([\w-]+)\)")
_SHAPE: Final = re.compile(r"\[[^\]]+\]\(#([\w-]+)\)")


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and bool(date.fromisoformat(value))


_PLAIN: Final[Mapping[str, Callable[[Any], bool]]] = {
    "text": lambda value: isinstance(value, str),
    "whole number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "true/false": lambda value: isinstance(value, bool),
    "instant": lambda value: isinstance(value, str) and bool(_INSTANT.fullmatch(value)),
    "day": _is_day,
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
    "anything": lambda _value: True,
}


@dataclass
class Shapes:
    """Every shape by anchor: keys with their types as the page writes them."""

    keys: dict[str, dict[str, str]]
    seen: set[str] = field(default_factory=set)

    def find_fault(self, value: Any, shape: str, path: str = "") -> str | None:
        """Return what of an object is not as documented, None if all is."""
        self.seen.add(shape)
        documented = self.keys[shape]
        if not isinstance(value, dict):
            return f"{path}: not an object"
        if value.keys() != documented.keys():
            return f"{path or shape}: keys {sorted(value.keys() ^ documented.keys())} differ"
        faults = (
            self._find_fault_of(value[key], kind, f"{path}.{key}")
            for key, kind in documented.items()
        )
        return next((fault for fault in faults if fault), None)

    def _find_fault_of(self, value: Any, kind: str, path: str) -> str | None:
        faults = [self._find_fault_in(value, option, path) for option in kind.split(" or ")]
        return None if None in faults else faults[0]

    def _find_fault_in(self, value: Any, kind: str, path: str) -> str | None:
        if kind.startswith("list of "):
            if not isinstance(value, list):
                return f"{path}: not a list"
            inner = kind.removeprefix("list of ")
            faults = (self._find_fault_in(item, inner, f"{path}[]") for item in value)
            return next((fault for fault in faults if fault), None)
        link = _SHAPE.fullmatch(kind)
        if link is None:
            return None if _PLAIN[kind](value) else f"{path}: {value!r} is no {kind}"
        shape = link[1]
        if isinstance(value, dict) and value.keys() == self.keys[shape].keys():
            return self.find_fault(value, shape, path)
        differing = sorted(value.keys() ^ self.keys[shape].keys()) if value else value
        return f"{path}: not a {shape}: {differing}"


def read_shapes() -> Shapes:
    """Return the shapes of the page."""
    sections = {
        anchor_of(heading): text
        for heading, text in find_sections(read("docs/reference/json.md")).items()
        if heading not in NOT_SHAPES
    }
    keys = {
        anchor: {row[0].strip("`"): row[1] for row in read_table(text)}
        for anchor, text in sections.items()
    }
    for anchor, text in sections.items():
        inherited = _INHERITS.search(text)
        if inherited:
            keys[anchor] = {**keys[inherited[1]], **keys[anchor]}
    return Shapes(keys)
