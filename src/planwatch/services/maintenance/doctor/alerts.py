"""Check the alerts: their targets, the extra that sends them, and unsent messages."""

from __future__ import annotations

from planwatch.alerts.setup import describe_unreached, list_unreached, notify_config_summary
from planwatch.extras import install_line
from planwatch.ledger.alerts.messages import count_by_state
from planwatch.services.maintenance.doctor.check import Installation, Line


def check_alerts(installed: Installation) -> list[Line]:
    """Return whether alerts are set up, and which messages were not sent."""
    found = notify_config_summary(installed.home.config_file, installed.working_folder)
    if found["error"]:
        error = found["error"]
        text = f"{error['message']}; messages wait until it is fixed"
        return [
            Line("alerts", "targets", "fault", text, error["hint"]),
            *_check_messages(installed),
        ]
    lines = []
    if found["targets"]:
        named = ", ".join(found["targets"])
        text = f"addresses of {named}: {found['recipients']}; to test them: planwatch notify test"
        lines.append(Line("alerts", "targets", "ok", text))
    else:
        text = "no alerts are set up"
        mends = "set an address, then run planwatch notify test: docs/howto/alert-me.md"
        lines.append(Line("alerts", "targets", "note", text, mends))
    if found["targets"] and not found["apprise_installed"]:
        text = "apprise is not installed, so no alert can be sent"
        mends = f"{install_line('notify')}, then planwatch notify test"
        lines.append(Line("alerts", "apprise", "fault", text, mends))
    if found["has_ping"]:
        text = "a monitoring service is pinged after each scrape, and notices when none comes"
        lines.append(Line("alerts", "dead man's switch", "ok", text))
    else:
        text = "no ping URL is set, so nobody notices when scrapes stop altogether"
        mends = "docs/howto/alert-me.md, or monitoring by planwatch status --format prometheus"
        lines.append(Line("alerts", "dead man's switch", "note", text, mends))
    return [*lines, *_check_messages(installed)]


def _check_messages(installed: Installation) -> list[Line]:
    """Return which messages wait to be sent, and which were given up in the last days."""
    if installed.ledger is None:
        return []
    counts = count_by_state(installed.ledger)
    waiting, lost = counts.get("pending", 0) + counts.get("sending", 0), counts.get("given_up", 0)
    mends = "see why: planwatch notify list; try again: planwatch notify send"
    lines = []
    for one in list_unreached(
        installed.home.config_file, installed.working_folder, installed.ledger
    ):
        repair = "correct its address, then: planwatch notify test; see why: planwatch notify list"
        lines.append(
            Line("alerts", f"to {one.recipient}", "warning", describe_unreached(one), repair)
        )
    if waiting:
        text = f"messages waiting to be sent: {waiting}"
        lines.append(Line("alerts", "outbox", "warning", text, mends))
    if lost:
        text = f"messages given up, which may not have arrived: {lost}"
        mends = "see why: planwatch notify list; planwatch prune removes them by age"
        lines.append(Line("alerts", "given up", "warning", text, mends))
    return lines
