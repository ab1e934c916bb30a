"""Whose fault it is that a source gave nothing: the site's, the page's, or this machine's.

`broken_layout` is said of pages alone that came whole and met their parser.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planwatch.domain.outcome import Outcome
from planwatch.errors import (
    Blocked,
    FetchError,
    HttpStatus,
    MachineError,
    NeedsBrowser,
    ParseError,
    PlanwatchError,
    RobotsDenied,
    StepTimeout,
    UnknownName,
)
from planwatch.machine_faults import machine_fault_of
from planwatch.printable import printable

_TOO_MANY_REQUESTS: Final = 429
_OUTCOME_OF_ERROR: Final[tuple[tuple[type[PlanwatchError], Outcome], ...]] = (
    (NeedsBrowser, Outcome.NEEDS_BROWSER),
    (RobotsDenied, Outcome.ROBOTS_DENIED),
    (Blocked, Outcome.BLOCKED),
    (FetchError, Outcome.NETWORK),
    (StepTimeout, Outcome.NETWORK),
    (UnknownName, Outcome.NETWORK),  # its entry has left the settings: nobody asked for its pages
    (ParseError, Outcome.BROKEN_LAYOUT),
)


def outcome_of(error: Exception) -> Outcome:
    """Return the outcome that an error amounts to.

    An exception that is not in our tree says nothing about a page: one that a parser raised has
    become an outcome where it was parsed.
    """
    if isinstance(error, HttpStatus) and error.status == _TOO_MANY_REQUESTS:
        return Outcome.BLOCKED  # it stayed, however long we waited
    for kind, outcome in _OUTCOME_OF_ERROR:
        if isinstance(error, kind):
            return outcome
    return Outcome.MACHINE


def record_of(error: Exception, source_id: str) -> Mapping[str, Any]:
    """Return code, message and hint of what a source could not be asked for."""
    if isinstance(error, PlanwatchError):
        return error.as_record()
    return _internal(
        f"asking {source_id}", error, "this is a fault in planwatch; planwatch logs has the details"
    )


def record_parser_fault(error: Exception, source_id: str) -> Mapping[str, Any]:
    """Return code, message and hint of an exception in a parser.

    Raises:
        PlanwatchError: it is no fault of the parser: a time limit, or what the machine lacks.
    """
    raise_machine_fault(error)
    if isinstance(error, PlanwatchError):
        raise error
    return _internal(
        f"the parser of {source_id}",
        error,
        f"save the page and run: planwatch probe {source_id} --from FILE",
    )


def raise_machine_fault(error: Exception) -> None:
    """Raise what an exception that came of parsing says about the machine, if it does.

    Raises:
        MachineError: memory or another thing was lacking. A parser itself opens no file.
    """
    fault = machine_fault_of(error)
    if fault is not None:
        raise fault from error
    if isinstance(error, OSError):
        raise MachineError(
            f"the machine failed while a page was read ({type(error).__name__}: {error})",
            hint="check the disk on which planwatch is installed, then scrape again",
        ) from error


def _internal(who: str, error: Exception, hint: str) -> Mapping[str, Any]:
    message = printable(f"{who} met {type(error).__name__}: {error}")
    return {"code": "internal", "message": message, "hint": hint}
