"""What is to run by itself, before it is written for cron or for systemd.

It takes from this shell what cron and systemd do not have: the folder, the home, where programs
lie, and the settings in the environment. `schedule_cron.py` and `schedule_systemd.py` write it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planwatch.errors import UsageError
from planwatch.home import Home

_PLAIN: Final = ("PLANWATCH_JOBS__", "PLANWATCH_FETCH__CONTACT", "PLANWATCH_FETCH__PACE_S")
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._+-]*(@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)?",
    re.ASCII,
)
"""What cron hands to its mailer unchanged; it refuses an address that begins with a hyphen."""
_USUAL_PATH: Final = "/usr/local/bin:/usr/bin:/bin"
_LONGEST_PATH: Final = 800  # cron takes 1000 characters a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A scrape a day, and what comes with it.

    Attributes:
        program: the words that start this planwatch, the first one absolute.
        environment: variables that every entry gets.
        withheld: names of variables that may hold a secret; an entry names them and shows nothing.
        focus: the brand of an analysis after each scrape; None for none.
        prunes: whether old jobs and pages go once a week.
        mail: address that cron mails trouble to; None for none.
    """

    home: Home
    hour: int
    minute: int
    folder: Path
    program: Sequence[str]
    environment: Mapping[str, str]
    withheld: Sequence[str]
    focus: str | None = None
    prunes: bool = False
    mail: str | None = None


def read_schedule(
    home: Home,
    at: str,
    folder: Path,
    environment: Mapping[str, str],
    *,
    focus: str | None = None,
    prunes: bool = False,
    mail: str | None = None,
) -> Schedule:
    """Return what is to run.

    Args:
        at: HH:MM of the daily scrape, by the machine's clock.
        folder: whose `planwatch.toml` counts.
        environment: of this process.
        mail: an address, such as ops@example.org; a local user's name is one, too.

    Raises:
        UsageError: `at` is not a time, `mail` no address, or a path has a character that no entry
            can hold.
    """
    match = _TIME.fullmatch(at.strip())
    if match is None:
        raise UsageError(f"--at {at!r} is not a valid time", hint="write it as 06:15")
    if mail is not None and not _ADDRESS.fullmatch(mail):
        raise UsageError(
            f"--mail {mail!r} is not one address", hint="write it as ops@example.org, or as a user"
        )
    program = _program()
    _require_one_line([str(home.root), str(folder), *program])
    carried, withheld = _carried(home, environment)
    return Schedule(
        home=home,
        hour=int(match[1]),
        minute=int(match[2]),
        folder=folder,
        program=program,
        environment={
            **carried,
            "LC_ALL": "C.UTF-8",
            "PATH": _path(environment.get("PATH", "")),
        },
        withheld=withheld,
        focus=focus,
        prunes=prunes,
        mail=mail,
    )


def _program() -> list[str]:
    started = Path(sys.argv[0]).absolute()
    if started.name == "__main__.py" or not started.is_file():  # as `python -m planwatch`
        return [sys.executable, "-P", "-m", "planwatch"]
    return [str(started)]


def _require_one_line(paths: Iterable[str]) -> None:
    for path in paths:
        if not path.isprintable():
            raise UsageError(
                f"the path {path!r} has a character that no entry of cron or systemd can hold",
                hint="give that folder another name",
            )


def _carried(home: Home, environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the variables of this shell that entries get, and those that are only named.

    What may be a secret, and what only tests set, is not shown.
    """
    carried, withheld = {}, []
    if home.is_named:
        carried["PLANWATCH_HOME"] = str(home.root)
    else:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            if environment.get(name):
                carried[name] = environment[name]
    for name in sorted(environment):
        value = environment[name]
        if not name.startswith("PLANWATCH_") or name == "PLANWATCH_HOME" or not value:
            continue
        if name.startswith(_PLAIN) and value.isprintable():
            carried[name] = value
        else:
            withheld.append(name)
    return carried, withheld


def _path(shell: str) -> str:
    """Return where an entry finds programs: where this shell does, a browser's folder included."""
    folders = dict.fromkeys(
        folder
        for folder in shell.split(":")
        if Path(folder).is_absolute() and folder.isprintable() and Path(folder).is_dir()
    )
    path = ":".join(folders)
    return path if 0 < len(path) <= _LONGEST_PATH else _USUAL_PATH
