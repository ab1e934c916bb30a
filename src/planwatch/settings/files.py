"""Settings: flag > PLANWATCH_* environment > ./planwatch.toml > the user's config file.

Every command reads the files by `tomllib` in a few milliseconds (`read_files`); the validated
`Settings` is built in the worker and by whoever needs a value (`load_settings`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from planwatch.errors import SettingsError
from planwatch.settings.source_entries import find_own_key, key_by_id

WORKING_FILE: Final = "planwatch.toml"
# A file in a folder that somebody else prepared could send keys or pages elsewhere.
_NOT_IN_WORKING_FILE: Final = (
    "browser.executable",
    "fetch.ca_file",
    "fetch.proxy",
    "llm",
    "notify",
)


def read_files(config_file: Path, working_folder: Path) -> dict[str, Any]:
    """Read and merge both settings files; a missing file is empty.

    Raises:
        SettingsError: a file that cannot be read, is not TOML, or sets in the working folder what
            only the user's own config may set.
    """
    user = _read(config_file)
    try:
        working = _read(working_folder / WORKING_FILE)
    except SettingsError as error:
        if isinstance(error.__cause__, PermissionError):  # a folder that we may not look into
            return user
        raise
    for key in (*_NOT_IN_WORKING_FILE, find_own_key(working)):
        if key is not None and has_key(working, key):
            raise SettingsError(
                f"{working_folder / WORKING_FILE} sets {key!r}, which a working folder may not",
                hint=f"move it to {config_file} or into the environment",
            )
    return _merge(user, working)


def read_file(path: Path) -> dict[str, Any]:
    """Return what one settings file says; a missing one is empty.

    Raises:
        SettingsError: it cannot be read or is not TOML.
    """
    return _read(path)


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SettingsError(
            f"the settings file {path} cannot be read ({reason})",
            hint="mend its permissions or its content, or move it away",
        ) from error
    import tomllib  # most homes have no settings file

    try:
        return _with_plain_keys(path, key_by_id(path, tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"the settings file {path} is not valid TOML: {error}",
            hint="mend that line, or move the file away to run with the defaults",
        ) from error


def _with_plain_keys(path: Path, values: dict[str, Any]) -> dict[str, Any]:
    """Refuse keys that are not in lower case: `[Fetch]` must not slip past what `[fetch]` may."""
    for key, value in values.items():
        if key != key.lower():
            raise SettingsError(
                f"the settings file {path} has the key {key!r}; keys are in lower case",
                hint=f"write it as {key.lower()!r}",
            )
        if isinstance(value, dict) and key != "notify":  # which is checked where it is read
            _with_plain_keys(path, value)
    return values


def has_key(values: dict[str, Any], dotted: str) -> bool:
    head, _, rest = dotted.partition(".")
    if head not in values:
        return False
    return not rest or (isinstance(values[head], dict) and has_key(values[head], rest))


def _merge(low: dict[str, Any], high: dict[str, Any]) -> dict[str, Any]:
    merged = dict(low)
    for key, value in high.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = _merge(below, value) if both else value  # type: ignore[arg-type] # both dicts
    return merged


def find_value(values: Any, dotted: str) -> Any:
    for part in dotted.split("."):
        if not isinstance(values, dict):
            return None
        values = values.get(part)
    return values
