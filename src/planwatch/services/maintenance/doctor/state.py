"""Check the ledger, its jobs, its sources, the model and the settings."""

from __future__ import annotations

import shlex
from typing import Any, Final

from planwatch.clock import format_instant, now
from planwatch.domain.job import JobStatus
from planwatch.domain.phrasing import list_some
from planwatch.engine.lock import is_held
from planwatch.engine.origin import is_elsewhere
from planwatch.errors import SettingsError
from planwatch.home import Home
from planwatch.ledger.alerts.source_alerts import open_source_alerts
from planwatch.ledger.care.foreign_objects import find_foreign_objects
from planwatch.ledger.care.inspection import Inspection
from planwatch.ledger.care.pruning import known_jobs
from planwatch.ledger.jobs.jobs import active_jobs
from planwatch.ledger.reports.model_answers import usage_since
from planwatch.ledger.store.used_home import RESTORE_OR_START_AGAIN, was_used
from planwatch.ledger.store.version import SCHEMA_VERSION
from planwatch.services.maintenance.doctor.check import Installation, Level, Line
from planwatch.services.maintenance.settings_check import check_settings
from planwatch.settings.load import read_values
from planwatch.workflows.freshness import load_source_statuses

_MOST_NAMED: Final = 8
_UNUSABLE: Final[dict[str, tuple[Level, str, str]]] = {
    "absent": ("note", "there is no ledger yet", "the first command creates it: planwatch status"),
    "gone": (
        "fault",
        "ledger.db is gone, but this home was in use",
        RESTORE_OR_START_AGAIN,
    ),
    "foreign": (
        "fault",
        "ledger.db belongs to another program",
        "move it away, or set PLANWATCH_HOME to another folder",
    ),
    "newer": (
        "fault",
        "a newer planwatch wrote the ledger",
        "upgrade planwatch, or set PLANWATCH_HOME to another folder",
    ),
    "older": (
        "note",
        "an older planwatch wrote the ledger",
        "the next command upgrades it, and keeps it as ledger.db.vN beside the new one",
    ),
    "held": (
        "fault",
        "another process has locked the ledger",
        "try again in a moment; if it stays locked, see who has it open: lsof ledger.db",
    ),
    "empty": (
        "fault",
        "ledger.db is empty",
        "put a backup in its place: planwatch restore FILE; or remove the file if there was nothing"
        " to lose",
    ),
    "damaged": (
        "fault",
        "the ledger is damaged",
        "put a backup in its place, which keeps this one: planwatch restore FILE",
    ),
    "unreadable": ("fault", "the ledger cannot be opened", "check its permissions and its disk"),
}


def describe_ledger(found: Inspection, home: Home) -> Line:
    """Return the line of an inspection."""
    state = "gone" if found.state == "absent" and was_used(home) else found.state
    if state in _UNUSABLE:
        level, said, mends = _UNUSABLE[state]
        schema = f" (schema {found.schema}, {SCHEMA_VERSION} here)" * (
            found.state in ("newer", "older")
        )
        problem = f": {found.problems[0]}" if found.problems else ""
        return Line("home", "ledger", level, f"{said}{schema}{problem}", mends)
    if not found.is_complete:
        said = "SQLite's check took too long and was stopped; it had found no problem"
        return Line("home", "ledger", "note", said, "check it again with --check-seconds 600")
    said = f"schema {found.schema}; SQLite's check found no problem, and every reference is valid"
    return Line("home", "ledger", "ok", said)


def check_schema(installed: Installation) -> list[Line]:
    """Name the triggers, views and tables of the ledger that planwatch did not make."""
    if installed.ledger is None:
        return []
    found = find_foreign_objects(installed.ledger)
    if not found:
        return [Line("home", "schema", "ok", "the ledger holds what planwatch made, and no more")]
    named = list_some([f"{each.kind} {each.name}" for each in found], _MOST_NAMED)
    said = f"the ledger holds what planwatch did not make: {named}"
    trigger = next((each for each in found if each.kind == "trigger"), None)
    if trigger is None:
        mends = "nothing to do if it is yours; planwatch neither reads nor writes it"
        return [Line("home", "schema", "note", said, mends)]
    # a stranger chose the name, and somebody pastes this into a shell
    name = trigger.name.replace('"', '""')
    drop = shlex.join(["sqlite3", str(installed.home.ledger), f'DROP TRIGGER "{name}"'])
    mends = (
        "a trigger changes what planwatch writes; if you do not know it, restore a backup, or drop "
        f"it: {drop}"
    )
    return [Line("home", "schema", "fault", said, mends)]


def check_jobs(installed: Installation) -> list[Line]:
    """Look for jobs without a living worker, and for locks and logs that no job needs."""
    if installed.ledger is None:
        return []
    home = installed.home
    active = [job for job in active_jobs(installed.ledger) if not is_elsewhere(job, home)]
    running = [job for job in active if job.status is JobStatus.RUNNING]
    dead = [job.job_id for job in running if not is_held(home.lock_of(job.job_id))]
    known = known_jobs(installed.ledger)
    orphans = [
        file
        for file in (*home.locks.glob("*.lock"), *home.logs.glob("*.log"))
        if not file.name.startswith(("slot-", "migrate.", "cron.", "notify."))
        and file.stem not in known
        and not (file.suffix == ".lock" and is_held(file))
    ]
    lines = []
    if dead:
        said = f"jobs that have lost their worker: {', '.join(dead)}"
        lines.append(
            Line("jobs", "workers", "warning", said, "any command resumes them: planwatch status")
        )
    else:
        said = f"{len(running)} running, {len(active) - len(running)} waiting; none lost its worker"
        lines.append(Line("jobs", "workers", "ok", said))
    if orphans:
        said = f"{len(orphans)} locks and logs belong to jobs that no longer exist"
        lines.append(Line("jobs", "locks", "note", said, "planwatch prune removes them by age"))
    else:
        lines.append(Line("jobs", "locks", "ok", "every lock and log belongs to a job"))
    return lines


def check_sources(installed: Installation) -> list[Line]:
    """Say how old the data are, and name the sources in trouble."""
    if installed.ledger is None:
        return []
    # check_configuration says what is wrong with the settings of sources
    records = load_source_statuses(installed.ledger, _values(installed), lambda _said: None)
    records = [each for each in records if each["enabled"]]
    ages = [each["age_h"] for each in records if each["age_h"] is not None]
    if not ages:
        said = "no source has been read in full yet"
        return [Line("sources", "data", "note", said, "planwatch scrape --wait")]
    lines = []
    stale = [each["source"] for each in records if each["freshness"] == "stale"]
    said = f"the newest data are {min(ages):.0f} h old"
    if stale:
        mends = "planwatch scrape --wait; to do so every day: planwatch schedule cron"
        said = f"{said}; older than two days: {', '.join(stale)}"
        lines.append(Line("sources", "data", "warning", said, mends))
    else:
        lines.append(Line("sources", "data", "ok", said))
    alerts = open_source_alerts(installed.ledger, [each["source"] for each in records])
    lines += [
        Line(
            "sources",
            source,
            "warning",
            alert.message,
            f"see the evidence: planwatch sources show {source}",
        )
        for source, alert in alerts.items()
    ]
    return lines


def _values(installed: Installation) -> dict[str, Any]:
    try:
        return read_values(installed.home.config_file, installed.working_folder)
    except SettingsError:
        return {}


def check_configuration(installed: Installation) -> list[Line]:
    """Say whether the settings are valid, and which variables nobody reads."""
    state = check_settings(installed.home, installed.working_folder)
    mends = "planwatch config check, and docs/reference/settings.md"
    lines = [Line("settings", "values", "fault", fault, mends) for fault in state.faults]
    lines += [
        Line(
            "settings",
            "environment",
            "warning",
            f"nothing reads {each.name}",
            f"did you mean {each.nearest}?" if each.nearest else f"unset {each.name}",
        )
        for each in state.unknown
    ]
    read = f"read from {', '.join(state.files)}" if state.files else "no settings file"
    return lines or [Line("settings", "values", "ok", f"valid; {read}")]


def check_model(installed: Installation) -> list[Line]:
    """Say what words by a model cost this month, and whether its server answers."""
    lines = []
    if installed.ledger is not None:
        start = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        usage = usage_since(installed.ledger, format_instant(start))
        if usage is not None:
            tokens = usage.prompt_tokens + usage.answer_tokens
            said = f"{usage.requests} requests, {tokens} tokens, cost {usage.cost:.2f} this month"
            lines.append(Line("model", "usage", "ok", said))
    llm = installed.settings.llm if installed.settings else None
    if llm is None or not llm.is_configured:
        said = "no model is configured; reports use the text template"
        return [*lines, Line("model", "server", "ok", said)]
    from planwatch.fetch.model_probe import reach_model
    from planwatch.workflows.reports.model_client import host_of

    key = llm.api_key.get_secret_value() if llm.api_key else None
    found = reach_model(host_of(llm), key, str(llm.model))
    return [*lines, Line("model", "server", found.level, found.said, found.mends)]
