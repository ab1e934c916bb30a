"""Collect metrics for a monitoring system. Makes no request and writes nothing.

Names and labels are a contract: dashboards read them.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from planwatch import __version__
from planwatch.clock import parse_instant
from planwatch.domain.job import JobStatus
from planwatch.domain.job_kinds import KINDS
from planwatch.domain.outcome import Outcome
from planwatch.fetch.archive import Archive
from planwatch.home import Home
from planwatch.ledger.jobs.tally import count_jobs_by_state, count_tokens, last_jobs
from planwatch.ledger.store.connection import Ledger

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """One name with its samples: labels and a value each. It may have none."""

    name: str
    kind: Literal["gauge", "counter"]
    meaning: str
    samples: Sequence[Sample]


def collect_metrics(
    ledger: Ledger, home: Home, sources: Sequence[Mapping[str, Any]]
) -> list[Metric]:
    """Return every figure, in a fixed order.

    Args:
        sources: as `load_source_statuses` has them.
    """
    return [
        *_of_sources(sources),
        *_of_jobs(ledger),
        Metric(
            "planwatch_ledger_bytes",
            "gauge",
            "Size of the ledger on the disk, its write-ahead log included.",
            [({}, float(ledger_bytes(home)))],
        ),
        Metric(
            "planwatch_archive_bytes",
            "gauge",
            "Size of the archived pages on the disk.",
            [({}, float(sum(file.size for file in Archive(home.archive).list_files())))],
        ),
        Metric(
            "planwatch_llm_tokens_total",
            "counter",
            "Tokens of language models, as their servers counted them.",
            [({"kind": kind}, float(tokens)) for kind, tokens in count_tokens(ledger).items()],
        ),
        Metric(
            "planwatch_build_info",
            "gauge",
            "Always 1; the labels say what runs.",
            [({"version": __version__, "python": platform.python_version()}, 1.0)],
        ),
    ]


def ledger_bytes(home: Home) -> int:
    """Return the size of the ledger with its write-ahead log."""
    files = (home.ledger, home.ledger.with_name("ledger.db-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _of_sources(records: Sequence[Mapping[str, Any]]) -> list[Metric]:
    def of(key: str) -> list[Sample]:
        return [({"source": each["source"]}, float(each[key])) for each in records]

    good = [each for each in records if each["last_good_at"]]
    asked = [each for each in records if each["outcome"]]
    return [
        Metric(
            "planwatch_source_enabled",
            "gauge",
            "0 for a source that the settings switch off or no longer have, 1 for every other.",
            of("enabled"),
        ),
        Metric(
            "planwatch_source_last_good_timestamp_seconds",
            "gauge",
            "When the source was last read in full; absent before the first time.",
            [({"source": each["source"]}, _seconds(each["last_good_at"])) for each in good],
        ),
        Metric(
            "planwatch_source_plans",
            "gauge",
            "Plans of the source in force.",
            of("plans_in_force"),
        ),
        Metric(
            "planwatch_source_outcome",
            "gauge",
            "1 for the outcome of the last visit to the source, 0 for every other.",
            [
                ({"source": each["source"], "outcome": outcome.value}, float(is_it))
                for each in asked
                for outcome in Outcome
                for is_it in [each["outcome"] == outcome]
            ],
        ),
        Metric(
            "planwatch_source_failures_in_a_row",
            "gauge",
            "Visits to the source since the last good one.",
            of("failures_in_a_row"),
        ),
    ]


def _of_jobs(ledger: Ledger) -> list[Metric]:
    counts, last = count_jobs_by_state(ledger), last_jobs(ledger)
    return [
        Metric(
            "planwatch_jobs",
            "gauge",
            "Jobs in the ledger; those that prune removed no longer count.",
            [
                ({"kind": kind, "state": state.value}, float(counts.get((kind, state.value), 0)))
                for kind in KINDS
                for state in JobStatus
            ],
        ),
        Metric(
            "planwatch_last_job_finished_timestamp_seconds",
            "gauge",
            "When the newest ended job of the kind ended, however it did.",
            [({"kind": each.kind}, _seconds(each.finished_at)) for each in last],
        ),
        Metric(
            "planwatch_last_job_duration_seconds",
            "gauge",
            "How long that job took from its start.",
            [({"kind": each.kind}, round(each.took_s, 3)) for each in last if each.took_s],
        ),
        Metric(
            "planwatch_last_success_timestamp_seconds",
            "gauge",
            "When a job of the kind last ended completed, and not only in part.",
            [
                ({"kind": each.kind}, _seconds(each.succeeded_at))
                for each in last
                if each.succeeded_at
            ],
        ),
    ]


def _seconds(instant: str) -> float:
    return parse_instant(instant).timestamp()
