"""What a quick command reads of the settings, without pydantic: limits, sources, baskets."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from planwatch.errors import SettingsError
from planwatch.settings.files import find_value

_TRUTH: Final = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A setting that every command reads, without the validated settings, which are slow."""

    default: int
    least: int
    most: int


# settings/model.py takes the same limits and defaults
MAX_RESUMES: Final = WholeNumber(3, 0, 1000)


AT_ONCE: Final = {
    "scrape": WholeNumber(1, 1, 16),
    "analyse": WholeNumber(2, 1, 16),
    "compare": WholeNumber(3, 1, 16),
}


def max_resumes(files: Mapping[str, Any]) -> int:
    """Return how often a job whose worker died is resumed.

    Raises:
        SettingsError: it is not a whole number in its range.
    """
    return _whole_number(files, "jobs.max_resumes", MAX_RESUMES)


def limits(files: Mapping[str, Any]) -> dict[str, int]:
    """Return how many jobs of each kind run at once.

    Raises:
        SettingsError: one is not a whole number in its range.
    """
    return {
        kind: _whole_number(files, f"jobs.{kind}_at_once", rule) for kind, rule in AT_ONCE.items()
    }


def switched_off(files: Mapping[str, Any], known: Collection[str]) -> frozenset[str]:
    """Return the ids of the sources that are not to be asked (`sources.o2.enabled = false`).

    Args:
        known: every source's id.

    Raises:
        SettingsError: a source that does not exist, or a value that is neither true nor false.
    """
    table = files.get("sources", {})
    if not isinstance(table, dict):
        raise SettingsError(
            f"sources is {table!r} in a settings file, and not tables such as [sources.o2]",
            hint="write [sources.o2] and below it enabled = false",
        )
    for name, entry in table.items():
        if not isinstance(entry, dict):
            raise SettingsError(
                f"sources.{name} is {entry!r} in a settings file, and not a table",
                hint=f"write [sources.{name}] and below it enabled = false",
            )
        if name not in known:
            raise SettingsError(
                f"sources.{name} is in a settings file, and no source has that id",
                hint=f"sources are {', '.join(known)}; one of your own needs a name and urls",
            )
    return frozenset(source for source in known if not _is_enabled(files, source))


def _is_enabled(files: Mapping[str, Any], source: str) -> bool:
    key = f"sources.{source}.enabled"
    # no shell sets a variable whose name has a hyphen
    variable = "PLANWATCH_" + key.upper().replace(".", "__").replace("-", "_")
    value: Any = os.environ.get(variable) or find_value(files, key)
    word = "true" if value is None else str(value).lower()
    if word not in _TRUTH:
        raise SettingsError(
            f"{key} is {value!r}, neither true nor false",
            hint=f"mend it in the settings file or in {variable}",
        )
    return _TRUTH[word]


def basket_list(files: Mapping[str, Any]) -> str:
    """Return the baskets that an analysis prices, as they are written; "" for the default ones.

    Raises:
        SettingsError: it is not a text.
    """
    value: Any = os.environ.get("PLANWATCH_ANALYSIS__BASKETS") or find_value(
        files, "analysis.baskets"
    )
    if value is None or isinstance(value, str):
        return value or ""
    raise SettingsError(
        f"analysis.baskets is {value!r}, not a text",
        hint='write baskets = "5gb-any, 100gb-12m-roaming"',
    )


def _whole_number(files: Mapping[str, Any], key: str, rule: WholeNumber) -> int:
    variable = "PLANWATCH_" + key.upper().replace(".", "__")
    value: Any = os.environ.get(variable) or find_value(files, key)
    if value is None:
        return rule.default
    text = str(value)
    is_whole = text.isdecimal() and text.isascii() and not isinstance(value, bool)
    if not is_whole or not rule.least <= int(text) <= rule.most:
        raise SettingsError(
            f"{key} is {value!r}, not a whole number from {rule.least} to {rule.most}",
            hint=f"mend it in the settings file or in {variable}",
        )
    return int(text)
