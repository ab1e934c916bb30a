"""Whether anybody hears of trouble: who is told, by what, and what was not sent."""

from __future__ import annotations

from planwatch.alerts.setup import notify_config_summary
from planwatch.extras import install_line
from planwatch.ledger.alerts.messages import count_by_state
from planwatch.services.maintenance.doctor.check import Line, Patient


def check_alerts(patient: Patient) -> list[Line]:
    """Say whether anybody hears of trouble, and what was not sent."""
    found = notify_config_summary(patient.home.config_file, patient.working_folder)
    if found["error"]:
        error = found["error"]
        said = f"{error['message']}; alerts wait until it is mended"
        return [Line("alerts", "targets", "fault", said, error["hint"]), *_check_outbox(patient)]
    lines = []
    if found["targets"]:
        named = ", ".join(found["targets"])
        said = f"addresses of {named}: {found['recipients']}; to try them: planwatch notify test"
        lines.append(Line("alerts", "targets", "ok", said))
    else:
        said = "nobody is told of trouble"
        mends = "name an address, then planwatch notify test: docs/howto/alert-me.md"
        lines.append(Line("alerts", "targets", "note", said, mends))
    if found["targets"] and not found["apprise_installed"]:
        said = "apprise is not installed here: no alert can be sent"
        mends = f"{install_line('notify')}, then planwatch notify test"
        lines.append(Line("alerts", "apprise", "fault", said, mends))
    if found["has_ping"]:
        said = "a service is asked for after each scrape, and hears when none comes"
        lines.append(Line("alerts", "dead man's switch", "ok", said))
    else:
        said = "no dead-man's ping URL is set: nobody hears of scrapes that stop altogether"
        mends = (
            "docs/howto/alert-me.md, or let a monitor watch: planwatch status --format prometheus"
        )
        lines.append(Line("alerts", "dead man's switch", "note", said, mends))
    return [*lines, *_check_outbox(patient)]


def _check_outbox(patient: Patient) -> list[Line]:
    """Say which messages nobody got; those of the last days that were given up stay to be seen."""
    if patient.ledger is None:
        return []
    counts = count_by_state(patient.ledger)
    waiting, lost = counts.get("pending", 0) + counts.get("sending", 0), counts.get("given_up", 0)
    mends = "planwatch notify list says why; planwatch notify send tries again"
    lines = []
    if waiting:
        said = f"messages that wait to be sent: {waiting}"
        lines.append(Line("alerts", "outbox", "warning", said, mends))
    if lost:
        said = f"messages that were given up, so that perhaps nobody read them: {lost}"
        mends = "planwatch notify list says why; planwatch prune removes them by age"
        lines.append(Line("alerts", "given up", "warning", said, mends))
    return lines
