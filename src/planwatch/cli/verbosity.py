"""How a command about jobs speaks: to a person, to a program, or only of trouble."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from planwatch.errors import UsageError
from planwatch.views.output.streams import print_message


class Speech(Enum):
    """QUIET is for cron: nothing of what went well, and one line of what did not."""

    PLAIN = "plain"
    JSON = "json"
    QUIET = "quiet"

    @property
    def tell(self) -> Callable[[str], None]:
        """What takes a remark that nobody asked for, such as that a job was resumed."""
        return _keep_silent if self is Speech.QUIET else print_message


def read_speech(*, quiet: bool, as_json: bool) -> Speech:
    """Return what the options ask for.

    Raises:
        UsageError: both at once.
    """
    if quiet and as_json:
        raise UsageError("--quiet and --json cannot be combined", hint="leave one of them out")
    if quiet:
        return Speech.QUIET
    return Speech.JSON if as_json else Speech.PLAIN


def _keep_silent(_text: str) -> None:
    pass
