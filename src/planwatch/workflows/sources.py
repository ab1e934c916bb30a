"""What is known of the sources: their health, what they were proved on, their last runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planwatch.ledger.alarms import open_alarms
from planwatch.ledger.connection import Ledger
from planwatch.ledger.health import SourceRun, list_runs
from planwatch.settings import switched_off
from planwatch.sources.registry import SOURCE_IDS, load_source
from planwatch.workflows.freshness import source_records


def list_records(ledger: Ledger, files: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every source with its health, what it was checked against and its open alarm.

    Raises:
        SettingsError: the settings of a source are not valid.
    """
    off, alarms = switched_off(files, SOURCE_IDS), open_alarms(ledger, SOURCE_IDS)
    return [
        {
            **record,
            "enabled": record["source"] not in off,
            "checked_against": load_source(record["source"]).checked_against,
            "alarm": alarms[record["source"]].as_record() if record["source"] in alarms else None,
        }
        for record in source_records(ledger)
    ]


def source_record(
    ledger: Ledger, source_id: str, files: Mapping[str, Any], *, limit: int
) -> dict[str, Any]:
    """Return one source with its last runs, the newest first.

    Raises:
        SettingsError: the settings of a source are not valid.
    """
    record = next(each for each in list_records(ledger, files) if each["source"] == source_id)
    runs = [_run_record(run) for run in list_runs(ledger, source_id, limit=limit)]
    return {**record, "runs": runs}


def _run_record(run: SourceRun) -> dict[str, Any]:
    return {
        "checked_at": run.checked_at,
        "job_id": run.job_id,
        "outcome": run.outcome.value,
        "plans": run.plans,
        "flags": list(run.flags),
        "error": run.error,
        "detail": dict(run.detail),
    }
