"""Open the home, settings and ledger for a command, and resume lost jobs first.

The engine is imported when a job is to be started: most commands find none that is active.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planwatch.domain.job import JobStatus
from planwatch.domain.job_kinds import get_kind
from planwatch.errors import PlanwatchError, UsageError
from planwatch.home import Home, find_home
from planwatch.ledger.jobs.jobs import active_jobs
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.ledger.store.info import COST_RULES, get_info, is_recorded
from planwatch.settings.early import limits, max_resumes
from planwatch.settings.load import read_values
from planwatch.settings.sources import read_catalogue
from planwatch.sources.registry import Catalogue
from planwatch.views.output.streams import print_message

if TYPE_CHECKING:
    from planwatch.engine.launch import Dispatched, Recovered
    from planwatch.engine.request import JobRequest
    from planwatch.settings.model import Settings


@dataclass
class Globals:
    """Options given before the command."""

    resume: bool = True

    @staticmethod
    def wants_json(arguments: Sequence[str]) -> bool:
        """Tell whether errors of this command line are to be JSON."""
        given = [part for argument in arguments for part in argument.split("=", 1)]
        return "--json" in given or ("--format", "json") in itertools.pairwise(given)


GLOBALS: Final = Globals()
_PRINTED: Final[set[str]] = set()


@dataclass(frozen=True, slots=True)
class Session:
    """An open home."""

    home: Home
    ledger: Ledger
    settings: dict[str, Any]

    @property
    def limits(self) -> dict[str, int]:
        """How many jobs of each kind run at once.

        Raises:
            SettingsError: one is not a whole number in its range.
        """
        return limits(self.settings)

    @property
    def catalogue(self) -> Catalogue:
        """The sources that the settings know.

        Raises:
            SettingsError: an entry that adds a source is not valid.
        """
        return read_catalogue(self.settings)

    def load_settings(self) -> Settings:
        """Return all settings, checked, which takes longer to import than most commands run.

        Raises:
            SettingsError: one is not valid.
        """
        from planwatch.settings.load import load_settings

        return load_settings(self.home.config_file, working_folder())

    def check_rules(self) -> None:
        """Make sure that rules of alerts, where there are any, mean something.

        A worker's job must not fail for them: whoever starts it hears of it at once.

        Raises:
            SettingsError: one is not valid.
        """
        from planwatch.settings.files import read_files

        notify = read_files(self.home.config_file, working_folder()).get("notify")
        if isinstance(notify, dict) and "rules" in notify:
            from planwatch.settings.notify import load_notify

            load_notify(self.home.config_file, working_folder())

    def request(
        self, kind: str, params: Mapping[str, Any], *, key: str | None = None, joins: bool = False
    ) -> JobRequest:
        """Return a request for a job with this session's settings and folder.

        Raises:
            EngineError: there is no such kind, or it does not take these params.
        """
        from planwatch.engine.request import JobRequest

        return JobRequest(
            kind=kind,
            params=get_kind(kind).check_params(params),
            max_resumes=max_resumes(self.settings),
            working_folder=working_folder(),
            key=key,
            joins=joins,
        )

    def dispatch(self, request: JobRequest) -> Dispatched:
        """Start a job, or find the one that answers the request already; return at once."""
        from planwatch.engine.launch import dispatch

        return dispatch(self.ledger, self.home, request, self.limits)

    def refuse_recorded(self, what: str, todo: str) -> None:
        """Refuse to mix real plans into the recorded market of the demo.

        Args:
            what: what the command would store there, `plans` or `pages`.
            todo: the verb of the command.

        Raises:
            UsageError: this home holds a recorded market.
        """
        if is_recorded(self.ledger):
            raise UsageError(
                f"{self.home.root} holds the demo's recorded market, which takes no real {what}",
                hint=f"unset PLANWATCH_HOME, or set it to another folder, and {todo} again",
            )


@contextlib.contextmanager
def open_market(tell: Callable[[str], None] = print_message) -> Iterator[Session]:
    """Open the home for a command that shows costs or computes with them.

    Stored costs are brought to the rise rules of today first, where another version of planwatch
    computed them.

    Raises:
        SettingsError, HomeError, LedgerError: as `open_session`.
    """
    with open_session(tell=tell) as session:
        if get_info(session.ledger, COST_RULES) != session.ledger.rules.digest:
            from planwatch.ledger.plans.costs import bring_costs_up  # once after an upgrade

            bring_costs_up(session.ledger)
        yield session


@contextlib.contextmanager
def open_session(
    home: Home | None = None,
    *,
    resumes: bool = True,
    tell: Callable[[str], None] = print_message,
) -> Iterator[Session]:
    """Open the home, resume what has lost its worker, and close the ledger at the end.

    Args:
        resumes: False leaves jobs as they are, for a command that is about to end one.
        tell: gets a line about each job that was resumed.

    Raises:
        SettingsError: a settings file cannot be read.
        HomeError: the home cannot be written to.
        LedgerError: the ledger cannot be opened.
    """
    home = home or find_home()
    home.prepare()
    settings = read_values(home.config_file, working_folder())
    ledger = open_ledger(home)
    try:
        session = Session(home, ledger, settings)
        if resumes and active_jobs(ledger):
            resume_jobs(session, tell)
        yield session
    finally:
        ledger.close()


def resume_jobs(session: Session, tell: Callable[[str], None] = print_message) -> list[Recovered]:
    """Resume what has lost its worker, start whose turn has come, and say so.

    With --no-resume nothing happens.
    """
    if not GLOBALS.resume:
        return []
    from planwatch.engine.launch import recover

    found = recover(session.ledger, session.home, session.limits)
    for one in found:
        notice = f"planwatch: {_describe(one)}"
        # a wait meets a job that cannot be started again and again
        if one.error is None or notice not in _PRINTED:
            _PRINTED.add(notice)
            tell(notice)
    return found


def _describe(found: Recovered) -> str:
    job = f"job {found.job_id}"
    if found.error is not None:
        return f"{job} is not resumed: {found.error.message}."
    if found.status is JobStatus.FAILED:
        return (
            f"{job} lost its worker too often and was closed as failed."
            f" See: planwatch status {found.job_id}"
        )
    if found.status is JobStatus.PENDING:
        return f"{job} lost its worker and resumes when it is its turn."
    if found.was_lost:
        return f"resumed {job}, which had lost its worker."
    return f"started {job} from the queue."


def read_own_catalogue() -> Catalogue:
    """Return the sources that the settings know without opening a home; else the built-in ones."""
    try:
        return read_catalogue(read_values(find_home().config_file, working_folder()))
    except (PlanwatchError, OSError):
        return Catalogue()


def working_folder() -> Path:
    """Return the working folder; the root when it has been removed under us."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")
