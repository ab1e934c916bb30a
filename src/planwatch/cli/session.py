"""What every command opens: home, settings files, ledger; and the jobs that it resumes first."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from planwatch.domain.job import JobStatus
from planwatch.engine.launch import dispatch, recover
from planwatch.errors import SettingsError
from planwatch.home import Home, find_home
from planwatch.ledger.connection import Ledger, open_ledger
from planwatch.settings import read_files
from planwatch.views.output import print_message

_DEFAULT_MAX_RESUMES: Final = 3
_MOST_RESUMES: Final = 1000


@dataclass
class Globals:
    """Options given before the command."""

    resume: bool = True

    @staticmethod
    def wants_json(arguments: Sequence[str]) -> bool:
        """Tell whether errors of this command line are to be JSON."""
        return "--json" in arguments


GLOBALS: Final = Globals()


@dataclass(frozen=True, slots=True)
class Session:
    """An open home."""

    home: Home
    ledger: Ledger
    files: dict[str, Any]

    @property
    def max_resumes(self) -> int:
        """How often a job is resumed; read without the validated settings, which are slow.

        Raises:
            SettingsError: it is not a whole number from 0 on.
        """
        named = os.environ.get("PLANWATCH_JOBS__MAX_RESUMES")
        jobs = self.files.get("jobs")
        value = named or (jobs.get("max_resumes") if isinstance(jobs, dict) else None)
        if value is None:
            return _DEFAULT_MAX_RESUMES
        text = str(value)
        if not text.isdecimal() or isinstance(value, bool) or int(text) > _MOST_RESUMES:
            raise SettingsError(
                f"jobs.max_resumes is {value!r}, not a whole number from 0 to {_MOST_RESUMES}",
                hint="mend it in the settings file or in PLANWATCH_JOBS__MAX_RESUMES",
            )
        return int(text)

    def dispatch(self, kind: str, params: Mapping[str, Any]) -> str:
        """Start a job with this session's limits and folder; return its id at once."""
        return dispatch(
            self.ledger,
            self.home,
            kind=kind,
            params=params,
            max_resumes=self.max_resumes,
            working_folder=working_folder(),
        )


@contextlib.contextmanager
def open_session(home: Home | None = None) -> Iterator[Session]:
    """Open the home, resume what has lost its worker, and close the ledger at the end.

    Raises:
        SettingsError: a settings file cannot be read.
        HomeError: the home cannot be written to.
        LedgerError: the ledger cannot be opened.
    """
    home = home or find_home()
    home.prepare()
    files = read_files(home.config_file, working_folder())
    ledger = open_ledger(home)
    try:
        session = Session(home, ledger, files)
        resume_jobs(session)
        yield session
    finally:
        ledger.close()


def resume_jobs(session: Session) -> None:
    """Resume what has lost its worker, and say so; with --no-resume do nothing."""
    if not GLOBALS.resume:
        return
    for found in recover(session.ledger, session.home):
        if found.error is not None:
            print_message(f"planwatch: job {found.job_id} is not resumed: {found.error.message}.")
        elif found.status is JobStatus.PENDING:
            print_message(f"planwatch: resumed job {found.job_id}, which had no living worker.")
        else:
            print_message(
                f"planwatch: job {found.job_id} lost its worker too often and is closed as"
                f" {found.status}. See: planwatch status {found.job_id}"
            )


def working_folder() -> Path:
    """Return the working folder; the root when it has been removed under us."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")
