"""Where secrets come from: the environment, a file it names, or a 0600 secrets.env.

Owns the key of the model and the addresses of alerts. Reads, and never writes. What it returns goes
into a SecretStr; no error quotes a value.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final

from planwatch.errors import SettingsError
from planwatch.home import SECRETS_FILE
from planwatch.ownership import refuse_foreign, refuse_foreign_path
from planwatch.settings.tree import Value

# in the order in which they are looked at; each also as NAME_FILE
KEY_VARIABLES: Final = ("PLANWATCH_LLM__API_KEY", "OPENAI_API_KEY")
# the addresses of alerts: URLS, PING_URL, TARGETS__NAME
NOTIFY_PREFIX: Final = "PLANWATCH_NOTIFY__"
_NOTIFY_KEYS: Final = ("URLS", "PING_URL", "DIGEST_DAY")
_NAME: Final = re.compile(r"(?:PLANWATCH|OPENAI)_[A-Z0-9_]+")
_GROUP_AND_OTHERS: Final = 0o077
_LONGEST: Final = 10_000


def find_api_key(config_folder: Path, key_file: str | None, set_by: str) -> Value | None:
    """Return the model's key, None where there is none.

    Args:
        config_folder: where secrets.env lies, beside the user's config.toml.
        key_file: the setting `llm.api_key_file`, looked at after the environment.
        set_by: the origin of that setting.

    Raises:
        SettingsError: a file that is named cannot be read or holds no key, or secrets.env is not
            well-formed or may be read by others.
    """
    for name in KEY_VARIABLES:
        found = _find_in_environment(name)
        if found:
            return _one_word(found, name)
    if key_file:
        text = read_named_secret(key_file, "llm.api_key_file")
        return _one_word(Value(text, f"{set_by} (llm.api_key_file)"), "llm.api_key_file")
    path = config_folder / SECRETS_FILE
    secrets = _read_secrets(path)
    for name in KEY_VARIABLES:
        if secrets.get(name):
            return _one_word(Value(secrets[name], str(path)), f"{name} in {path}")
    return None


def find_notify_secrets(config_folder: Path) -> dict[str, Value]:
    """Return what stands outside the settings files of [notify], by the names of its variables.

    Raises:
        SettingsError: as `find_api_key`.
    """
    path = config_folder / SECRETS_FILE
    found = {
        name: Value(text, str(path))
        for name, text in _read_secrets(path).items()
        if name.startswith(NOTIFY_PREFIX) and text
    }
    for name in sorted({name.removesuffix("_FILE") for name in os.environ}):
        value = _find_in_environment(name) if name.startswith(NOTIFY_PREFIX) else None
        if value:
            found[name] = value
    return found


def _find_in_environment(name: str) -> Value | None:
    """Return what a variable holds, or else the file that NAME_FILE names, whatever their case."""
    variables = {variable.upper(): text for variable, text in os.environ.items()} | os.environ
    text, path = variables.get(name), variables.get(f"{name}_FILE")
    if text:
        return Value(text, name)
    return Value(read_named_secret(path, f"{name}_FILE"), f"{name}_FILE") if path else None


def read_named_secret(path: str, named_by: str) -> str:
    """Return what a file holds that a setting names, without blanks around it.

    Raises:
        SettingsError: it cannot be read, or is empty.
        HomeError: another account owns it or may write to it, or to a folder on the way to it.
    """
    named = Path(path).expanduser()
    refuse_foreign_path(named)
    text = _read(named, f"the file named by {named_by},").strip()
    if not text:
        raise SettingsError(
            f"{path}, the file named by {named_by}, is empty",
            hint="put the secret in it, on one line",
        )
    return text


def refuse_shared(path: Path, mode: int, what: str, *, or_else: str = "") -> None:
    """Refuse a file with secrets that anybody but its owner has access to.

    Args:
        mode: as `stat` has it.
        what: what the file holds, for the error.
        or_else: what else to do about it, behind the hint's chmod.

    Raises:
        SettingsError: naming the file and its mode.
    """
    if mode & _GROUP_AND_OTHERS:
        shown = f"mode {stat.S_IMODE(mode):04o}"
        raise SettingsError(
            f"{path} holds {what}, but other users have access to it ({shown})",
            hint=f"chmod 600 {path}{or_else}",
        )


def _read_secrets(path: Path) -> dict[str, str]:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise _unreadable(path, error.strerror or "I/O error") from error
    if not stat.S_ISREG(mode):
        raise _unreadable(path, "not a regular file")
    refuse_shared(path, mode, "secrets")
    refuse_foreign_path(path.parent)
    refuse_foreign(path)
    return dict(
        _parse_line(path, number, line)
        for number, line in enumerate(_read(path, "the secrets file").splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    )


def _parse_line(path: Path, number: int, line: str) -> tuple[str, str]:
    written, mark, value = line.strip().removeprefix("export ").partition("=")
    name, place = written.strip(), f"line {number} of {path}"
    is_known = name in KEY_VARIABLES or name.startswith(NOTIFY_PREFIX)
    if mark and name.endswith("_FILE") and _NAME.fullmatch(name):
        raise SettingsError(
            f"{place}: {name} is read only in the environment",
            hint=f"write {_nearest(name) or 'NAME'}=… with the secret itself, or set the variable",
        )
    if not mark or not is_known:
        raise _unknown_name(place, name if mark else "")
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return name, value


def _unknown_name(place: str, name: str) -> SettingsError:
    """Return the error about a line; its name is quoted only where it cannot be a secret."""
    names = f"names are {', '.join(KEY_VARIABLES)} and those that begin with {NOTIFY_PREFIX}"
    if not _NAME.fullmatch(name):
        return SettingsError(f"{place} is not NAME=VALUE with a known name", hint=names)
    nearest = _nearest(name)
    hint = f"did you mean {nearest}? {names}" if nearest else names
    return SettingsError(f"{place}: {name} is not a known name", hint=hint)


def _nearest(name: str) -> str | None:
    """Return the name that a similar one may have meant, without the _FILE behind it."""
    from difflib import get_close_matches  # only an error needs it

    plain = name.removesuffix("_FILE")
    if plain in KEY_VARIABLES or plain.startswith(NOTIFY_PREFIX):
        return plain
    target = re.fullmatch(r"PLANWATCH_NOTIFY_+TARGETS?_+([A-Z0-9_]+)", plain)
    if target:
        return f"{NOTIFY_PREFIX}TARGETS__{target[1]}"
    known = (*KEY_VARIABLES, *(f"{NOTIFY_PREFIX}{key}" for key in _NOTIFY_KEYS))
    return next(iter(get_close_matches(plain, known, n=1, cutoff=0.75)), None)


def _read(path: Path, what: str) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST).decode()
    except OSError as error:
        raise _unreadable(path, error.strerror or "I/O error", what) from error
    except UnicodeDecodeError:
        # not chained: the error would quote the bytes
        raise _unreadable(path, "not UTF-8 text", what) from None


def _unreadable(path: Path, reason: str, what: str = "the secrets file") -> SettingsError:
    return SettingsError(
        f"{what} {path} cannot be read ({reason})",
        hint="correct its permissions or content, or move it away",
    )


def _one_word(key: Value, where: str) -> Value:
    text: str = key.value
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise SettingsError(
            f"the key from {where} is not one word of printable ASCII",
            hint="put only the key there, on one line",
        )
    return key
