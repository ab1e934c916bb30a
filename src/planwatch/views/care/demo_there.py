"""A demo that is there already: what there is, how to go on, how to make it anew."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from planwatch.domain.phrasing import format_count
from planwatch.home import Home
from planwatch.views.output.streams import print_line

_NEXT: Final = (
    ("planwatch show", "the latest analysis on one screen"),
    ("planwatch plans --sort effective", "every plan by its true cost"),
    ("planwatch compare Three EE --wait", "two other brands"),
    ("planwatch status last", "the last job, step by step"),
)


def print_demo_there(home: Home, *, plans: int, note: str | None, named: bool) -> None:
    """Print that nothing was done, and why.

    Args:
        plans: in force.
        note: what a recorded market must say.
        named: PLANWATCH_HOME names the home already, so no `export` line is needed.
    """
    folder = shlex.quote(str(home.root))
    if note:
        print_line(note)
    print_line(
        f"The demo is already there, in {folder}: {format_count(plans, 'plan')} in force after"
        " scrapes of three dates, a comparison and an analysis."
    )
    print_line(f"To make it anew, remove that folder first: rm -r {folder} && planwatch demo")
    for line in say_next(home, named=named):
        print_line(line)


def say_next(home: Home, *, named: bool) -> Iterator[str]:
    """Yield lines of commands to try, the first of them the home where it is not named yet."""
    yield "What to try next:"
    if not named:
        yield f"  export PLANWATCH_HOME={shlex.quote(str(home.root))}"
    for command, what in _NEXT:
        yield f"  {command:<36}{what}"
