"""The `sources` of one settings file: both spellings of TOML become one mapping by id.

Owns the form only; what an entry must say is checked in `settings/sources.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from planwatch.domain.slug import slugify
from planwatch.errors import SettingsError

SECTION: Final = "sources"
OWN_KEYS: Final = ("browser", "currency", "name", "urls")
"""What makes an entry a source of one's own; `enabled` alone is the switch of any source."""


def key_by_id(path: Path, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a file with `[[sources]]` as the tables `[sources.ID]` would be.

    Raises:
        SettingsError: an entry is not a table, has neither id nor name, or has the id of another.
    """
    entries = values.get(SECTION)
    if not isinstance(entries, list):
        return values
    by_id: dict[str, Any] = {}
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise SettingsError(
                f"sources in {path} holds {entry!r}, which is not a table",
                hint="write [[sources]] and below it name = … and urls = […]",
            )
        source_id = _id_of(path, number, entry)
        if source_id in by_id:
            raise SettingsError(
                f"{path} has two [[sources]] with the id {source_id!r}",
                hint="remove one of them, or give it another id",
            )
        by_id[source_id] = {key: value for key, value in entry.items() if key != "id"}
    return {**values, SECTION: by_id}


def _id_of(path: Path, number: int, entry: dict[str, Any]) -> str:
    """Return the id of an entry, or the one that its name gives."""
    source_id = entry.get("id")
    if isinstance(source_id, str) and source_id:
        return source_id
    name = entry.get("name")
    if source_id is None and isinstance(name, str) and name.strip():
        return slugify(name)
    raise SettingsError(
        f"entry {number} of [[sources]] in {path} has neither an id nor a name",
        hint='write id = "acme", or name = "Acme Mobile"',
    )
