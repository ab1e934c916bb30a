"""Alerts on the screen: messages with their state, and the results of a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from planwatch.alerts.setup import describe_unreached
from planwatch.domain.london import show_minute
from planwatch.domain.phrasing import format_count
from planwatch.views.table.column import Column
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.ledger.alerts.unreached import Unreached

MESSAGE_COLUMNS: Final = (
    "id",
    "created_at",
    "recipient",
    "state",
    "attempts",
    "sent_at",
    "job_id",
    "about",
    "severity",
    "title",
    "body",
    "error",
)
_COLUMNS: Final = (
    Column("when", is_head=True),
    Column("to", is_head=True),
    Column("state"),
    Column("tries", align="right"),
    Column("message", folds=True),
    Column("remark", folds=True, is_note=True),
)
_STYLES: Final = {"sent": "green", "pending": "yellow", "sending": "yellow", "given_up": "red"}


def render_messages(messages: Sequence[Mapping[str, Any]]) -> FittingTable:
    """Return the table of messages, the newest first."""
    rows = [
        (
            show_minute(message["created_at"]),
            message["recipient"],
            Text(message["state"].replace("_", " "), _STYLES[message["state"]]),
            str(message["attempts"]),
            message["title"].removeprefix("planwatch: "),
            "" if message["state"] == "sent" else message["error"] or "",
        )
        for message in messages
    ]
    return FittingTable("Alerts", _COLUMNS, rows, caption=format_count(len(rows), "message"))


def print_messages(
    target: Console,
    messages: Sequence[Mapping[str, Any]],
    unreached: Sequence[Unreached],
) -> None:
    """Print the messages and who was not reached; where there are none, how to test alerts."""
    if messages:
        target.print(render_messages(messages))
        _print_unreached(target, unreached)
    else:
        target.print("No messages yet. To check that alerts arrive: planwatch notify test")


def print_tried(target: Console, tried: Sequence[Mapping[str, Any]], *, has_ping: bool) -> None:
    """Print the results of a test, a line for each recipient."""
    for one in tried:
        if one["ok"]:
            target.print(
                Text.assemble(("ok      ", "green"), f"{one['recipient']}  {one['address']}")
            )
        else:
            error = one["error"]
            target.print(
                Text.assemble(("failed  ", "red"), f"{one['recipient']}  {error['message']}")
            )
            target.print(f"        Hint: {error['hint']}", style="dim")
    if not has_ping:
        target.print("No dead-man's ping is set (notify.ping_url): nobody notices a scrape that")
        target.print("never starts.")


def print_sent(
    target: Console,
    sent: int,
    waiting: Sequence[str],
    unreached: Sequence[Unreached],
) -> None:
    """Print how many messages went out, why others wait, and who was not reached."""
    target.print(f"{format_count(sent, 'message')} sent.")
    for why in waiting:
        target.print(f"Waiting: {why}")
    _print_unreached(target, unreached)


def _print_unreached(target: Console, unreached: Sequence[Unreached]) -> None:
    for one in unreached:
        said = describe_unreached(one)
        target.print(Text(f"{said[0].upper()}{said[1:]}", "red" if one.given_up else "yellow"))
    if unreached:
        target.print("To test each address: planwatch notify test")
