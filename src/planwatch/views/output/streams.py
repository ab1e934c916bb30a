"""Where output goes: data to stdout, messages to stderr, JSON with a schema version.

Rich is imported by whoever needs it; a dispatch prints two plain lines and must not wait.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TextIO

from planwatch.errors import PlanwatchError

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA_VERSION: Final = 1
WIDTH_OF_A_PIPE: Final = 160  # a file has no width; this fits every table
_MOST_COLUMNS: Final = 10_000


def print_json(record: Mapping[str, Any], *, note: str | None = None) -> None:
    """Print one JSON document; `note` is what a recorded market must say."""
    sys.stdout.write(as_document(record, note=note))


def as_document(record: Mapping[str, Any], *, note: str | None = None) -> str:
    """Return one JSON document with its schema version; `note` as in `print_json`."""
    document: dict[str, Any] = {"schema_version": SCHEMA_VERSION, **record}
    if note:
        document["market"] = {"recorded": True, "note": note}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def document_parts(
    record: Mapping[str, Any],
    *,
    note: str | None = None,
    rows: tuple[str, Iterable[Mapping[str, Any]]] | None = None,
) -> Iterator[str]:
    """Yield one JSON document in parts.

    Args:
        rows: name and rows of a list in it, which is written row by row, whatever its length.
    """
    if rows is None:
        yield as_document(record, note=note)
        return
    name, listed = rows
    empty = f"{json.dumps(name)}: []"
    head, tail = as_document({**record, name: []}, note=note).split(empty, 1)
    yield f"{head}{empty[:-1]}"
    end = "]"
    for row in listed:
        text = json.dumps(row, indent=2, ensure_ascii=False)
        yield ("\n    " if end == "]" else ",\n    ") + text.replace("\n", "\n    ")
        end = "\n  ]"
    yield f"{end}{tail}"


def print_parts(parts: Iterable[str]) -> None:
    """Print data in parts."""
    for part in parts:
        sys.stdout.write(part)


def print_line(text: str) -> None:
    """Print a line of data."""
    sys.stdout.write(text + "\n")


def flush() -> None:
    """Hand on what was printed: whoever follows must not wait for a full buffer."""
    sys.stdout.flush()


def print_message(text: str) -> None:
    """Print a line for the person at the terminal."""
    sys.stderr.write(text + "\n")


def print_error(error: PlanwatchError, *, as_json: bool) -> None:
    """Print what went wrong and what to do next: one sentence each."""
    if as_json:
        print_json({"error": error.as_record()})
        return
    sys.stderr.write(f"planwatch: {error.message}.\n" if error.message else "planwatch: error.\n")
    if error.hint:
        sys.stderr.write(f"  Hint: {error.hint}.\n")


def is_screen(stream: TextIO) -> bool:
    """Tell whether a stream is a terminal that can be drawn on.

    One that calls itself dumb is none, and neither is one whose size is set to nonsense.
    """
    import os

    sizes = (os.environ.get(name) for name in ("COLUMNS", "LINES"))
    return (
        stream.isatty()
        and os.environ.get("TERM") not in ("dumb", "unknown")
        and all(size is None or _is_size(size) for size in sizes)
    )


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= _MOST_COLUMNS


def console(stream: TextIO | None = None) -> Console:
    """Return a console on stdout, or another stream; without a terminal of fixed width, no colour.

    COLUMNS, NO_COLOR and FORCE_COLOR are honoured; COLUMNS only where it is a size. Markup is off:
    a plan may be called `[red]`.
    """
    import os

    from rich.console import Console

    stream = stream or sys.stdout
    is_sized = is_screen(stream) or _is_size(os.environ.get("COLUMNS", ""))
    is_forced = bool(os.environ.get("FORCE_COLOR"))
    return Console(
        file=stream,
        width=None if is_sized else WIDTH_OF_A_PIPE,
        force_terminal=None if is_screen(stream) or is_forced else False,
        highlight=False,
        emoji=False,
        markup=False,
    )


def page_through(draw: Callable[[Console], None]) -> None:
    """Show what is drawn in the pager of MANPAGER or PAGER, else in `less`, with its colours."""
    import os

    os.environ.setdefault("LESS", "-FRX")  # colours, and no pager for what fits one screen
    target = console()
    with target.pager(styles=True):
        draw(target)
