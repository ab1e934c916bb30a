"""`status --watch`: follows active jobs, shows a lost worker and resumes its job.

Reads the ledger when its `data_version` moves, tests the workers' locks each time it looks, and
lets clocks tick from memory.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from planwatch.cli.exit_codes import INTERRUPTED, TRY_LATER
from planwatch.cli.jobs.follow import why_stuck
from planwatch.cli.jobs.termination import terminated_by_exception
from planwatch.cli.session import Session, resume_jobs
from planwatch.clock import now
from planwatch.engine.job_record import JobState, is_lost, job_record, load_state, record_of
from planwatch.errors import UnknownName
from planwatch.ledger.jobs.jobs import active_jobs, load_job
from planwatch.services.jobs.job_progress import Finished, load_finished_steps
from planwatch.views.jobs.frame import Frame
from planwatch.views.output.streams import flush, is_screen, print_line, print_message
from planwatch.workflows.freshness import market_note

LOOK_S: Final = 0.25
_NOTICES_SHOWN: Final = 3
_ENDED_KEPT: Final = (
    100  # lines that are printed at the end of a watch that was kept open for weeks
)
_REDRAW_S: Final = 1.0


@dataclass(slots=True)
class Watched:
    """What is known of the jobs; read anew only when something was committed."""

    session: Session
    wanted: str | None
    kind: str | None
    states: list[JobState] = field(default_factory=list)
    finished: dict[str, Sequence[Finished]] = field(default_factory=dict)
    ended: dict[str, dict[str, Any]] = field(default_factory=dict)
    notices: deque[str] = field(default_factory=lambda: deque(maxlen=_NOTICES_SHOWN))
    _version: int | None = None

    def look(self, *, anew: bool) -> bool:
        """Read what has changed since the last look; return whether anything has."""
        ledger = self.session.ledger
        ledger.check_in_place()
        version = ledger.data_version()
        if version == self._version and not anew:
            return self._test_locks()
        self._version = version
        active = active_jobs(ledger)
        before = [state.job.job_id for state in self.states]
        if self.wanted is not None and not before and self.wanted not in self.ended:
            before = [self.wanted]
        self.states = [
            load_state(ledger, job, active, with_attempts=self.wanted is not None)
            for job in active
            if (self.wanted is None or job.job_id == self.wanted)
            and (self.kind is None or job.kind == self.kind)
        ]
        self.finished = {
            state.job.job_id: load_finished_steps(ledger, state.job) for state in self.states
        }
        for job_id in set(before) - {state.job.job_id for state in self.states}:
            self._note_end(job_id)
        return True

    def _note_end(self, job_id: str) -> None:
        try:
            job = load_job(self.session.ledger, job_id)
        except UnknownName:
            return  # somebody has pruned it meanwhile
        self.ended[job_id] = job_record(self.session.ledger, job, with_steps=False)
        if self.wanted is None:
            for old in list(self.ended)[:-_ENDED_KEPT]:
                del self.ended[old]

    def _test_locks(self) -> bool:
        """Return whether a worker has died: it commits nothing, so only its lock shows it."""
        ledger = self.session.ledger
        has_died = any(not state.is_lost and is_lost(ledger, state.job) for state in self.states)
        return has_died and self.look(anew=True)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is active that somebody moves."""
        return all(why_stuck(self.session, state.job) is not None for state in self.states)

    def frame(self) -> Frame:
        """Return what is to be shown at this moment."""
        present = now()
        return Frame(
            active=[record_of(state, present, with_steps=True) for state in self.states],
            finished=self.finished,
            ended=list(self.ended.values()),
            notices=tuple(self.notices),
        )


def watch(
    session: Session,
    wanted: str | None,
    *,
    kind: str | None,
    interval_s: float,
    timeout_s: float | None,
    keep_open: bool,
) -> int:
    """Show active jobs until there are none; without a terminal a line a change.

    Args:
        wanted: only this job.
        keep_open: stay when nothing is active.

    Returns:
        The exit code: 0, 75 when the time is up, 130 after Ctrl-C.
    """
    watched = Watched(session, wanted, kind)
    is_drawn = is_screen(sys.stdout)
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    try:
        with ExitStack() as stack:
            show = _live_display(stack, session) if is_drawn else _line_printer()
            is_over = _loop(
                watched,
                show,
                interval_s=interval_s,
                deadline=deadline,
                keep_open=keep_open,
                tell=watched.notices.append if is_drawn else print_message,
            )
    except KeyboardInterrupt:
        print_message("planwatch: stopped watching; the jobs keep running.")
        return INTERRUPTED
    if is_drawn:
        _print_ends(session, watched)
    if not is_over:
        print_message(f"planwatch: stopped watching after {timeout_s:g} s; the jobs keep running.")
    return 0 if is_over else TRY_LATER


def _loop(
    watched: Watched,
    show: Callable[[Frame], None],
    *,
    interval_s: float,
    deadline: float | None,
    keep_open: bool,
    tell: Callable[[str], None],
) -> bool:
    """Look, show, resume, pause; return whether it ended because nothing is active."""
    anew, shown_at = True, 0.0
    while True:
        has_news = watched.look(anew=anew)
        if has_news or time.monotonic() - shown_at >= _REDRAW_S:
            shown_at = time.monotonic()
            show(watched.frame())
        if watched.is_over and not keep_open:
            return True
        if deadline is not None and time.monotonic() >= deadline:
            return False
        # after it was shown: a person is to see that a worker was lost
        anew = bool(resume_jobs(watched.session, tell))
        left_s = interval_s if deadline is None else max(0.0, deadline - time.monotonic())
        time.sleep(min(interval_s, left_s))


def _live_display(stack: ExitStack, session: Session) -> Callable[[Frame], None]:
    from planwatch.views.jobs.watch import WatchDisplay

    stack.enter_context(terminated_by_exception())
    display = stack.enter_context(WatchDisplay(market_note(session.ledger)))
    return lambda frame: display.show(frame, now())


def _line_printer() -> Callable[[Frame], None]:
    from planwatch.views.jobs.watch import news_of

    printed: dict[str, tuple[object, ...]] = {}

    def tell(frame: Frame) -> None:
        for record in (*frame.ended, *frame.active):
            key, line = news_of(record)
            if printed.get(record["id"]) != key:
                printed[record["id"]] = key
                print_line(line)
        flush()

    return tell


def _print_ends(session: Session, watched: Watched) -> None:
    """Leave on the screen what came of the jobs that ended while they were watched."""
    from planwatch.views.jobs.watch import print_ends

    frame = watched.frame()
    print_ends(frame, note=market_note(session.ledger))
