"""How alerts are set up, and test messages: for `notify` and `doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planwatch.alerts.apprise_port import is_installed, send_message
from planwatch.alerts.delivery import within
from planwatch.alerts.masking import mask_address
from planwatch.domain.london import show_time
from planwatch.errors import AppriseMissing, NotifyError, SettingsError, UsageError
from planwatch.ledger.alerts.unreached import Unreached, find_unreached

if TYPE_CHECKING:
    from planwatch.ledger.store.connection import Ledger
    from planwatch.settings.notify import NotifySettings

_TEST_S = 40.0


def notify_config_summary(config_file: Path, working_folder: Path) -> dict[str, Any]:
    """Return how alerts are set up, without any address.

    Keys: `targets` (names), `recipients` (number of addresses), `has_ping`, `apprise_installed`,
    `error` (the record of a SettingsError, None when all is well).
    """
    from planwatch.settings.notify import load_notify

    error = None
    settings: NotifySettings | None = None
    try:
        settings = load_notify(config_file, working_folder)
    except SettingsError as fault:
        error = fault.as_record()
    return {
        "targets": sorted(settings.recipients_by_target) if settings else [],
        "recipients": len(settings.recipients) if settings else 0,
        "has_ping": bool(settings and settings.ping_url),
        "apprise_installed": is_installed(),
        "error": error,
    }


def list_unreached(config_file: Path, working_folder: Path, ledger: Ledger) -> list[Unreached]:
    """Return the recipients that nothing has reached of late, without those no longer set.

    While the settings of alerts are not valid, nobody knows who is set: all are returned.
    """
    from planwatch.settings.notify import load_notify

    unreached = find_unreached(ledger)
    try:
        settings = load_notify(config_file, working_folder)
    except SettingsError:
        return unreached
    return [one for one in unreached if settings and one.recipient in settings.recipients]


def describe_unreached(one: Unreached) -> str:
    """Return since when nothing has reached a recipient, and what became of its messages."""
    since = show_time(one.since)
    known = "nothing has reached" if one.has_been_reached else "nothing is known to have reached"
    counts = [
        f"{count} {word}"
        for count, word in ((one.given_up, "given up"), (one.waiting, "waiting"))
        if count
    ]
    why = f": {one.error}" if one.error else ""
    return f"{known} {one.recipient} since {since} ({', '.join(counts)}){why}"


def require_recipients(config_file: Path, working_folder: Path) -> NotifySettings:
    """Return the settings of alerts, for a command that needs a recipient.

    Raises:
        SettingsError: they are not valid, or name no recipient.
    """
    from planwatch.settings.notify import load_notify

    settings = load_notify(config_file, working_folder)
    if settings is None or not settings.recipients:
        raise SettingsError(
            "no address is set for alerts, so nobody gets them",
            hint=f"put PLANWATCH_NOTIFY__URLS=… into {config_file.parent / 'secrets.env'};"
            " see docs/howto/alert-me.md",
        )
    return settings


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTest:
    """The result of a test message to one recipient; `error` is None when it was accepted."""

    recipient: str
    address: str
    error: NotifyError | None

    def as_record(self) -> dict[str, Any]:
        """Return the documented JSON."""
        return {
            "recipient": self.recipient,
            "address": self.address,
            "ok": self.error is None,
            "error": self.error.as_record() if self.error else None,
        }


def try_targets(settings: NotifySettings, target: str | None) -> list[DeliveryTest]:
    """Send one test message to each recipient of a target, or of all.

    Raises:
        UsageError: there is no such target.
        AppriseMissing: the extra is not installed.
    """
    groups = settings.recipients_by_target
    if target is not None and target not in groups:
        raise UsageError(
            f"no target is called {target!r}", hint=f"the targets are {', '.join(sorted(groups))}"
        )
    chosen = groups[target] if target is not None else settings.recipients
    return [_try(recipient, address) for recipient, address in chosen.items()]


def _try(recipient: str, address: str) -> DeliveryTest:
    error: NotifyError | None = None
    try:
        within(
            _TEST_S,
            lambda: send_message(
                address,
                title="planwatch: test message",
                body=f"This is a test message to {recipient}. planwatch will send its alerts here.",
            ),
        )
    except AppriseMissing:
        raise
    except NotifyError as refused:
        error = refused
    return DeliveryTest(recipient=recipient, address=mask_address(address), error=error)
