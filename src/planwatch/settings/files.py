"""The settings files: the user's config.toml, and planwatch.toml in the working folder.

Owns reading them and refusing what a working folder may not set. The environment goes over them in
settings/load.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from planwatch.errors import SettingsError
from planwatch.home import WORKING_FILE
from planwatch.ownership import refuse_foreign, refuse_foreign_path
from planwatch.settings.source_entries import key_by_id
from planwatch.settings.tree import Tree, build_tree, merge

NOT_IN_WORKING_FILE: Final = (
    "alarms",
    "archive",
    "browser.executable",
    "browser.sandbox",
    "fetch.ca_file",
    "fetch.proxy",
    "llm",
    "notify",
    "sources",
)
"""Keys and sections refused in a folder that somebody else may have prepared: they say where
requests and keys go, what is run and how well it is shut in, what is asked, kept and told."""


def read_files(config_file: Path, working_folder: Path) -> Tree:
    """Read and merge both settings files; a missing file is empty.

    Raises:
        SettingsError: a file that cannot be read, is not TOML, or sets in the working folder what
            only the user's own config may set.
        HomeError: another account owns the user's config or its folder, or may write to it.
    """
    refuse_foreign_path(config_file.parent)
    refuse_foreign(config_file)
    user = build_tree(_read(config_file), str(config_file))
    working_file = working_folder / WORKING_FILE
    try:
        working = _read(working_file)
    except SettingsError as error:
        if isinstance(error.__cause__, PermissionError):  # a folder that we may not look into
            return user
        raise
    for key in NOT_IN_WORKING_FILE:
        if _has_key(working, key):
            named = _first_below(working, key)
            raise SettingsError(
                f"{working_file} sets {named!r}, which a working folder may not set",
                hint=f"move it to {config_file} or into the environment",
            )
    return merge(user, build_tree(working, str(working_file)))


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SettingsError(
            f"the settings file {path} cannot be read ({reason})",
            hint="correct its permissions or content, or move it away",
        ) from error
    import tomllib  # most homes have no settings file

    try:
        return _with_plain_keys(path, key_by_id(path, tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"the settings file {path} is not valid TOML: {error}",
            hint="correct that line, or move the file away to run with the defaults",
        ) from error


def _with_plain_keys(path: Path, values: dict[str, Any]) -> dict[str, Any]:
    """Refuse keys that are not in lower case: `[Fetch]` must not slip past what `[fetch]` may."""
    for key, value in values.items():
        if key != key.lower():
            raise SettingsError(
                f"the settings file {path} has the key {key!r}; keys must be in lower case",
                hint=f"write it as {key.lower()!r}",
            )
        if isinstance(value, dict) and key != "notify":  # which is checked where it is read
            _with_plain_keys(path, value)
    return values


def _has_key(values: dict[str, Any], dotted: str) -> bool:
    head, _, rest = dotted.partition(".")
    if head not in values:
        return False
    return not rest or (isinstance(values[head], dict) and _has_key(values[head], rest))


def _first_below(values: dict[str, Any], key: str) -> str:
    """Return the first setting of a section (`sources.o2.enabled`), the key itself without one."""
    found: Any = values
    for part in key.split("."):
        found = found[part]
    while isinstance(found, dict) and found:
        name, found = next(iter(found.items()))
        key = f"{key}.{name}"
    return key
