"""docs/reference/errors.md: the tree of errors.py, class by class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tools.reference_page import build_page, build_table

from planwatch import errors
from planwatch.errors import PlanwatchError

_TREE_LINE: Final = re.compile(
    r"^[ │├└─]*(?P<name>[A-Z]\w+) +(?:exit (?P<exit>\d+) +)?(?P<said>.+)$"
)
_INTRO: Final = """# Errors

An error is one sentence about what is wrong and, on the next line, what to do next. With `--json`
it is `{"error": {"code", "message", "hint"}}` on standard output; see [JSON](json.md#error). The
codes are stable; the sentences are not.

The same codes stand in the `error` of a job, of a step and of a source. There they do not end a
command: a command that waits ends with the job's [exit code](exit-codes.md), and a source's error
becomes an outcome (see the [glossary](glossary.md#outcomes))."""
_ELSEWHERE_INTRO: Final = """## Codes without a class

These are written into a job, a step or a source by the code named here; no command raises them."""
CODES_ELSEWHERE: Final = {
    "internal": (
        "job, step, source",
        "a fault in planwatch, such as a parser that met what it did not expect",
    ),
    "too_old_to_resume": ("job", "a scrape was found hours after its worker had died"),
    "nothing_usable": ("job", "no source of a scrape gave a plan"),
    "suspicious": (
        "source",
        "too few plans, prices that moved too much, or an empty list; nothing of it is stored",
    ),
    "held_prices": (
        "source",
        "prices beyond belief wait for a person; everything else is stored",
    ),
    "clock_behind": (
        "source",
        "this machine's clock is behind pages that the ledger has; nothing is stored",
    ),
    "rises_missing": (
        "source",
        "contract plans without the price rise that the source is known to print; stored",
    ),
    "part_of_a_source": (
        "source",
        "imported pages that may not be all of the source; no plan counts as absent",
    ),
    "unreadable_cards": (
        "source",
        "some cards could not be read; what was read is stored and nothing is withdrawn",
    ),
}


def walk_errors(above: type[PlanwatchError] = PlanwatchError) -> Iterator[type[PlanwatchError]]:
    """Yield every class of planwatch's tree, each before those below it."""
    yield above
    for below in above.__subclasses__():
        if below.__module__.startswith("planwatch."):  # a test may have one of its own
            yield from walk_errors(below)


def render_errors() -> str:
    """Return the whole page.

    Raises:
        ValueError: the tree in the docstring and the classes disagree.
    """
    said = _read_tree()
    classes = list(walk_errors())
    if set(said) != {error.__name__ for error in classes}:
        raise ValueError("errors.py: the tree in the docstring does not show every class")
    rows = []
    for error in classes:
        exit_code, meaning = said[error.__name__]
        if exit_code is not None and exit_code != error.exit_code:
            raise ValueError(f"errors.py: the tree shows a wrong exit code for {error.__name__}")
        rows.append((f"`{error.__name__}`", f"`{error.code}`", str(error.exit_code), meaning))
    elsewhere = [(f"`{code}`", *cells) for code, cells in CODES_ELSEWHERE.items()]
    return build_page(
        _INTRO,
        build_table(("class", "code", "exit code", "meaning"), rows),
        _ELSEWHERE_INTRO,
        build_table(("code", "stands in", "meaning"), elsewhere),
    )


def _read_tree() -> dict[str, tuple[int | None, str]]:
    found = {}
    for line in (errors.__doc__ or "").splitlines():
        match = _TREE_LINE.match(line)
        if match and isinstance(getattr(errors, match["name"], None), type):
            code = int(match["exit"]) if match["exit"] else None
            found[match["name"]] = (code, match["said"])
    return found
