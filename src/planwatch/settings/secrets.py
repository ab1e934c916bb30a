"""Where secrets come from: the environment, a file it names, or a 0600 secrets.env.

The key of the model, and the addresses that are told of news. Reads, and never writes. What it
returns goes into a SecretStr; no error quotes a value.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from planwatch.errors import SettingsError

SECRETS_FILE: Final = "secrets.env"
# in the order in which they are looked at; each also as NAME_FILE
KEY_VARIABLES: Final = ("PLANWATCH_LLM__API_KEY", "OPENAI_API_KEY")
# the addresses of alerts: URLS, PING_URL, TARGETS__NAME
NOTIFY_PREFIX: Final = "PLANWATCH_NOTIFY__"
_OTHERS: Final = 0o077
_LONGEST: Final = 10_000


def find_api_key(config_folder: Path, named_file: str | None = None) -> str | None:
    """Return the model's key, None where there is none.

    Args:
        config_folder: where secrets.env lies, beside the user's config.toml.
        named_file: the file that the user's settings name, looked at after the environment.

    Raises:
        SettingsError: a file that is named cannot be read or holds no key, or secrets.env is not
            well-formed or may be read by others.
    """
    for name in KEY_VARIABLES:
        found = os.environ.get(name) or _from_named_file(
            os.environ.get(f"{name}_FILE"), f"{name}_FILE"
        )
        if found:
            return _one_line(found, name)
    found = _from_named_file(named_file, "llm.api_key_file")
    if found:
        return _one_line(found, "llm.api_key_file")
    secrets = _read_secrets(config_folder / SECRETS_FILE)
    for name in KEY_VARIABLES:
        if secrets.get(name):
            return _one_line(secrets[name], f"{name} in {config_folder / SECRETS_FILE}")
    return None


def find_notify_secrets(config_folder: Path) -> dict[str, str]:
    """Return the addresses of alerts that stand outside the settings, by their variables' names.

    Raises:
        SettingsError: as `find_api_key`.
    """
    found = {
        name: value
        for name, value in _read_secrets(config_folder / SECRETS_FILE).items()
        if name.startswith(NOTIFY_PREFIX)
    }
    for name, value in os.environ.items():
        plain = name.removesuffix("_FILE")
        if (
            not name.startswith(NOTIFY_PREFIX)
            or not value
            or (plain != name and plain in os.environ)
        ):
            continue
        read = value if plain == name else _from_named_file(value, name)
        found[plain] = read or ""
    return {name: value for name, value in found.items() if value}


def read_named_secret(path: str, named_by: str) -> str:
    """Return what a file holds that a setting names, without blanks around it.

    Raises:
        SettingsError: it cannot be read, or is empty.
    """
    return _from_named_file(path, named_by) or ""


def _from_named_file(path: str | None, named_by: str) -> str | None:
    if not path:
        return None
    text = _read(Path(path).expanduser(), f"the file of {named_by}").strip()
    if not text:
        raise SettingsError(
            f"{path}, which {named_by} names, is empty", hint="put the secret into it, in one line"
        )
    return text


def _read_secrets(path: Path) -> dict[str, str]:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise _unreadable(path, error.strerror or "I/O error") from error
    if not stat.S_ISREG(mode):
        raise _unreadable(path, "not a regular file")
    if mode & _OTHERS:
        raise SettingsError(
            f"{path} holds secrets and others may use it (mode {stat.S_IMODE(mode):04o})",
            hint=f"chmod 600 {path}",
        )
    return dict(
        _parse_line(path, number, line)
        for number, line in enumerate(_read(path, "the secrets").splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    )


def _parse_line(path: Path, number: int, line: str) -> tuple[str, str]:
    name, mark, value = line.strip().removeprefix("export ").partition("=")
    if not mark or not (name.strip() in KEY_VARIABLES or name.strip().startswith(NOTIFY_PREFIX)):
        raise SettingsError(
            f"line {number} of {path} is not NAME=VALUE with a name that is known",
            hint=f"names are {', '.join(KEY_VARIABLES)} and {NOTIFY_PREFIX}URLS and its like",
        )
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return name.strip(), value


def _read(path: Path, what: str) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST).decode()
    except OSError as error:
        raise _unreadable(path, error.strerror or "I/O error", what) from error
    except UnicodeDecodeError:
        # not chained: the error would quote the bytes
        raise _unreadable(path, "not UTF-8 text", what) from None


def _unreadable(path: Path, reason: str, what: str = "the secrets") -> SettingsError:
    return SettingsError(
        f"{what} {path} cannot be read ({reason})",
        hint="mend its permissions or its content, or move it away",
    )


def _one_line(key: str, where: str) -> str:
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SettingsError(
            f"the key from {where} is not one word of printable ASCII",
            hint="write the key alone, in one line",
        )
    return key
