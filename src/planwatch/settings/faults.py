"""What is wrong with a setting, in words: the one place where the validation's findings get them.

A value is quoted where it is short and no secret. Imported late, with the models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.domain.brand import suggest_names

_SECRET: Final = frozenset(
    ("urls", "targets", "ping_url", "api_key", "base_url", "proxy", "contact")
)
_LONGEST: Final = 60
_NOUNS: Final = {"on": "event", "kinds": "kind", "digest_day": "weekday"}
_QUOTED: Final = re.compile(r"'([^']*)'")
_NOT: Final = {
    "list_type": "not a list",
    "tuple_type": "not a list",
    "string_type": "not text",
    "model_type": "not a table",
    "dict_type": "not a table",
    "bool_type": "neither true nor false",
    "bool_parsing": "neither true nor false",
    "int_type": "not a whole number",
    "int_parsing": "not a whole number",
    "int_parsing_size": "too large a number",
    "int_from_float": "not a whole number",
    "float_type": "not a number",
    "float_parsing": "not a number",
    "finite_number": "not a finite number",
}
_BOUNDS: Final = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def describe_fault(
    fault: Mapping[str, Any], *, section: str = "", rule_keys: Sequence[str] = ()
) -> str:
    """Return one finding of a validation as a clause that names the key and what it holds.

    Args:
        fault: as `ValidationError.errors()` has it.
        section: of a model that is one section, such as `notify`.
        rule_keys: the keys of an alert rule.
    """
    path = [str(part) for part in (*([section] if section else []), *fault["loc"])]
    if path[:2] == ["notify", "rules"] and len(path) > 2:
        rest = path[3:]
        said = _say(fault, rest, ".".join(rest), rule_keys)
        return f"alert rule {int(path[2]) + 1}{': ' if rest else ' '}{said}"
    return _say(fault, path, ".".join(path), ())


def _say(fault: Mapping[str, Any], path: Sequence[str], key: str, keys: Sequence[str]) -> str:
    kind = fault["type"]
    if kind == "extra_forbidden":
        hint = f"; {suggest_names(path[-1], keys, label='Keys')}" if keys and path else ""
        return f"{key} is not a setting{hint}"
    if kind == "missing":
        return f"{key} is missing"
    if kind == "literal_error":
        return _say_unknown(fault, path)
    said = _say_type(fault, path) or _say_bound(fault) or _say_length(fault)
    if said is None:
        return f"{key}: {fault['msg']}" if key else str(fault["msg"])
    return f"{key} {said}".lstrip()


def _say_unknown(fault: Mapping[str, Any], path: Sequence[str]) -> str:
    is_item = path[-1].isdecimal()
    name = path[-2] if is_item else path[-1]
    noun = _NOUNS.get(name, name)
    known = _QUOTED.findall(fault["ctx"]["expected"])
    hint = suggest_names(str(fault["input"]), known, label=f"{noun}s".capitalize())
    return f"unknown {noun} {fault['input']!r}; {hint}"


def _say_type(fault: Mapping[str, Any], path: Sequence[str]) -> str | None:
    said = _NOT.get(fault["type"])
    if said is None:
        return None
    value = fault["input"]
    if list(path) == ["notify", "rules"] and isinstance(value, Mapping):
        return "is one table: write [[notify.rules]], with two brackets, above each rule"
    quoted = _quote(value, path)
    advice = ""
    if said == "not a list" and quoted and isinstance(value, str):
        advice = f': write {path[-1]} = ["{value}"]'
    return f"is {quoted}, {said}{advice}" if quoted else f"is {said}"


def _say_bound(fault: Mapping[str, Any]) -> str | None:
    if fault["type"] not in _BOUNDS:
        return None
    name, words = _BOUNDS[fault["type"]]
    return f"is {fault['input']}, and must be {words} {fault['ctx'][name]:g}"


def _say_length(fault: Mapping[str, Any]) -> str | None:
    if fault["type"] == "too_short":
        return "is empty: write at least one"
    if fault["type"] == "string_too_short":
        return "is empty"
    if fault["type"] == "string_too_long":
        return f"is longer than {fault['ctx']['max_length']} characters"
    return None


def _quote(value: Any, path: Sequence[str]) -> str:
    """Return a value as it is written; nothing where it may be a secret, or is long or a table."""
    if _SECRET.intersection(path) or not isinstance(value, (str, int, float)):
        return ""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _LONGEST else ""
