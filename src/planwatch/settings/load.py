"""The one reader of settings: PLANWATCH_* environment > ./planwatch.toml > the user's config.toml.

Every command reads the plain values, which takes a few milliseconds (`read_values`); the worker and
whoever needs validated values builds the model from the same values (`load_settings`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from planwatch.errors import SettingsError
from planwatch.home import SECRETS_FILE
from planwatch.settings.environment import find_model_address, read_environment
from planwatch.settings.files import read_files
from planwatch.settings.secrets import find_api_key
from planwatch.settings.source_entries import SECTION
from planwatch.settings.tree import Tree, find_origin, find_value, merge, plain_values
from planwatch.sources.registry import SOURCE_IDS

if TYPE_CHECKING:
    from planwatch.settings.model import Settings


def read_values(config_file: Path, working_folder: Path) -> dict[str, Any]:
    """Return what the files and the environment set, as nested tables, not validated.

    Without [notify], which is read apart (settings/notify.py), and without secrets.

    Raises:
        SettingsError: as `read_files`, or the variable of a table is not a JSON object.
    """
    values = plain_values(_read_tree(config_file, working_folder))
    if isinstance(values.get("llm"), dict):
        values["llm"].pop("api_key", None)
    return values


def load_settings(config_file: Path, working_folder: Path) -> Settings:
    """Return the validated settings.

    Raises:
        SettingsError: as `read_with_key`, or a value that is not what its key wants.
    """
    # pydantic costs a third of a second; only workers and `config` need it
    from planwatch.settings.model import build_settings

    return build_settings(plain_values(read_with_key(config_file, working_folder)))


def read_with_key(config_file: Path, working_folder: Path) -> Tree:
    """Return what is set, each value with its origin, and the model's key among them.

    Raises:
        SettingsError: as `read_values`; the key is in a settings file, or cannot be read.
    """
    tree = _read_tree(config_file, working_folder)
    if find_origin(tree, "llm.api_key") == str(config_file):
        raise SettingsError(
            f"{config_file} sets llm.api_key; an API key does not belong in a settings file",
            hint=f"move it to {config_file.parent / SECRETS_FILE}, with mode 0600",
        )
    named = find_value(plain_values(tree), "llm.api_key_file")
    key = find_api_key(
        config_file.parent,
        named if isinstance(named, str) else None,
        find_origin(tree, "llm.api_key_file"),
    )
    return merge(tree, {"llm": {"api_key": key}}) if key else tree


def _read_tree(config_file: Path, working_folder: Path) -> Tree:
    files = read_files(config_file, working_folder)
    # a fault in [notify] must fail no job
    files.pop("notify", None)
    own = files.get(SECTION)
    source_ids = dict.fromkeys((*SOURCE_IDS, *(own if isinstance(own, dict) else ())))
    tree = merge(files, read_environment(source_ids))
    if find_value(plain_values(tree), "llm.model"):
        # without a model OPENAI_BASE_URL is other programs' affair
        return merge(find_model_address(), tree)
    return tree
