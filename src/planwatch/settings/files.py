"""Settings: flag > PLANWATCH_* environment > ./planwatch.toml > the user's config file.

Every command reads the files by `tomllib` in a few milliseconds (`read_files`); the validated
`Settings` is built in the worker and by whoever needs a value (`load_settings`).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planwatch.errors import SettingsError
from planwatch.settings.secrets import SECRETS_FILE, find_api_key
from planwatch.settings.source_entries import find_own_key, key_by_id

if TYPE_CHECKING:
    from planwatch.settings.model import Settings

WORKING_FILE: Final = "planwatch.toml"
_TRUTH: Final = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}
ORIGIN_VARIABLE: Final = "PLANWATCH_ORIGIN"
MODEL_ADDRESS_VARIABLE: Final = "OPENAI_BASE_URL"
_CARRIED: Final = (
    "PLANWATCH_ALARMS__",
    "PLANWATCH_ANALYSIS__",
    "PLANWATCH_BROWSER__",
    "PLANWATCH_FETCH__",
    "PLANWATCH_JOBS__",
    "PLANWATCH_LLM__",
)
_MAY_HOLD_A_SECRET: Final = frozenset({"PLANWATCH_FETCH__PROXY", "PLANWATCH_LLM__API_KEY"})
# what is misspelt is nobody's setting, and may hold a secret all the same
_SECRET_WORDS: Final = ("KEY", "SECRET", "TOKEN", "PASSWORD")
# an address may hold credentials
_ADDRESSES: Final = frozenset({ORIGIN_VARIABLE, MODEL_ADDRESS_VARIABLE, "PLANWATCH_LLM__BASE_URL"})
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
        if key is not None and _has(working, key):
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


def load_settings(config_file: Path, working_folder: Path) -> Settings:
    """Return the validated settings.

    Raises:
        SettingsError: as `read_files`, or a value that is not what its key wants.
    """
    # pydantic costs a third of a second; only workers and `config` need it
    from planwatch.settings.model import build_settings

    files = read_files(config_file, working_folder)
    if _has(files, "llm.api_key"):
        raise SettingsError(
            f"{config_file} sets llm.api_key; a key does not belong into a settings file",
            hint=f"move it into {config_file.parent / SECRETS_FILE}, with mode 0600",
        )
    named = _find(files, "llm.api_key_file")
    key = find_api_key(config_file.parent, named if isinstance(named, str) else None)
    # [notify] is read by itself (settings/notify.py): a fault in it must fail no job
    files = {name: table for name, table in files.items() if name != "notify"}
    return build_settings(files, api_key=key)


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


def _has(values: dict[str, Any], dotted: str) -> bool:
    head, _, rest = dotted.partition(".")
    if head not in values:
        return False
    return not rest or (isinstance(values[head], dict) and _has(values[head], rest))


def _merge(low: dict[str, Any], high: dict[str, Any]) -> dict[str, Any]:
    merged = dict(low)
    for key, value in high.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = _merge(below, value) if both else value  # type: ignore[arg-type] # both dicts
    return merged


def origin() -> str | None:
    """Return PLANWATCH_ORIGIN: where every source's requests go instead, None for the web."""
    return os.environ.get(ORIGIN_VARIABLE) or None


def carried_environment() -> dict[str, str]:
    """Return the variables of this process that a job keeps, whoever starts its worker.

    Neither secrets nor what may hold one (a proxy's address) are among them.
    """
    return {name: value for name, value in os.environ.items() if _is_carried(name.upper(), value)}


def _is_carried(name: str, value: str) -> bool:
    if name in _ADDRESSES:
        return not any(mark in value for mark in "@?#")
    if not name.startswith(_CARRIED) or name in _MAY_HOLD_A_SECRET:
        return False
    return name.endswith("_FILE") or not any(word in name for word in _SECRET_WORDS)


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
    value: Any = os.environ.get(variable) or _find(files, key)
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
    value: Any = os.environ.get("PLANWATCH_ANALYSIS__BASKETS") or _find(files, "analysis.baskets")
    if value is None or isinstance(value, str):
        return value or ""
    raise SettingsError(
        f"analysis.baskets is {value!r}, not a text",
        hint='write baskets = "5gb-any, 100gb-12m-roaming"',
    )


def _whole_number(files: Mapping[str, Any], key: str, rule: WholeNumber) -> int:
    variable = "PLANWATCH_" + key.upper().replace(".", "__")
    value: Any = os.environ.get(variable) or _find(files, key)
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


def _find(values: Any, dotted: str) -> Any:
    for part in dotted.split("."):
        if not isinstance(values, dict):
            return None
        values = values.get(part)
    return values
