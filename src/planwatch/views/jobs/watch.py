"""`status --watch` on the screen: active jobs that move, and without a terminal a line a change."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TextIO

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from planwatch.domain.london import to_london
from planwatch.views.jobs.jobs import (
    STATUS_STYLES,
    bar,
    remark_of_step,
    say_eta,
    say_state,
    summary_line,
    took,
    what_of,
)
from planwatch.views.output.streams import console, print_line
from planwatch.views.table.styles import OUTCOME_STYLES, note_text
from planwatch.views.table.text import as_text

if TYPE_CHECKING:
    from planwatch.services.jobs.job_progress import Finished
    from planwatch.views.jobs.frame import Frame

_INDENT: Final = "  "
_BAR_WIDTH: Final = 30
_SHOWN_ENDS: Final = 3
_MOST_STEPS: Final = 12
_NOTHING: Final = "No job is active."


class WatchDisplay:
    """A live view on a screen of its own: a resize draws it anew, and its end leaves no trace."""

    def __init__(self, note: str | None, stream: TextIO | None = None) -> None:
        """Prepare; `stream` is where it is drawn, standard output by default."""
        self._note = note
        self._console = console(stream)
        self._live = Live(console=self._console, screen=True, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._live.stop()

    def show(self, frame: Frame, present: datetime) -> None:
        """Draw a frame, as many jobs as the screen holds."""
        self._live.update(self._fit(frame, present), refresh=True)

    def _fit(self, frame: Frame, present: datetime) -> RenderableType:
        """Return what fits: the feet always, of the jobs as much as there is room for."""
        head: list[RenderableType] = [note_text(self._note)] if self._note else []
        ends = [Text(summary_line(job)) for job in frame.ended[-_SHOWN_ENDS:]]
        feet = [*ends, *(Text(notice, style="yellow") for notice in frame.notices)]
        feet = [*feet[-_SHOWN_ENDS:], _keys(present)]
        room = self._console.height - self._height(Group(*head, *feet)) - 1
        blocks = [
            render_active(job, frame.finished.get(job["id"], ()), present) for job in frame.active
        ] or [[Text(_NOTHING)]]
        return Group(*head, *self._shorten(blocks, room), *feet)

    def _shorten(self, blocks: Sequence[Sequence[Text]], room: int) -> list[RenderableType]:
        """Return as many lines as there is room for: every line, the two first of each, or one."""
        for lines in (None, 2, 1):
            kept = [block[:lines] for block in blocks]
            shown = [line for block in kept for line in (*block, *([Text()] if not lines else []))]
            if self._height(Group(*shown)) <= room:
                return list(shown)
        firsts = [block[0] for block in blocks]
        count = len(firsts)
        while count > 1 and self._height(Group(*firsts[:count])) + 1 > room:
            count -= 1
        rest = len(firsts) - count
        return [*firsts[:count], *([Text(f"and {rest} more", style="dim")] if rest else [])]

    def _height(self, block: RenderableType) -> int:
        return len(self._console.render_lines(block, pad=False))


def _keys(present: datetime) -> Text:
    return Text(
        f"{to_london(present):%H:%M:%S %Z}. Ctrl-C ends the watch; the jobs keep running.",
        style="dim",
    )


def render_active(
    job: Mapping[str, Any], finished: Sequence[Finished], present: datetime
) -> list[Text]:
    """Return the lines of one active job, the most important first.

    What it is and what it waits for; its bar and what is left; the steps in progress; what is done.
    """
    state = say_state(job)
    head = Text.assemble(
        (f"{job['kind']} {what_of(job)}", "bold"),
        f"  {job['id']}  ",
        (job["status"], STATUS_STYLES.get(job["status"], "")),
        f"  {took(job, present)}" if job["started_at"] else "",
        (f"  {state}" if state else "", "yellow"),
    )
    if not job["steps"]:
        return [head]
    eta = say_eta(job)
    lines = [head, Text.assemble(as_text(bar(job, _BAR_WIDTH)), f"  {eta}" if eta else "")]
    lines += [_line_of_step(step, present) for step in _open_steps(job)[:_MOST_STEPS]]
    done = _line_of_finished(finished)
    return lines if done is None else [*lines, done]


def _open_steps(job: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [step for step in job["steps"] if step["status"] == "running"]


def _line_of_step(step: Mapping[str, Any], present: datetime) -> Text:
    line = Text(f"{_INDENT}{step['name']}", style="cyan")
    line.append(f"  {took(step, present)}", style="default")
    if step["attempts"] > 1:
        line.append(f"  attempt {step['attempts']}", style="default")
    remark = remark_of_step(step, present)
    if remark:
        line.append(f"  {remark}", style="yellow")
    return line


def _line_of_finished(finished: Sequence[Finished]) -> Text | None:
    if not finished:
        return None
    line = Text(f"{_INDENT}done: ", style="bright_black")
    for number, one in enumerate(finished):
        line.append(" · " if number else "", style="bright_black")
        line.append(one.name, style="default")
        if one.outcome is not None:
            line.append(f" {one.outcome}", style=OUTCOME_STYLES.get(one.outcome, "default"))
        if one.plans:
            line.append(f" {one.plans}", style="default")
    return line


def news_of(job: Mapping[str, Any]) -> tuple[tuple[object, ...], str]:
    """Return what makes a line worth printing, and the line, for a watch without a terminal."""
    if job["finished_at"] is not None:
        return (job["status"], job["finished_at"]), summary_line(job)
    steps = [(step["name"], step["attempts"], step["retry_at"]) for step in _open_steps(job)]
    key = (job["status"], job["steps_done"], tuple(steps), tuple(job["flags"]))
    head = f"{job['kind']} {job['id']} {job['status']} {job['percent']} %"
    doing = ", ".join(
        name + (f" (attempt {attempts})" if attempts > 1 else "") for name, attempts, _ in steps
    )
    details = "; ".join(part for part in (say_state(job), doing) if part)
    return key, f"{head}: {details}" if details else head


def print_ends(frame: Frame, *, note: str | None) -> None:
    """Print a line for each job that ended while it was watched, and for each that goes on."""
    if note:
        print_line(note)
    for job in (*frame.ended, *frame.active):
        print_line(news_of(job)[1])
    if not frame.ended and not frame.active:
        print_line(f"{_NOTHING} Start one: planwatch scrape")
    sys.stdout.flush()
