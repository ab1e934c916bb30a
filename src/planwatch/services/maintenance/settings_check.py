"""Validate the settings key by key, and find PLANWATCH_* variables that nothing reads.

A variable with a misspelt section is ignored in silence by everything else: here it is named.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Final

from planwatch.clock import now
from planwatch.errors import SettingsError
from planwatch.home import SECRETS_FILE, WORKING_FILE, Home
from planwatch.settings.early import limits, max_resumes, switched_off
from planwatch.settings.environment import ORIGIN_VARIABLE, PREFIX, variable_of
from planwatch.settings.files import read_files
from planwatch.settings.load import load_settings, read_values
from planwatch.settings.secrets import KEY_VARIABLES, NOTIFY_PREFIX
from planwatch.settings.source_entries import SECTION
from planwatch.settings.sources import read_catalogue
from planwatch.settings.tree import plain_values
from planwatch.sources.registry import SOURCE_IDS

_OWN: Final = ("PLANWATCH_HOME", "PLANWATCH_NOW", ORIGIN_VARIABLE, "PLANWATCH_TRACEBACK")
_OF_TESTS: Final = "PLANWATCH_TESTS_"


@dataclass(frozen=True, slots=True)
class UnknownVariable:
    """A PLANWATCH_* variable that no setting reads, and the one that it may have meant."""

    name: str
    nearest: str | None


@dataclass(frozen=True, slots=True)
class SettingsState:
    """What was found. Sentences of `faults` name the key; they never quote a secret."""

    files: tuple[str, ...]
    faults: tuple[str, ...]
    unknown: tuple[UnknownVariable, ...]

    def as_record(self) -> dict[str, Any]:
        return {
            "valid": not self.faults,
            "files": list(self.files),
            "faults": list(self.faults),
            "unknown_variables": [asdict(each) for each in self.unknown],
        }


def check_settings(home: Home, working_folder: Path) -> SettingsState:
    """Return every fault of the settings that can be told without asking anybody."""
    return SettingsState(
        # not Path.exists: it raises for a folder that we may not look into
        files=tuple(str(path) for path in _files(home, working_folder) if os.path.exists(path)),  # noqa: PTH110
        faults=tuple(dict.fromkeys([*_faults_of_place(home), *_faults(home, working_folder)])),
        unknown=tuple(unknown_variables(own=own_ids(home, working_folder))),
    )


def _files(home: Home, working_folder: Path) -> tuple[Path, ...]:
    config = home.config_file
    return (config, config.parent / SECRETS_FILE, working_folder / WORKING_FILE)


def _faults_of_place(home: Home) -> list[str]:
    """Return what every command would refuse: the clock's variable, and a home that is no home."""
    found = []
    try:
        now()
    except SettingsError as error:
        found.append(f"{error.message}; {error.hint}")
    fault = home.find_fault()
    return [*found, f"{fault.message}; {fault.hint}"] if fault else found


def _faults(home: Home, working_folder: Path) -> list[str]:
    from planwatch.settings.notify import load_notify

    try:
        load_settings(home.config_file, working_folder)
    except SettingsError as error:
        found = _each_fault(error)
    else:
        found = []
    values = _readable_values(home, working_folder)
    if values is None:
        return found  # said above: nothing more can be read
    checks: tuple[Callable[[], object], ...] = (
        lambda: limits(values),
        lambda: max_resumes(values),
        *_checks_of_sources(values),
        lambda: load_notify(home.config_file, working_folder),
        lambda: _check_baskets(home, working_folder, found),
    )
    for check in checks:
        try:
            check()
        except SettingsError as error:
            key = error.message.partition(" ")[0].rstrip(":")
            if "." not in key or not any(fault.startswith(key) for fault in found):
                found.append(f"{error.message}; {error.hint}")
    return found


def _readable_values(home: Home, working_folder: Path) -> dict[str, Any] | None:
    """Return the files' values without the environment where a variable of it is not readable."""
    try:
        return read_values(home.config_file, working_folder)
    except SettingsError:
        try:
            files = plain_values(read_files(home.config_file, working_folder))
        except SettingsError:
            return None
        return {name: table for name, table in files.items() if name != "notify"}


def _checks_of_sources(values: Mapping[str, Any]) -> list[Callable[[], object]]:
    """Return a check of each entry by itself, so that one fault hides no other; then of all."""
    table = values.get(SECTION, {})
    if not isinstance(table, Mapping):
        return [lambda: switched_off(values, SOURCE_IDS)]

    def check(part: Mapping[str, Any]) -> None:
        switched_off({SECTION: part}, (*SOURCE_IDS, *read_catalogue({SECTION: part}).ids))

    def check_together() -> None:
        right = {}
        for name, entry in table.items():
            with suppress(SettingsError):
                check({name: entry})
                right[name] = entry
        check(right)

    parts: list[Mapping[str, Any]] = [{name: entry} for name, entry in table.items()]
    return [*(partial(check, part) for part in parts), check_together]


def own_ids(home: Home, working_folder: Path) -> tuple[str, ...]:
    """Return the ids of the sources that the settings add; none where these cannot be read."""
    try:
        return read_catalogue(read_values(home.config_file, working_folder)).ids
    except SettingsError:
        return ()


def _check_baskets(home: Home, working_folder: Path, found: list[str]) -> None:
    from planwatch.workflows.reports.inputs import read_baskets

    if not found:
        read_baskets(load_settings(home.config_file, working_folder).analysis.baskets)


def _each_fault(error: SettingsError) -> list[str]:
    """Return the faults of a validation one by one; any other error is one."""
    from pydantic import ValidationError

    from planwatch.settings.faults import describe_fault

    if isinstance(error.__cause__, ValidationError):
        return [describe_fault(fault) for fault in error.__cause__.errors()]
    return [f"{error.message}; {error.hint}"]


def unknown_variables(
    environment: Iterable[str] | None = None, own: Collection[str] = ()
) -> list[UnknownVariable]:
    """Return the PLANWATCH_* variables that nothing reads, in order of their names.

    Args:
        environment: names of variables; those of this process.
        own: ids of the sources that the settings add.
    """
    known, tables = _known_variables(own)
    found = []
    for name in sorted(os.environ if environment is None else environment):
        # those of alerts are read in capitals alone
        upper = name if name.upper().startswith(NOTIFY_PREFIX) else name.upper()
        if not upper.upper().startswith(PREFIX) or upper.startswith(_OF_TESTS) or upper in known:
            continue
        if not upper.startswith(tables):
            close = get_close_matches(upper, known, n=1, cutoff=0.6)
            found.append(UnknownVariable(name, close[0] if close else None))
    return found


def _known_variables(own: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names that are read, and beginnings of names: lists and tables by JSON path."""
    from pydantic import BaseModel

    from planwatch.settings.model import Settings

    secrets = [*KEY_VARIABLES, *(f"{NOTIFY_PREFIX}{key}" for key in ("URLS", "PING_URL"))]
    known = [*_OWN, *secrets, *(f"{name}_FILE" for name in secrets), f"{NOTIFY_PREFIX}DIGEST_DAY"]
    tables = [f"{NOTIFY_PREFIX}TARGETS__"]
    for section, field in Settings.model_fields.items():
        known.append(variable_of(section))
        model = field.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            known += [variable_of(f"{section}.{key}") for key in model.model_fields]
            tables += [f"{variable_of(f'{section}.{key}')}__" for key in model.model_fields]
        elif section == "sources":
            known += [variable_of(f"sources.{source}.enabled") for source in (*SOURCE_IDS, *own)]
        else:
            tables.append(f"{variable_of(section)}__")
    return tuple(known), tuple(tables)
