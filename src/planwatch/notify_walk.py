"""The settings [notify] with their origins; of every address no more than eight stars.

Apart from the walk of the others, as these settings are read apart. Imported late: pydantic.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from planwatch.settings.files import read_file
from planwatch.settings.notify import NotifySettings, load_notify
from planwatch.settings.origins import SettingRecord, default_in, has_path, is_secret, leaves, shown
from planwatch.settings.secrets import NOTIFY_PREFIX, SECRETS_FILE, find_notify_secrets

_SECTION: Final = "notify"


def walk_notify(config_file: Path, working_folder: Path) -> list[SettingRecord]:
    """Return every key of [notify], in the model's order; a target a key.

    Raises:
        SettingsError: they are not valid; no address is named.
    """
    settings = load_notify(config_file, working_folder) or NotifySettings()
    outside = find_notify_secrets(config_file.parent)
    file = read_file(config_file)
    values: dict[str, Any] = {}
    for key, value in leaves(settings):
        if key == "targets" and value:
            values |= {f"targets.{name}": addresses for name, addresses in value.items()}
        else:
            values[key] = value
    return [
        SettingRecord(
            key=f"{_SECTION}.{key}",
            value=shown(value),
            default=[] if key.startswith("targets.") else shown(default_in(settings, key)),
            origin=_origin_of(key, config_file, file, outside),
            is_secret=is_secret(value),
        )
        for key, value in values.items()
    ]


def _origin_of(
    key: str, config_file: Path, file: Mapping[str, Any], outside: Mapping[str, str]
) -> str:
    variable = NOTIFY_PREFIX + key.replace(".", "__").upper()
    if variable in outside:
        for name in (variable, f"{variable}_FILE"):
            if os.environ.get(name):
                return name
        return str(config_file.parent / SECRETS_FILE)
    if has_path(file, [_SECTION, *key.split(".")]):
        return str(config_file)
    if key == "urls" and has_path(file, [_SECTION, "urls_file"]):
        return f"{config_file} (notify.urls_file)"
    return "default"
