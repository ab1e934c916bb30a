"""A short run of `tests.crash.kills`, and what shows that it would see a loss or a doubling."""

from __future__ import annotations

import fcntl
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.homes import DAYS, HomeOfJobs, Reference, Stuck, kind_of, measure
from tests.crash.oracle import Findings, examine, examine_news, find_damage
from tests.support.cases import REPO
from tests.support.cli import HANG_S
from tests.support.failpoints import WORKER, Failpoint
from tests.support.ledgers import value
from tests.support.workers import held_locks, workers_below

KILLS = 50
_SCRAPE = "(SELECT job_id FROM jobs WHERE kind = 'scrape' ORDER BY rowid LIMIT 1)"
_COMPARE = "(SELECT job_id FROM jobs WHERE kind = 'compare' ORDER BY rowid LIMIT 1)"


def test_fifty_kills_lose_nothing_double_nothing_and_leave_nothing_stuck() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.kills", "--kills", str(KILLS)],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=6 * HANG_S,
        check=False,
    )

    last = done.stdout.splitlines()[-1]
    found = re.fullmatch(r"kills (\d+)  lost 0  doubled 0  stuck 0", last)
    assert found, done.stdout + done.stderr
    assert int(found[1]) >= KILLS
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("task", [DAYS[0], "compare", "analyse"])
def test_the_boundaries_of_a_worker_reach_from_its_start_to_the_end_of_its_job(
    unharmed: tuple[Path, Reference], tmp_path: Path, task: str
) -> None:
    home = HomeOfJobs(tmp_path / "root")
    last = unharmed[1].boundaries(kind_of(task))[-1]
    beyond = Failpoint(WORKER, "inside", last.number + 1)
    home.await_end(home.dispatch(DAYS[0], None))

    home.await_end(home.dispatch(task, last))
    home.wait_until(lambda: not any(workers_below(home.root)), "its messages")
    has_died_at_the_last = home.has_new_death()
    home.await_end(home.dispatch(task, beyond))
    home.wait_until(lambda: not any(workers_below(home.root)), "its messages")

    assert last.when == "after"
    assert has_died_at_the_last
    assert not home.has_new_death()


@pytest.fixture(scope="module")
def unharmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Reference]]:
    """Let every kind of job run once, unharmed; return their home and what they did."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PLANWATCH_ORIGIN", "http://127.0.0.1:9")
        root = tmp_path_factory.mktemp("unharmed") / "root"
        yield root / "home", measure(root)


@pytest.fixture
def harmed(
    unharmed: tuple[Path, Reference], tmp_path: Path, request: pytest.FixtureRequest
) -> tuple[Findings, Path]:
    """Return what the oracle finds in a copy after one SQL statement, the test's parameter."""
    home, reference = unharmed
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    ledger = sqlite3.connect(copy / "ledger.db", isolation_level=None)
    jobs = ledger.execute("SELECT count(*) FROM jobs").fetchone()[0]
    assert ledger.execute(request.param).rowcount != 0, "the harm did nothing"
    ledger.close()
    findings, news = examine(copy, reference.expected, jobs), examine_news(copy, reference.expected)
    return Findings(findings.lost + news.lost, findings.doubled + news.doubled), copy


@pytest.mark.parametrize("harmed", ["SELECT 1"], indirect=True)
def test_the_oracle_finds_nothing_where_nothing_was_harmed(harmed: tuple[Findings, Path]) -> None:
    findings, home = harmed

    assert findings == Findings()
    assert find_damage(home) == []


@pytest.mark.parametrize(
    "harmed",
    [
        f"DELETE FROM source_runs WHERE job_id = {_SCRAPE} AND source = 'o2'",
        f"DELETE FROM captures WHERE job_id = {_SCRAPE} AND source = 'ee' AND name LIKE '%payg%'"
        f" OR capture_id = (SELECT max(capture_id) FROM captures WHERE job_id = {_SCRAPE})",
        f"DELETE FROM analyses WHERE job_id = {_COMPARE}",
        f"DELETE FROM steps WHERE job_id = {_COMPARE} AND name = 'write'",
        f"DELETE FROM attempts WHERE job_id = {_COMPARE} AND name = 'write'",
        f"UPDATE steps SET value = NULL WHERE job_id = {_COMPARE} AND name = 'write'",
        f"UPDATE steps SET status = 'pending' WHERE job_id = {_SCRAPE} AND name = 'scrape sky'",
        f"UPDATE jobs SET status = 'running' WHERE job_id = {_SCRAPE}",
        f"UPDATE jobs SET status = 'partial' WHERE job_id = {_SCRAPE}",
        f"UPDATE jobs SET result = NULL WHERE job_id = {_COMPARE}",
        f"DELETE FROM jobs WHERE job_id = {_COMPARE}",
        "DELETE FROM changes WHERE change_id = 1",
        "DELETE FROM plan_versions WHERE version_id = 1",
        "DELETE FROM plans WHERE plan_id = 1",
        "DELETE FROM offers WHERE offer_id = 1",
        "DELETE FROM messages WHERE message_id = 1",
    ],
    indirect=True,
)
def test_the_oracle_sees_what_was_lost(harmed: tuple[Findings, Path]) -> None:
    findings, _ = harmed

    assert findings.lost
    assert findings.doubled == []


@pytest.mark.parametrize(
    "harmed",
    [
        "INSERT INTO source_runs (job_id, source, outcome, plans, checked_at)"
        " SELECT job_id, source, outcome, plans, checked_at FROM source_runs WHERE run_id = 1",
        "INSERT INTO captures (job_id, source, name, url, captured_at, sha256, size, charset,"
        " media_type) SELECT job_id, source, name, url, captured_at, sha256, size,"
        " charset, media_type FROM captures WHERE capture_id = 1",
        "INSERT INTO analyses (analysis_id, kind, brands, job_id, created_at, as_of,"
        " plans_digest, written_by, document) SELECT 'another', kind, brands, job_id, created_at,"
        " as_of, plans_digest, written_by, document FROM analyses LIMIT 1",
        f"INSERT INTO attempts SELECT job_id, name, occurrence, 2, generation, started_at,"
        f" finished_at, error, took_s FROM attempts WHERE job_id = {_COMPARE} AND name = 'write'",
        f"INSERT INTO attempts SELECT job_id, name, occurrence, 2, generation, started_at,"
        f" NULL, error, NULL FROM attempts WHERE job_id = {_COMPARE} AND name = 'write'",
        "INSERT INTO changes (plan_id, kind, before, after, changed_at, job_id, before_version_id,"
        " after_version_id) SELECT plan_id, kind, before, after, changed_at, job_id,"
        " before_version_id, after_version_id FROM changes WHERE change_id = 1",
        "INSERT INTO plan_versions SELECT NULL, plan_id, first_seen, last_seen, capture_id,"
        " digest, name, variant, data_mb, term_months, price_pence, list_price_pence,"
        " promo_months, effective_pence, content, cost_rules FROM plan_versions"
        " WHERE version_id = 1",
        "INSERT INTO plans SELECT NULL, source, 'another', brand, version_id, source_ref, url,"
        " verified, first_seen, last_seen, absences, withdrawn_at, effective_pence,"
        " exit_price_pence, printed_effective_pence, cost_rules FROM plans WHERE plan_id = 1",
        "INSERT INTO messages (recipient, about, title, body, created_at) SELECT recipient,"
        " 'another', title, body, created_at FROM messages WHERE message_id = 1",
    ],
    indirect=True,
)
def test_the_oracle_sees_what_was_doubled(harmed: tuple[Findings, Path]) -> None:
    findings, _ = harmed

    assert findings.doubled
    assert findings.lost == []


@pytest.mark.parametrize(
    "harmed", ["UPDATE plans SET version_id = 999999 WHERE plan_id = 1"], indirect=True
)
def test_the_oracle_sees_a_reference_to_nothing(harmed: tuple[Findings, Path]) -> None:
    _, home = harmed

    assert find_damage(home)


def test_the_oracle_sees_a_step_that_was_finished_twice_though_its_effects_stand_once(
    unharmed: tuple[Path, Reference], tmp_path: Path
) -> None:
    home, reference = unharmed
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    job_id = value(copy, "SELECT job_id FROM jobs WHERE kind = 'scrape' LIMIT 1")
    with (copy / "logs" / f"{job_id}.log").open("a") as log:
        log.write("2026-11-23T15:28:37.048Z INFO step scrape o2: done\n")

    findings = examine(copy, reference.expected, value(copy, "SELECT count(*) FROM jobs"))

    scrape = f"scrape {job_id}"
    assert findings.doubled == [f"{scrape}: step 'scrape o2': finished 2 times by its log"]
    assert findings.lost == []


def test_a_job_that_does_not_end_in_its_time_is_stuck(tmp_path: Path) -> None:
    home = HomeOfJobs(tmp_path / "root", limit_s=0.3)
    home.recover(None)
    with (home.home.locks / "slot-scrape-0.lock").open("wb") as slot:
        fcntl.flock(slot, fcntl.LOCK_EX)
        job_id = home.dispatch(DAYS[0], None)

        with pytest.raises(Stuck, match=f"gave up waiting for the end of {job_id}"):
            home.await_end(job_id)

        assert held_locks(home.home.root) == ["slot-scrape-0.lock"]
