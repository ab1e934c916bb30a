"""The crontab that `planwatch schedule cron` prints."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from planwatch.errors import UsageError
from planwatch.home import Home

_PLAIN = ("PLANWATCH_JOBS__", "PLANWATCH_FETCH__CONTACT", "PLANWATCH_FETCH__PACE_S")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def render_crontab(
    home: Home, at: str, working_folder: Path, environment: Mapping[str, str]
) -> str:
    """Return lines that work as they stand: absolute paths, own environment, a log.

    Args:
        at: HH:MM of the daily scrape.
        environment: of this process; its PLANWATCH_* variables go into the crontab.

    Raises:
        UsageError: `at` is no time.
    """
    match = _TIME.fullmatch(at.strip())
    if match is None:
        raise UsageError(f"--at {at!r} is no time", hint="write it as 06:15")
    hour, minute = int(match[1]), int(match[2])
    program = _program()
    data_home = None if home.is_named else environment.get("XDG_DATA_HOME")
    log = _cron(home.logs / "cron.log")
    folder = _cron(working_folder)
    return "\n".join(
        [
            "# planwatch: paste these lines into `crontab -e`",
            *_environment(home, environment),
            *([f"XDG_DATA_HOME={data_home}"] if data_home else []),
            "LC_ALL=C.UTF-8",
            "# the market, every day",
            f"{minute} {hour} * * * cd {folder} && {program} scrape --wait >> {log} 2>&1",
            "# resume what a crash or a reboot left behind",
            f"@reboot {program} status > /dev/null 2>> {log}",
            f"*/15 * * * * {program} status > /dev/null 2>> {log}",
        ]
    )


def _program() -> str:
    started = Path(sys.argv[0]).absolute()
    if started.name == "__main__.py":  # as `python -m planwatch`
        return f"{_cron(Path(sys.executable))} -P -m planwatch"
    return _cron(started)


def _environment(home: Home, environment: Mapping[str, str]) -> list[str]:
    """Return crontab lines for the home and for the settings that are set in this shell.

    What may be a secret, and what only tests set, is named and not shown.
    """
    lines = [f"PLANWATCH_HOME={home.root}"] if home.is_named else []
    for name in sorted(environment):
        value = environment[name]
        if not name.startswith("PLANWATCH_") or name == "PLANWATCH_HOME" or not value:
            continue
        if name.startswith(_PLAIN) and "\n" not in value:
            lines.append(f"{name}={value}")
        else:
            lines.append(f"# {name} is set in this shell and not shown; cron will not have it")
    return lines


def _cron(path: Path) -> str:
    # cron itself reads % as the end of the command
    return shlex.quote(str(path)).replace("%", r"\%")
