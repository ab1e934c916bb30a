"""`status` as documents and as figures for Prometheus, which its own parser reads."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from planwatch.ledger.reports.model_answers import (
    ModelAsked,
    StoredAnswer,
    reserve_answer,
    save_answer,
)
from planwatch.ledger.store.connection import Ledger
from planwatch.services.maintenance.metrics import Metric
from planwatch.sources.registry import SOURCE_IDS
from planwatch.views.output.prometheus import render_metrics
from tests.support.cli import read_json, run_planwatch
from tests.support.gated_market import GatedMarket

Labels = tuple[tuple[str, str], ...]


def _read(text: str) -> dict[str, dict[Labels, float]]:
    """Return the samples by name and labels, as Prometheus' own parser reads them."""
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        assert family.type in ("gauge", "counter")
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            assert sample.timestamp is None, "the textfile collector refuses timestamps"
            assert labels not in found.setdefault(sample.name, {})
            found[sample.name][labels] = sample.value
    return found


def test_the_figures_are_those_of_the_market(home: Path, market: GatedMarket) -> None:
    market.fail("smarty", *[404] * 8)
    run_planwatch("scrape", "giffgaff", "smarty", "--wait")
    figures = _read(run_planwatch("status", "--format", "prometheus").stdout)
    sources: dict[str, Any] = {each["source"]: each for each in read_json("sources")["sources"]}

    assert len(figures["planwatch_source_plans"]) == len(SOURCE_IDS)
    assert (
        figures["planwatch_source_plans"][(("source", "giffgaff"),)]
        == sources["giffgaff"]["plans_in_force"]
    )
    assert figures["planwatch_source_failures_in_a_row"][(("source", "smarty"),)] == 1
    assert list(figures["planwatch_source_last_good_timestamp_seconds"]) == [
        (("source", "giffgaff"),)
    ]
    outcome = sources["smarty"]["outcome"]
    assert (
        figures["planwatch_source_outcome"][(("outcome", outcome), ("source", "smarty"))],
        figures["planwatch_source_outcome"][(("outcome", "ok"), ("source", "smarty"))],
    ) == (1, 0)
    assert figures["planwatch_jobs"][(("kind", "scrape"), ("state", "partial"))] == 1
    assert figures["planwatch_last_job_duration_seconds"][(("kind", "scrape"),)] > 0
    assert "planwatch_last_success_timestamp_seconds" not in figures, "it ended in part"
    assert figures["planwatch_ledger_bytes"][()] > 100_000
    assert figures["planwatch_archive_bytes"][()] > 0


def test_tokens_are_counted_over_all_requests(ledger: Ledger) -> None:
    for number in range(2):
        asked = ModelAsked(
            key=str(number), job_id="j", purpose="p", host="h", model="m", most_millionths=1
        )
        at = "2026-11-02T09:00:00.000Z"
        row = reserve_answer(ledger, asked, at=at, budget_millionths=None)
        assert row is not None
        answer = StoredAnswer(text="t", finish_reason="stop", prompt_tokens=7, answer_tokens=2)
        save_answer(ledger, row, answer, raw="", dialect={}, latency_s=1, cost_millionths=1, at=at)

    figures = _read(run_planwatch("status", "--format", "prometheus").stdout)

    assert figures["planwatch_llm_tokens_total"] == {
        (("kind", "prompt"),): 14,
        (("kind", "answer"),): 4,
    }


def test_what_a_label_may_hold_comes_back_as_it_was() -> None:
    odd = 'a "quoted" back\\slash\nand {braces}, £'
    metric = Metric("planwatch_odd", "gauge", "back\\slash\nand line", [({"label": odd}, 0.25)])

    [family] = text_string_to_metric_families(render_metrics([metric]))

    assert family.documentation == "back\\slash\nand line"
    assert (family.samples[0].labels, family.samples[0].value) == ({"label": odd}, 0.25)


def test_a_file_of_figures_is_replaced_whole_and_readable_for_others(tmp_path: Path) -> None:
    target = tmp_path / "planwatch.prom"
    target.write_text("old")

    done = run_planwatch("status", "-o", str(target))

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "planwatch_build_info" in _read(target.read_text())
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert [path.name for path in tmp_path.glob("*.tmp")] == []


def test_jobs_are_handed_out_as_csv_markdown_and_json(home: Path, market: GatedMarket) -> None:
    run_planwatch("scrape", "giffgaff", "--wait")
    table = run_planwatch("status", "--format", "csv").stdout
    steps = run_planwatch("status", "last", "--format", "csv").stdout
    words = run_planwatch("status", "last", "--format", "md").stdout
    run_planwatch("status", "-o", "jobs.json")

    [job] = csv.DictReader(io.StringIO(table))
    assert (job["kind"], job["status"], job["percent"]) == ("scrape", "completed", "100")
    assert {row["status"] for row in csv.DictReader(io.StringIO(steps))} == {"completed"}
    assert words.count("\n## ") == 2, "the job, its steps and its sources"
    assert Path("jobs.json").read_text() == run_planwatch("status", "--json").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "xml"], "unknown format 'xml'"),
        (["--format", "prometheus", "--json"], "cannot be combined"),
        (["--format", "prometheus", "--kind", "scrape"], "covers all jobs"),
        (["--watch", "--format", "csv"], "cannot be combined with --json"),
    ],
)
def test_what_does_not_go_together_is_said(arguments: list[str], said: str) -> None:
    done = run_planwatch("status", *arguments)

    assert done.returncode == 2
    assert said in done.stderr + done.stdout


def test_a_source_of_ones_own_and_one_that_is_off_are_said_to_be_so(home: Path) -> None:
    home.mkdir(mode=0o700)
    config = home / "config.toml"
    entry = "[[sources]]\nname = 'Acme'\nurls = ['https://www.acme.example/']\n"
    config.write_text(entry + "[[sources]]\nid = 'o2'\nenabled = false\n")

    sources = {each["source"]: each for each in read_json("status")["sources"]}
    figures = _read(run_planwatch("status", "--format", "prometheus").stdout)
    table = run_planwatch("status").stdout

    assert (sources["acme"]["brand"], sources["acme"]["enabled"]) == ("Acme", True)
    assert [source for source, each in sources.items() if not each["enabled"]] == ["o2"]
    enabled = figures["planwatch_source_enabled"]
    assert (enabled[(("source", "acme"),)], enabled[(("source", "o2"),)]) == (1, 0)
    assert "switched off in the settings" in table
    config.write_text("[[sources]]\nname = 'Acme'\n")
    spoilt = run_planwatch("status")
    assert (spoilt.returncode, "sources.acme.urls" in spoilt.stderr) == (0, True)
