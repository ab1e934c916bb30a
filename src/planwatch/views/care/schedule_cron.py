"""A schedule as lines of a crontab. What cron does to a line: crontab(5)."""

from __future__ import annotations

import shlex
from typing import Final

from planwatch.views.care.schedule import Schedule

INSTALL: Final = ("crontab -e",)
# The date by the machine's clock; cron itself would take a bare % for the end of the command.
_KEY: Final = r'--key "$(date +\%F)"'


def render_crontab(schedule: Schedule) -> str:
    """Return lines that work as they stand: absolute paths, an environment of their own, a log."""
    program = " ".join(map(_word, schedule.program))
    log = _word(str(schedule.home.logs / "cron.log"))
    return "\n".join(
        [
            "# planwatch: paste these lines into `crontab -e`",
            *_mail(schedule),
            "SHELL=/bin/sh",
            *(f"{name}={_value(value)}" for name, value in schedule.environment.items()),
            *(
                f"# {name} is set in this shell and not shown; cron will not have it"
                for name in schedule.withheld
            ),
            *_daily(schedule, program, log),
            "# resume what a crash or a reboot left behind",
            f"@reboot {program} status > /dev/null 2>> {log}",
            f"*/15 * * * * {program} status > /dev/null 2>> {log}",
            *_weekly(schedule, program, log),
        ]
    )


def _mail(schedule: Schedule) -> list[str]:
    if schedule.mail is None:
        return ["# to get a mail, and only of trouble: planwatch schedule cron --mail ADDRESS"]
    return [
        "# cron mails what a line prints, and the daily line prints only trouble",
        f"MAILTO={schedule.mail}",
    ]


def _daily(schedule: Schedule, program: str, log: str) -> list[str]:
    when = f"{schedule.minute} {schedule.hour} * * *"
    quiet, end = ("", f" >> {log} 2>&1") if schedule.mail is None else ("-q ", "")
    run = f"{program} scrape --wait {quiet}{_KEY}"
    what = "# the market, every day; a second start on the same day finds the key taken"
    if schedule.focus is not None:
        # the log wants no report of several pages
        focus = _word(schedule.focus)
        run = f"{{ {run}; {program} analyse --focus {focus} --wait -q {_KEY}; }}"
        what += ", of either job"
    return [what, f"{when} cd {_word(str(schedule.folder))} && {run}{end}"]


def _weekly(schedule: Schedule, program: str, log: str) -> list[str]:
    if not schedule.prunes:
        return []
    folder = _word(str(schedule.folder))
    end = " 2>&1" if schedule.mail is None else ""  # cron mails what goes wrong
    return [
        "# old jobs and pages, every Sunday",
        f"30 4 * * 0 cd {folder} && {program} prune >> {log}{end}",
    ]


def _word(text: str) -> str:
    """Return a word of a command for sh, as cron must read it.

    cron turns `\\%` into `%`, wherever it stands. A backslash before a percent sign is therefore
    kept apart from it, by two quotes that sh takes away.
    """
    return shlex.quote(text).replace("\\%", "\\''%").replace("%", "\\%")


def _value(text: str) -> str:
    """Return the value of a variable; cron strips blanks and takes the quotes around a value."""
    if text == text.strip() and text[:1] not in ("'", '"'):
        return text
    quote = "'" if '"' in text else '"'
    return f"{quote}{text}{quote}"
