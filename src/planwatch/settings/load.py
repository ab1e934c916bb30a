"""The validated settings, built in the worker and by whoever needs a value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planwatch.errors import SettingsError
from planwatch.settings.files import find_value, has_key, read_files
from planwatch.settings.secrets import SECRETS_FILE, find_api_key

if TYPE_CHECKING:
    from planwatch.settings.model import Settings


def load_settings(config_file: Path, working_folder: Path) -> Settings:
    """Return the validated settings.

    Raises:
        SettingsError: as `read_files`, or a value that is not what its key wants.
    """
    # pydantic costs a third of a second; only workers and `config` need it
    from planwatch.settings.model import build_settings

    files = read_files(config_file, working_folder)
    if has_key(files, "llm.api_key"):
        raise SettingsError(
            f"{config_file} sets llm.api_key; a key does not belong into a settings file",
            hint=f"move it into {config_file.parent / SECRETS_FILE}, with mode 0600",
        )
    named = find_value(files, "llm.api_key_file")
    key = find_api_key(config_file.parent, named if isinstance(named, str) else None)
    # [notify] is read by itself (settings/notify.py): a fault in it must fail no job
    files = {name: table for name, table in files.items() if name != "notify"}
    return build_settings(files, api_key=key)
