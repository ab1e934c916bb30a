"""What a quick command reads of the settings, without pydantic: limits, sources, baskets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.job_kinds import KINDS
from planwatch.errors import SettingsError
from planwatch.settings.environment import variable_of
from planwatch.settings.tree import find_value

_TRUTH: Final = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A setting that every command reads; settings/model.py derives its field from this."""

    default: int
    least: int
    most: int
    meaning: str


MAX_RESUMES: Final = WholeNumber(3, 0, 1000, "resumptions after a worker died")
AT_ONCE: Final = {
    kind.name: WholeNumber(kind.at_once, 1, 16, f"{kind.plural} at once; the others wait")
    for kind in KINDS.values()
}
"""By the kind of job: how many run at once (`jobs.KIND_at_once`)."""


def max_resumes(values: Mapping[str, Any]) -> int:
    """Return how often a job whose worker died is resumed.

    Raises:
        SettingsError: it is not a whole number in its range.
    """
    return _whole_number(values, "jobs.max_resumes", MAX_RESUMES)


def limits(values: Mapping[str, Any]) -> dict[str, int]:
    """Return how many jobs of each kind run at once.

    Raises:
        SettingsError: one is not a whole number in its range.
    """
    return {
        kind: _whole_number(values, f"jobs.{kind}_at_once", rule) for kind, rule in AT_ONCE.items()
    }


def switched_off(values: Mapping[str, Any], known: Collection[str]) -> frozenset[str]:
    """Return the ids of the sources that are not to be asked (`sources.o2.enabled = false`).

    Args:
        known: every source's id.

    Raises:
        SettingsError: a source that does not exist, or a value that is neither true nor false.
    """
    table = values.get("sources", {})
    if not isinstance(table, dict):
        raise SettingsError(
            f"sources is {table!r}, not tables such as [sources.o2]",
            hint="write [sources.o2] and below it enabled = false",
        )
    for name, entry in table.items():
        if not isinstance(entry, dict):
            raise SettingsError(
                f"sources.{name} is {entry!r}, not a table",
                hint=f"write [sources.{name}] and below it enabled = false",
            )
        if name not in known:
            raise SettingsError(
                f"sources.{name} is set, but no source has that id",
                hint=f"sources are {', '.join(known)}; a source of your own needs a name and urls",
            )
    return frozenset(source for source in known if not _is_enabled(values, source))


def _is_enabled(values: Mapping[str, Any], source: str) -> bool:
    key = f"sources.{source}.enabled"
    value = find_value(values, key)
    word = "true" if value is None else str(value).lower()
    if word not in _TRUTH:
        raise SettingsError(
            f"{key} is {value!r}, neither true nor false",
            hint=f"correct it in the settings file or in {variable_of(key)}",
        )
    return _TRUTH[word]


def basket_list(values: Mapping[str, Any]) -> str:
    """Return the baskets that an analysis prices, as they are written; "" for the default ones.

    Raises:
        SettingsError: it is not text.
    """
    value = find_value(values, "analysis.baskets")
    if value is None or isinstance(value, str):
        return value or ""
    raise SettingsError(
        f"analysis.baskets is {value!r}, not text",
        hint='write baskets = "5gb-any, 100gb-12m-roaming"',
    )


def _whole_number(values: Mapping[str, Any], key: str, rule: WholeNumber) -> int:
    value = find_value(values, key)
    if value is None:
        return rule.default
    text = str(value)
    is_whole = text.isdecimal() and text.isascii() and not isinstance(value, bool)
    if not is_whole or not rule.least <= int(text) <= rule.most:
        raise SettingsError(
            f"{key} is {value!r}, not a whole number from {rule.least} to {rule.most}",
            hint=f"correct it in the settings file or in {variable_of(key)}",
        )
    return int(text)
