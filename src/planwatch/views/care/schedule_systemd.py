"""A schedule as units of systemd: a service and its timer each. Why they wait: systemd.kill(5).

When a service ends, systemd kills what is left in its control group, detached workers included. So
the scrape is followed to its end (`--wait`), and so is whatever the recovery resumes (`--watch`).
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Final

from planwatch.views.care.schedule import Schedule

_SCRAPE: Final = "planwatch"
_RECOVER: Final = "planwatch-recover"
_PRUNE: Final = "planwatch-prune"
_FOLDERS: Final = {True: "~/.config/systemd/user", False: "/etc/systemd/system"}
# systemd has no date of the day: a shell adds it to the words that follow
_WITH_KEY: Final = """/bin/sh -c 'exec "$$0" "$$@" --key "$$(date +%%F)"'"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A file of systemd."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Units:
    """The files, where systemd looks for them, and the commands that put them there and to work."""

    files: Sequence[Unit]
    folder: str
    install: Sequence[str]


def render_units(schedule: Schedule, *, for_user: bool, written: Path | None) -> Units:
    """Return the units of a user's own manager, or of the system's.

    Args:
        written: the folder into which the caller writes them; None when it prints them.
    """
    at = f"*-*-* {schedule.hour:02d}:{schedule.minute:02d}:00"
    pairs = [
        (_SCRAPE, "the market, every day", _scrape(schedule), _at(at, delay="5min")),
        (_RECOVER, "resume what a crash left behind", _recover(schedule), _QUARTER_HOURLY),
    ]
    if schedule.prunes:
        weekly = _at("Sun *-*-* 04:30:00", delay="5min")
        pairs.append((_PRUNE, "old jobs and pages", _prune(schedule), weekly))
    files = []
    for name, what, runs, timer in pairs:
        service = _service(schedule, what, runs, for_user=for_user)
        files += [Unit(f"{name}.service", service), Unit(f"{name}.timer", _timer(what, timer))]
    timers = " ".join(f"{name}.timer" for name, *_ in pairs)
    return Units(
        files,
        _FOLDERS[for_user],
        [*_put(schedule, written, for_user=for_user), *_start(timers, for_user=for_user)],
    )


def _put(schedule: Schedule, written: Path | None, *, for_user: bool) -> list[str]:
    """Return the commands that bring the files to where systemd looks for them."""
    folder = _FOLDERS[for_user]
    if for_user:
        if written is None:
            return [f"{_this_command(schedule)} -o {folder}"]
        if written == Path(folder).expanduser():
            return []
        return [f"mkdir -p {folder}", f"cp {quote(str(written))}/planwatch* {folder}/"]
    if written is None:
        written = Path("units")
        first = [f"{_this_command(schedule)} --system -o {written}"]
    else:
        first = []
    return [*first, f"sudo install -m 0644 {quote(str(written))}/planwatch* {folder}/"]


def _start(timers: str, *, for_user: bool) -> list[str]:
    if for_user:
        return [
            "systemctl --user daemon-reload",
            f"systemctl --user enable --now {timers}",
            "loginctl enable-linger",  # else nothing runs while the user is not logged in
        ]
    return ["sudo systemctl daemon-reload", f"sudo systemctl enable --now {timers}"]


def _this_command(schedule: Schedule) -> str:
    words = [
        "planwatch",
        "schedule",
        "systemd",
        "--at",
        f"{schedule.hour:02d}:{schedule.minute:02d}",
    ]
    if schedule.focus is not None:
        words += ["--analyse", schedule.focus]
    return " ".join(map(quote, [*words, *(["--prune"] if schedule.prunes else [])]))


def _scrape(schedule: Schedule) -> list[str]:
    program = _words(schedule.program)
    lines = [
        "# the date is the key: a second start on the same day finds it taken",
        f"ExecStart={_WITH_KEY} {program} scrape --wait",
    ]
    if schedule.focus is not None:
        focus = _words([schedule.focus])
        lines.append(f"ExecStart={_WITH_KEY} {program} analyse --focus {focus} --wait -q")
    return [
        *lines,
        "# 3: some source is not good; 5: a language model did not answer. The rest is there",
        "SuccessExitStatus=3 5",
    ]


def _recover(schedule: Schedule) -> list[str]:
    return [
        "# a resumed worker lives in this unit, and --watch stays until no job is active;",
        "# plain `status` would end at once, and systemd would kill the worker",
        f"ExecStart={_program(schedule)} status --watch",
        "StandardOutput=null",
    ]


def _prune(schedule: Schedule) -> list[str]:
    return [f"ExecStart={_program(schedule)} prune"]


def _service(schedule: Schedule, what: str, runs: Sequence[str], *, for_user: bool) -> str:
    # the manager of a user has no such target
    network = [] if for_user else ["Wants=network-online.target", "After=network-online.target"]
    return _file(
        ["[Unit]", f"Description=planwatch: {what}", *network],
        [
            "[Service]",
            "Type=oneshot",
            *([] if for_user else _of_the_system(schedule)),
            f"WorkingDirectory={_percent(str(schedule.folder))}",
            *(
                f"Environment={_quoted(f'{name}={value}')}"
                for name, value in schedule.environment.items()
            ),
            *(
                f"# {name} is set in this shell and not shown; the unit will not have it"
                for name in schedule.withheld
            ),
            *runs,
            "# each step has a limit of its own; this is for what nobody foresaw",
            "TimeoutStartSec=6h",
            "UMask=0077",
            "NoNewPrivileges=true",
        ],
    )


def _of_the_system(schedule: Schedule) -> list[str]:
    return [
        f"User={pwd.getpwuid(os.geteuid()).pw_name}",
        "ProtectSystem=full",
        f"ReadWritePaths={_quoted(str(schedule.home.root))}",
    ]


def _timer(what: str, when: Sequence[str]) -> str:
    return _file(
        ["[Unit]", f"Description=planwatch: {what}"],
        ["[Timer]", *when],
        ["[Install]", "WantedBy=timers.target"],
    )


def _at(calendar: str, *, delay: str) -> list[str]:
    return [
        f"OnCalendar={calendar}",
        "# made up for when the machine was off",
        "Persistent=true",
        "# shops need not be asked by everybody on the minute",
        f"RandomizedDelaySec={delay}",
    ]


_QUARTER_HOURLY: Final = (
    "# soon after the start of the machine, or of the user's manager",
    "OnStartupSec=1min",
    "OnCalendar=*:0/15",
)


def _file(*sections: Sequence[str]) -> str:
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _program(schedule: Schedule) -> str:
    """Return the words that start planwatch; in the first one, a path, a `$` is just that."""
    first, *rest = schedule.program
    return " ".join([_quoted(first), *([_words(rest)] if rest else [])])


def _words(words: Sequence[str]) -> str:
    """Return words of a command line; a `$` would begin a variable there."""
    return " ".join(_quoted(word.replace("$", "$$")) for word in words)


def _quoted(text: str) -> str:
    """Return one word of a unit: blanks, quotes and backslashes mean nothing in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_percent(escaped)}"'


def _percent(text: str) -> str:
    # % begins a specifier of systemd, within quotes, too
    return text.replace("%", "%%")
