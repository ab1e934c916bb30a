"""How much a command about jobs prints: for a person, for a program, or only on failure."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from planwatch.errors import UsageError
from planwatch.views.output.streams import print_message


class Verbosity(Enum):
    """QUIET is for cron: nothing on success, and one line on failure."""

    NORMAL = "normal"
    JSON = "json"
    QUIET = "quiet"

    @property
    def print_notice(self) -> Callable[[str], None]:
        """The printer of notices, such as that a job was resumed."""
        return _discard if self is Verbosity.QUIET else print_message


def read_verbosity(*, quiet: bool, as_json: bool) -> Verbosity:
    """Return the verbosity that --quiet and --json ask for.

    Raises:
        UsageError: both at once.
    """
    if quiet and as_json:
        raise UsageError("--quiet and --json cannot be combined", hint="leave one of them out")
    if quiet:
        return Verbosity.QUIET
    return Verbosity.JSON if as_json else Verbosity.NORMAL


def _discard(_text: str) -> None:
    pass
