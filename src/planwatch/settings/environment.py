"""The environment variables that are settings, and those that a job keeps."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from typing import Final

from planwatch.errors import SettingsError
from planwatch.settings.source_entries import OWN_KEYS
from planwatch.settings.source_entries import SECTION as SOURCES
from planwatch.settings.tree import Tree, Value, build_tree, merge

PREFIX: Final = "PLANWATCH_"
ORIGIN_VARIABLE: Final = "PLANWATCH_ORIGIN"
MODEL_ADDRESS_VARIABLE: Final = "OPENAI_BASE_URL"
CARRIED_SECTIONS: Final = ("alarms", "analysis", "browser", "fetch", "jobs", "llm", "pricing")
"""The sections whose variables a job keeps from its dispatch."""
SECTIONS: Final = (*CARRIED_SECTIONS, "archive", SOURCES)
"""The sections that are read here: those of the model. [notify] is read in settings/notify.py."""
_CARRIED: Final = tuple(f"{PREFIX}{section.upper()}__" for section in CARRIED_SECTIONS)
_NEVER_CARRIED: Final = frozenset({"PLANWATCH_FETCH__PROXY", "PLANWATCH_LLM__API_KEY"})
# a misspelt variable sets nothing, and may hold a secret all the same
_SECRET_WORDS: Final = ("KEY", "SECRET", "TOKEN", "PASSWORD")
# an address may hold credentials
_ADDRESSES: Final = frozenset({ORIGIN_VARIABLE, MODEL_ADDRESS_VARIABLE, "PLANWATCH_LLM__BASE_URL"})


def origin() -> str | None:
    """Return PLANWATCH_ORIGIN: where every source's requests go instead, None for the web."""
    return os.environ.get(ORIGIN_VARIABLE) or None


def variable_of(key: str) -> str:
    """Return the environment variable of a key; no shell sets one whose name has a hyphen."""
    return PREFIX + key.replace(".", "__").replace("-", "_").upper()


def read_environment(source_ids: Collection[str]) -> Tree:
    """Return what the variables PLANWATCH_SECTION__KEY set, whatever their case.

    A whole table may be one variable with a JSON object; variables of single keys go over it. The
    model's key is left to settings/secrets.py. Variables of no section are ignored.

    Args:
        source_ids: every source; variables of others are ignored.

    Raises:
        SettingsError: the variable of a table is not a JSON object.
    """
    paths = {
        name: name.upper().removeprefix(PREFIX).lower().split("__")
        for name in os.environ
        if name.upper().startswith(PREFIX)
    }
    tree: Tree = {}
    for name, path in sorted(paths.items(), key=lambda item: len(item[1])):  # tables first
        if path[0] not in SECTIONS or path == ["llm", "api_key"]:
            continue
        is_table = len(path) == (2 if path[0] == SOURCES and len(path) > 1 else 1)
        branch: Value | Tree = _read_table(name) if is_table else Value(os.environ[name], name)
        for key in reversed(path):
            branch = {key: branch}
        tree = merge(tree, branch)  # type: ignore[arg-type] # a path is never empty
    switches = tree.get(SOURCES)
    if isinstance(switches, dict):
        tree[SOURCES] = _by_source(switches, source_ids)
    return tree


def _read_table(name: str) -> Tree:
    try:
        values = json.loads(os.environ[name])
    except ValueError:
        values = None  # the error would quote the value, which may be a secret
    if not isinstance(values, dict):
        raise SettingsError(
            f"{name} is not a JSON object",
            hint=f"correct it, or set one key at a time, as in {name}__KEY",
        )
    return build_tree(values, name)


def _by_source(table: Tree, source_ids: Collection[str]) -> Tree:
    """Key what is set of sources by their ids, without what only a file may say of a source."""
    found: Tree = {}
    for written, entry in table.items():
        if isinstance(entry, dict):
            switch: Value | Tree = {key: entry[key] for key in entry if key not in OWN_KEYS}
        else:
            switch = entry
        for source_id in source_ids:
            if source_id.replace("-", "_") == written.replace("-", "_"):
                found = merge(found, {source_id: switch})
    return found


def find_model_address() -> Tree:
    """Return OPENAI_BASE_URL as the setting that it stands in for; empty where it is not set."""
    address = os.environ.get(MODEL_ADDRESS_VARIABLE)
    return {"llm": {"base_url": Value(address, MODEL_ADDRESS_VARIABLE)}} if address else {}


def carried_environment() -> dict[str, str]:
    """Return the variables of this process that a job keeps, whoever starts its worker.

    Neither secrets nor what may hold one (a proxy's address) are among them.
    """
    return {name: value for name, value in os.environ.items() if _is_carried(name.upper(), value)}


def _is_carried(name: str, value: str) -> bool:
    if name in _ADDRESSES:
        return not any(mark in value for mark in "@?#")
    if not name.startswith(_CARRIED) or name in _NEVER_CARRIED:
        return False
    return name.endswith("_FILE") or not any(word in name for word in _SECRET_WORDS)
