"""Settings as they are written: nested tables whose values carry their origin.

Owns merging and looking up; reads nothing, checks nothing and needs no pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

DEFAULT: Final = "default"
"""The origin of what nobody has set."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is written, and the file or variable that sets it."""

    value: Any = field(repr=False)  # may be a secret
    origin: str


Tree = dict[str, "Value | Tree"]


def build_tree(values: Mapping[str, Any], origin: str) -> Tree:
    """Return tables of plain values as a tree whose values all have one origin."""
    return {
        key: build_tree(value, origin) if isinstance(value, dict) else Value(value, origin)
        for key, value in values.items()
    }


def merge(low: Tree, high: Tree) -> Tree:
    """Return both trees as one; where both set a value, the one of `high` stands."""
    merged = dict(low)
    for key, value in high.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = merge(below, value) if both else value  # type: ignore[arg-type] # both dicts
    return merged


def plain_values(tree: Tree) -> dict[str, Any]:
    """Return the nested values without their origins."""
    return {
        key: plain_values(value) if isinstance(value, dict) else value.value
        for key, value in tree.items()
    }


def find_value(values: Any, key: str) -> Any:
    """Return the value of a dotted key in plain tables; None where it is not set."""
    for part in key.split("."):
        if not isinstance(values, Mapping):
            return None
        values = values.get(part)
    return values


def find_origin(tree: Tree, key: str) -> str:
    """Return the file or variable that sets a dotted key; "default" where none does."""
    node: Value | Tree = tree
    path = key.split(".")
    while path and not isinstance(node, Value):
        if path[0] not in node:
            return DEFAULT
        node = node[path.pop(0)]
    return node.origin if isinstance(node, Value) and _has(node.value, path) else DEFAULT


def _has(value: Any, path: Sequence[str]) -> bool:
    """Tell whether a list of tables holds a path such as `0.min_pounds`."""
    for part in path:
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return False
    return True
