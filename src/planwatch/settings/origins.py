"""Every setting with its value and where it comes from; a secret is never more than eight stars.

Lists whatever the models hold: sections, tables by name, lists of tables. Imported late, like the
models themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, SecretStr

from planwatch.settings.load import read_with_key
from planwatch.settings.model import build_settings
from planwatch.settings.notify import build_notify, read_notify
from planwatch.settings.source_entries import OWN_KEYS, SECTION
from planwatch.settings.tree import DEFAULT, find_origin, plain_values
from planwatch.sources.registry import SOURCE_IDS

MASK: Final = "********"
# to the last @ before the path: a user's name may be a mail address
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/?#\s]+(?=@)")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:/{1,2}[^\s\"'<>]+")
# the name of a value stays: it says what was left out
_QUERY_VALUE: Final = re.compile(
    r"(?<=[?&;#])([^=&;#\s]*)=[^&;#\s]+|(?<=[?#])[^=&;#\s]+(?=[&;#]|$)"
)
# letters and digits without a hyphen between words, or a UUID
_IN_PATH: Final = re.compile(
    r"(?<=/)(?:(?=[^/?#]*[0-9])(?=[^/?#]*[A-Za-z])[A-Za-z0-9_~:]{20,}|[0-9a-fA-F-]{32,36})(?=[/?#]|$)"
)
# of what is nothing but an address: all before the last @, with or without a scheme
_BEFORE_HOST: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)?\S*(?=@)")
_ADDRESSES: Final = frozenset({"fetch.proxy", "llm.base_url"})


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
        return self.origin != DEFAULT


def list_settings(config_file: Path, working_folder: Path) -> list[SettingRecord]:
    """Return every key of the settings, [notify] last, in the models' order.

    Raises:
        SettingsError: the settings are not valid; no secret is named.
    """
    tree = read_with_key(config_file, working_folder)
    settings = build_settings(plain_values(tree))
    notify = read_notify(config_file, working_folder)
    alerts = build_notify(plain_values(notify))
    tree = {**tree, "notify": notify}
    return [
        SettingRecord(
            key=key,
            value=_masked(key, _shown(value)),
            default=_shown(default),
            origin=find_origin(tree, key),
            is_secret=_is_secret(value),
        )
        for key, value, default in (*_list_keys(settings), *_list_keys(alerts, "notify"))
        if not _is_of_others(key)
    ]


def _list_keys(value: Any, key: str = "", default: Any = None) -> Iterator[tuple[str, Any, Any]]:
    """Yield each key below a value with what it holds and its default."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            usual = None if field.is_required() else field.get_default(call_default_factory=True)
            yield from _list_keys(getattr(value, name), f"{key}.{name}" if key else name, usual)
    elif isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from _list_keys(item, f"{key}.{name}", [])  # a target has addresses, or none
    elif isinstance(value, list) and any(isinstance(item, BaseModel) for item in value):
        for number, item in enumerate(value):
            yield from _list_keys(item, f"{key}.{number}")
    else:
        yield key, value, default


def _is_of_others(key: str) -> bool:
    """Tell whether a key says what a source is, of one that has its parser."""
    section, _, rest = key.partition(".")
    source, _, name = rest.partition(".")
    return section == SECTION and source in SOURCE_IDS and name in OWN_KEYS


def _masked(key: str, value: Any) -> Any:
    if key in _ADDRESSES and isinstance(value, str):
        return _BEFORE_HOST.sub(lambda found: f"{found[1] or ''}{MASK}", value, count=1)
    return value


def _is_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_is_secret, value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(_is_secret, value))
    return isinstance(value, SecretStr)


def _shown(value: Any) -> Any:
    """Return a value for JSON: secrets masked, and of an address what may be one."""
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, Mapping):
        return {str(name): _shown(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _ADDRESS.sub(_without_secrets, str(value))


def _without_secrets(address: re.Match[str]) -> str:
    """Mask an address's credentials, the values of its query, and what in its path is a token."""
    plain = _CREDENTIALS.sub(MASK, address[0])
    head = re.split("[?#]", plain, maxsplit=1)[0]
    query = plain[len(head) :]
    shown = _QUERY_VALUE.sub(lambda found: f"{found[1]}={MASK}" if found[1] else MASK, query)
    return _IN_PATH.sub(MASK, head) + shown
