"""List the sources with their health, what they were checked against, and their last runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planwatch.ledger.alerts.source_alerts import open_source_alerts
from planwatch.ledger.pages.health import SourceRun, list_runs
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.info import live_proof
from planwatch.settings.early import switched_off
from planwatch.settings.sources import read_catalogue
from planwatch.workflows.freshness import source_records

REMOVED = "nothing: no longer in the settings"


def list_records(ledger: Ledger, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every source with its health, what it was checked against and its open alert.

    Raises:
        SettingsError: the settings of a source are not valid.
    """
    catalogue = read_catalogue(settings)
    off, records = switched_off(settings, catalogue.ids), source_records(ledger, catalogue)
    alerts = open_source_alerts(ledger, catalogue.ids)
    return [
        {
            **record,
            "enabled": source in catalogue.ids and source not in off,
            "in_settings": source in catalogue.ids,
            "checked_against": catalogue.load(source).checked_against
            if source in catalogue.ids
            else REMOVED,
            "checked_live": live_proof(ledger, source),
            "alarm": alerts[source].as_record() if source in alerts else None,
        }
        for record in records
        for source in [record["source"]]
    ]


def source_record(
    ledger: Ledger, name: str, settings: Mapping[str, Any], *, limit: int
) -> dict[str, Any]:
    """Return one source with its last runs, the newest first.

    Args:
        name: its id or its brand's name; one that has left the settings by its id.

    Raises:
        SettingsError: the settings of a source are not valid.
        UnknownName: no source is called so.
    """
    records = {each["source"]: each for each in list_records(ledger, settings)}
    source_id = read_catalogue(settings).resolve(name, also=records)
    record = records[source_id]
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
