"""Every setting with its value and where it comes from; a secret is never more than eight stars.

Walks whatever the model holds: sections, tables by name, lists of tables. Imported late, like the
model itself.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, SecretStr

from planwatch.settings.environment import MODEL_ADDRESS_VARIABLE
from planwatch.settings.files import WORKING_FILE, read_file
from planwatch.settings.model import Settings
from planwatch.settings.secrets import KEY_VARIABLES, SECRETS_FILE
from planwatch.settings.source_entries import OWN_KEYS, SECTION
from planwatch.sources.registry import SOURCE_IDS

MASK: Final = "********"
PREFIX: Final = "PLANWATCH_"
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/@\s]+(?=@)")
# of what is nothing but an address: all before the last @, with or without a scheme
_BEFORE_HOST: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)?\S*(?=@)")
_ADDRESSES: Final = frozenset({"fetch.proxy", "llm.base_url"})
_KEY_OF_MODEL: Final = "llm.api_key"


@dataclass(frozen=True, slots=True)
class SettingRecord:
    """One key; `value` is fit for JSON and others' eyes, `origin` names a file or a variable."""

    key: str
    value: Any
    default: Any
    origin: str
    is_secret: bool

    @property
    def is_changed(self) -> bool:
        return self.origin != "default"


def variable_of(key: str) -> str:
    """Return the environment variable of a key."""
    return PREFIX + key.replace(".", "__").replace("-", "_").upper()


def walk(settings: Settings, config_file: Path, working_folder: Path) -> list[SettingRecord]:
    """Return every key of validated settings, in the model's order.

    Raises:
        SettingsError: a settings file cannot be read.
    """
    files = (
        (str(working_folder / WORKING_FILE), _forgiving(working_folder / WORKING_FILE)),
        (str(config_file), read_file(config_file)),
    )
    settings = _with_switches(settings)
    defaults = dict(leaves(Settings.model_construct()))
    return [
        SettingRecord(
            key=key,
            value=_masked(key, shown(value)),
            default=shown(defaults.get(key, default_in(settings, key))),
            origin=_origin_of(key, files, config_file.parent, value),
            is_secret=is_secret(value),
        )
        for key, value in leaves(settings)
        if not _is_of_others(key)
    ]


def _with_switches(settings: Settings) -> Settings:
    """Put the switch of `acme-mobile` where it belongs: no shell's variable has a hyphen."""
    sources = dict(settings.sources)
    for source in settings.sources:
        written = source.replace("-", "_")
        if written != source and written in sources:
            switch = sources.pop(written).enabled
            sources[source] = sources[source].model_copy(update={"enabled": switch})
    return settings.model_copy(update={"sources": sources})


def _is_of_others(key: str) -> bool:
    """Tell whether a key says what a source is, of one that has its parser."""
    section, _, rest = key.partition(".")
    source, _, name = rest.partition(".")
    return section == SECTION and source in SOURCE_IDS and name in OWN_KEYS


def _masked(key: str, value: Any) -> Any:
    if key in _ADDRESSES and isinstance(value, str):
        return _BEFORE_HOST.sub(lambda found: f"{found[1] or ''}{MASK}", value, count=1)
    return value


def _forgiving(path: Path) -> dict[str, Any]:
    """Read a file of the working folder, which counts for nothing where we may not look."""
    return read_file(path) if os.access(path, os.R_OK) else {}


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from leaves(getattr(value, name, None), f"{key}.{name}" if key else name)
    elif _has_tables(value) and isinstance(value, Mapping):
        for name, item in value.items():
            yield from leaves(item, f"{key}.{name}")
    elif _has_tables(value):
        for number, item in enumerate(value):
            yield from leaves(item, f"{key}.{number}")
    else:
        yield key, value


def _has_tables(value: Any) -> bool:
    items = value.values() if isinstance(value, Mapping) else value
    is_many = isinstance(value, Mapping | list | tuple)
    return is_many and any(isinstance(item, BaseModel) for item in items)


def default_in(settings: BaseModel, key: str) -> Any:
    """Return the default of a key in a table that only somebody's settings have."""
    found: Any = settings
    *path, name = key.split(".")
    for part in path:
        if isinstance(found, BaseModel):
            found = getattr(found, part)
        else:
            found = found[int(part)] if isinstance(found, Sequence) else found[part]
    field = type(found).model_fields[name] if isinstance(found, BaseModel) else None
    return (
        None
        if field is None or field.is_required()
        else field.get_default(call_default_factory=True)
    )


def is_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(is_secret, value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(is_secret, value))
    return isinstance(value, SecretStr)


def shown(value: Any) -> Any:
    """Return a value for JSON: secrets masked, and what stands before the @ of an address."""
    if hasattr(value, "get_secret_value"):
        return MASK
    if isinstance(value, BaseModel):
        return {name: shown(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {str(name): shown(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [shown(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _CREDENTIALS.sub(MASK, str(value))


def _origin_of(
    key: str, files: Sequence[tuple[str, Mapping[str, Any]]], config_folder: Path, value: Any
) -> str:
    if key == _KEY_OF_MODEL:
        return _origin_of_key(config_folder, files) if value is not None else "default"
    variable = _variable_that_sets(key)
    if variable:
        return variable
    for name, values in files:
        if has_path(values, key.split(".")):
            return name
    if key == "llm.base_url" and value is not None:
        return MODEL_ADDRESS_VARIABLE
    return "default"


def _variable_that_sets(key: str) -> str | None:
    """Return the variable that holds a key: its own, or one with JSON for a table above it."""
    given = {name.upper(): name for name in os.environ}
    own = given.get(variable_of(key))
    if own:
        return own
    parts = key.split(".")
    for length in range(len(parts) - 1, 0, -1):
        name = given.get(variable_of(".".join(parts[:length])))
        if name and has_path(_json_of(os.environ[name]), parts[length:]):
            return name
    return None


def _json_of(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def has_path(values: Any, path: Sequence[str]) -> bool:
    for part in path:
        if isinstance(values, Mapping) and part in values:
            values = values[part]
        elif isinstance(values, list) and part.isdecimal() and int(part) < len(values):
            values = values[int(part)]
        else:
            return False
    return True


def _origin_of_key(config_folder: Path, files: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    for name in KEY_VARIABLES:
        for variable in (name, f"{name}_FILE"):
            if os.environ.get(variable):
                return variable
    for name, values in files:
        if has_path(values, ["llm", "api_key_file"]):
            return f"{name} (llm.api_key_file)"
    return str(config_folder / SECRETS_FILE)
