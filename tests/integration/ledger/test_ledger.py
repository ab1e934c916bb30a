"""The ledger: opened by one factory, migrated under a lock, with errors that a person can read."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from planwatch.domain.outcome import Outcome
from planwatch.domain.page import Page
from planwatch.errors import (
    HomeError,
    LedgerBusy,
    LedgerDamaged,
    LedgerError,
    LedgerTooNew,
    NotALedger,
    UnknownName,
)
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import find_job, list_jobs
from planwatch.ledger.jobs.transitions import create_job
from planwatch.ledger.pages.captures import add_capture, last_good_hashes
from planwatch.ledger.pages.health import (
    SourceHealth,
    add_source_run,
    has_good_run,
    load_health,
    newest_stored_at,
)
from planwatch.ledger.reports.analyses import (
    StoredAnalysis,
    find_analysis,
    find_cached,
    list_analyses,
    save_analysis,
)
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.ledger.store.info import set_info
from planwatch.ledger.store.migrations import MIGRATIONS
from planwatch.ledger.store.version import SCHEMA_VERSION
from tests.support.cli import HANG_S


@pytest.fixture
def place(home: Path) -> Home:
    return Home(home, home / "config.toml")


def _schema(ledger: Ledger) -> list[tuple[str, str]]:
    rows = ledger.query("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    return [(row["name"], row["sql"]) for row in rows]


def test_a_fresh_ledger_has_the_latest_schema_and_safe_settings(place: Home) -> None:
    ledger = open_ledger(place)

    def pragma(name: str) -> object:
        row = ledger.query_one(f"PRAGMA {name}")
        return row[0] if row else None

    assert pragma("user_version") == SCHEMA_VERSION == len(MIGRATIONS._migrations)
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2, "FULL"
    assert pragma("foreign_keys") == 1
    assert pragma("auto_vacuum") == 2, "INCREMENTAL"
    ledger.close()


def test_every_table_is_strict(place: Home) -> None:
    ledger = open_ledger(place)

    rows = ledger.query(
        "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
    )

    loose = {row["name"] for row in rows if not row["strict"]}
    assert loose <= {"sqlite_schema", "sqlite_sequence", "_sqlite_migrations"}
    ledger.close()


def test_folders_are_0700_and_the_ledger_is_0600(place: Home) -> None:
    open_ledger(place).close()

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in place.root.iterdir()}

    assert modes["ledger.db"] == 0o600
    assert {modes[name] for name in ("archive", "logs", "locks")} == {0o700}
    assert stat.S_IMODE((place.locks / "migrate.lock").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.root.stat().st_mode) == 0o700


_DIE_WHILE_MIGRATING = """
import os, sys
from pathlib import Path
from planwatch.home import Home
from planwatch.ledger.store.connection import connect
from planwatch.ledger.store.migrate import migrate
root, left = Path(sys.argv[1]), int(sys.argv[2])
home = Home(root, root / "config.toml")
home.prepare()
connection = connect(home.ledger)
def count(statement):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
connection.set_trace_callback(count)
migrate(home, connection)
"""


@pytest.mark.parametrize("statements", [0, 1, 2, 3, 4, 6, 8, 10, 20, 40])
def test_a_first_migration_killed_anywhere_is_finished_by_the_next_command(
    place: Home, tmp_path: Path, statements: int
) -> None:
    fresh = open_ledger(Home(tmp_path / "fresh", tmp_path / "fresh" / "config.toml"))
    died = subprocess.run(
        [sys.executable, "-c", _DIE_WHILE_MIGRATING, str(place.root), str(statements)], check=False
    )

    finished = open_ledger(place)

    assert died.returncode == 9
    assert _schema(finished) == _schema(fresh)
    assert finished.query_one("PRAGMA auto_vacuum")[0] == 2  # type: ignore[index]
    finished.close()
    fresh.close()


def test_a_schema_without_its_version_is_finished_by_the_next_command(place: Home) -> None:
    ledger = open_ledger(place)
    complete = _schema(ledger)
    ledger.execute("PRAGMA user_version=0")
    ledger.close()

    reopened = open_ledger(place)

    assert _schema(reopened) == complete
    reopened.close()


def test_a_file_that_is_no_database_is_named_and_kept(place: Home) -> None:
    place.prepare()
    place.ledger.write_bytes(b"this is a letter, not a database\n" * 100)
    before = place.ledger.read_bytes()

    with pytest.raises(LedgerDamaged, match=r"ledger\.db is damaged"):
        open_ledger(place)

    assert place.ledger.read_bytes() == before


@pytest.mark.parametrize(
    "statements",
    [
        ["PRAGMA application_id=77", "CREATE TABLE songs (title TEXT)"],
        ["CREATE TABLE songs (title TEXT)"],
        ["CREATE TABLE jobs (title TEXT)"],
        ["CREATE TABLE songs (title TEXT)", "PRAGMA user_version=1"],
        ["CREATE VIEW one AS SELECT 1"],
    ],
)
def test_another_programs_database_is_refused_and_left_as_it_is(
    place: Home, statements: list[str]
) -> None:
    place.prepare()
    other = sqlite3.connect(place.ledger)
    for statement in statements:
        other.execute(statement)
    other.close()
    before = place.ledger.read_bytes()

    with pytest.raises(NotALedger, match="another program"):
        open_ledger(place)

    assert place.ledger.read_bytes() == before
    assert [path.name for path in place.root.glob("ledger*")] == ["ledger.db"]


def test_a_ledger_of_a_newer_schema_is_refused(place: Home) -> None:
    ledger = open_ledger(place)
    ledger.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    ledger.close()

    with pytest.raises(LedgerTooNew, match="knows up to"):
        open_ledger(place)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")

    with pytest.raises(HomeError, match="cannot write to the home folder"):
        open_ledger(Home(tmp_path / "home", tmp_path / "config.toml"))


def test_a_ledger_held_by_another_process_is_busy_and_nothing_is_changed(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = open_ledger(place)
    ledger.execute("PRAGMA busy_timeout=50")
    holder = sqlite3.connect(place.ledger, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(LedgerBusy) as caught, ledger.transaction():
        raise AssertionError("the transaction must not begin")

    assert caught.value.exit_code == 75
    holder.close()
    ledger.close()


def _synchronous(ledger: Ledger) -> object:
    row = ledger.query_one("PRAGMA synchronous")
    return row[0] if row else None


def test_a_less_durable_transaction_that_cannot_begin_leaves_the_next_one_durable(
    place: Home,
) -> None:
    ledger = open_ledger(place)
    ledger.execute("PRAGMA busy_timeout=50")
    holder = sqlite3.connect(place.ledger, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(LedgerBusy), ledger.transaction(durable=False):
        raise AssertionError("the transaction must not begin")

    assert _synchronous(ledger) == 2, "FULL"
    holder.close()
    ledger.close()


def test_a_less_durable_transaction_commits_and_hands_back_full_durability(place: Home) -> None:
    ledger = open_ledger(place)

    with ledger.transaction(durable=False):
        inside = _synchronous(ledger)
        ledger.execute("INSERT INTO ledger_info VALUES ('whole', 'done')")

    assert (inside, _synchronous(ledger)) == (1, 2), "NORMAL, FULL"
    assert len(ledger.query("SELECT * FROM ledger_info")) == 1
    ledger.close()


@pytest.mark.parametrize("durable", [True, False])
def test_a_failed_transaction_leaves_nothing_behind(place: Home, durable: bool) -> None:
    ledger = open_ledger(place)

    with pytest.raises(ZeroDivisionError), ledger.transaction(durable=durable):
        ledger.execute("INSERT INTO ledger_info VALUES ('half', 'done')")
        _ = 1 / 0

    assert ledger.query("SELECT * FROM ledger_info") == []
    assert _synchronous(ledger) == 2, "FULL"
    ledger.close()


@pytest.mark.parametrize("durable", [True, False])
def test_a_rollback_that_fails_hides_no_reason(place: Home, durable: bool) -> None:
    ledger = open_ledger(place)

    with pytest.raises(ZeroDivisionError) as caught, ledger.transaction(durable=durable):
        ledger.close()
        _ = 1 / 0

    assert all("the ledger" in note for note in caught.value.__notes__)


def test_a_transaction_within_another_is_refused_and_both_are_undone(place: Home) -> None:
    ledger = open_ledger(place)

    with pytest.raises(LedgerError, match="within a transaction"), ledger.transaction():
        ledger.execute("INSERT INTO ledger_info VALUES ('outer', 'done')")
        with ledger.transaction():
            raise AssertionError("the transaction must not begin")

    assert ledger.query("SELECT * FROM ledger_info") == []
    ledger.close()


_OPEN = """
import sys
from pathlib import Path
from planwatch.home import Home
from planwatch.ledger.store.connection import open_ledger
root = Path(sys.argv[1])
ledger = open_ledger(Home(root, root / "config.toml"))
print(len(ledger.query("SELECT * FROM jobs")))
"""


def test_sixteen_processes_may_open_a_new_ledger_at_once(home: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN, str(home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for _ in range(16)
    ]

    answers = [process.communicate(timeout=HANG_S) for process in processes]

    assert answers == [("0\n", "")] * 16


_SOURCES = ("ee", "giffgaff", "o2", "sky", "smarty", "tesco", "three", "uswitch", "vodafone")
_DAY = "2026-11-{:02d}T09:00:00.000Z"


def _ask(ledger: Ledger, source: str, outcome: Outcome, at: str, *, job_id: str = "job") -> None:
    with ledger.transaction():
        add_source_run(
            ledger, job_id=job_id, source=source, outcome=outcome, plans=3, error=None, at=at
        )


def test_the_health_of_a_source_is_its_last_run_and_its_last_good_one_by_whatever_clock(
    place: Home,
) -> None:
    ledger = open_ledger(place)
    _ask(ledger, "three", Outcome.OK, "2031-01-01T09:00:00.000Z")
    _ask(ledger, "three", Outcome.UNCHANGED, _DAY.format(1))
    _ask(ledger, "three", Outcome.PARTIAL, _DAY.format(2))
    _ask(ledger, "three", Outcome.BLOCKED, _DAY.format(3))
    _ask(ledger, "o2", Outcome.NETWORK, _DAY.format(3))

    health = load_health(ledger)

    assert health == {
        source: SourceHealth(
            source=source,
            outcome=outcome,
            plans=3,
            checked_at=_DAY.format(3),
            error=None,
            last_good_at=good_at,
            failures_in_a_row=failures,
        )
        for source, outcome, good_at, failures in (
            ("o2", Outcome.NETWORK, None, 1),
            ("three", Outcome.BLOCKED, _DAY.format(1), 2),
        )
    }
    ledger.close()


def test_a_ledger_without_a_scrape_knows_no_source(place: Home) -> None:
    ledger = open_ledger(place)

    assert load_health(ledger) == {}
    ledger.close()


def test_the_pages_of_the_last_good_scrape_are_those_of_its_job(place: Home) -> None:
    ledger = open_ledger(place)
    for day, outcome in ((1, Outcome.OK), (2, Outcome.OK), (3, Outcome.PARTIAL)):
        with ledger.transaction():
            for source in ("three", "o2"):
                add_capture(
                    ledger,
                    job_id=f"job{day}",
                    source=source,
                    page=Page(body=b"page"),
                    sha256=f"{source}{day}",
                    at=_DAY.format(day),
                )
        _ask(ledger, "three", outcome, _DAY.format(day), job_id=f"job{day}")

    hashes = last_good_hashes(ledger, "three")

    assert hashes == {"three2"}
    ledger.close()


def _new_job(ledger: Ledger, job_id: str, at: str, kind: str = "scrape") -> None:
    create_job(ledger, job_id=job_id, kind=kind, params={}, context={}, max_resumes=2, at=at)


def test_the_last_job_is_the_one_made_last_though_the_clock_was_set_back(place: Home) -> None:
    ledger = open_ledger(place)
    _new_job(ledger, "abc", _DAY.format(9))
    _new_job(ledger, "abd", _DAY.format(1), kind="compare")
    _new_job(ledger, "xyz", _DAY.format(2))

    found = find_job(ledger, "last").job_id, find_job(ledger, "X").job_id

    assert found == ("xyz", "xyz")
    assert [job.job_id for job in list_jobs(ledger, limit=9)] == ["xyz", "abd", "abc"]
    assert [job.job_id for job in list_jobs(ledger, limit=9, kind="scrape")] == ["xyz", "abc"]
    with pytest.raises(UnknownName, match="several jobs' ids begin with 'ab': abd, abc"):
        find_job(ledger, "ab")
    for nobody in ("abce", "é", "\udcff", " ", "abc%"):
        with pytest.raises(UnknownName, match="no job's id begins with"):
            find_job(ledger, nobody)
    ledger.close()


def _analysis(analysis_id: str, at: str) -> StoredAnalysis:
    return StoredAnalysis(
        analysis_id=analysis_id,
        kind="compare",
        brands=("O2",),
        job_id=f"job-{analysis_id}",
        created_at=at,
        as_of="2026-11-01",
        plans_digest="same",
        written_by="template",
        document={},
    )


def test_a_long_analysis_is_packed_and_one_of_an_older_version_is_read_as_it_is(
    place: Home,
) -> None:
    ledger = open_ledger(place)
    document = {"verdict": "O2 is dearer. " * 1_000, "price": "£8"}
    with ledger.transaction():
        save_analysis(ledger, replace(_analysis("new", _DAY.format(9)), document=document))
        save_analysis(ledger, replace(_analysis("old", _DAY.format(1)), document={}))
        text = json.dumps(document)
        ledger.execute("UPDATE analyses SET document = ? WHERE analysis_id = 'old'", (text,))

    found = [find_analysis(ledger, name).document for name in ("new", "old")]
    size = ledger.query_one("SELECT length(document) FROM analyses WHERE analysis_id = 'new'")

    assert found == [document, document]
    assert size is not None
    assert size[0] < len(text) / 20
    ledger.close()


def test_the_newest_analysis_is_the_one_written_last_though_the_clock_was_set_back(
    place: Home,
) -> None:
    ledger = open_ledger(place)
    older, newer = _analysis("abc", _DAY.format(9)), _analysis("abd", _DAY.format(1))
    with ledger.transaction():
        save_analysis(ledger, older)
        save_analysis(ledger, newer)

    found = [find_analysis(ledger, text) for text in (None, "last", "abc", "job-abc")]

    assert found == [newer, newer, older, older]
    assert list_analyses(ledger, 9) == [newer, older]
    assert find_cached(ledger, kind="compare", brands=["O2"], plans_digest="same") == {
        "analysis_id": newer.analysis_id,
        "written_by": newer.written_by,
    }
    for text, message in (("ab", "several"), ("\udcff", "no analysis id")):
        with pytest.raises(UnknownName, match=message):
            find_analysis(ledger, text)
    ledger.close()


def _plans_of(ledger: Ledger, call: Callable[[Ledger], object]) -> str:
    """Return how SQLite answers the queries of one call."""
    statements: list[str] = []
    ledger._connection.set_trace_callback(statements.append)
    with contextlib.suppress(UnknownName):
        call(ledger)
    ledger._connection.set_trace_callback(None)
    rows = [
        row["detail"]
        for sql in dict.fromkeys(statements)
        if not sql.startswith("--")  # of a view's inner parts
        for row in ledger.query(f"EXPLAIN QUERY PLAN {sql}")
    ]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("call", "index"),
    [
        (lambda ledger: find_job(ledger, "abc"), "sqlite_autoindex_jobs_1 (job_id>? AND job_id<?)"),
        (lambda ledger: list_jobs(ledger, limit=9, kind="scrape"), "jobs_by_kind (kind=?)"),
        (lambda ledger: find_analysis(ledger, "abc"), "analysis_id>? AND analysis_id<?"),
        (lambda ledger: find_analysis(ledger, "abc"), "analyses_by_job (job_id=?)"),
        (
            lambda ledger: find_cached(ledger, kind="compare", brands=[], plans_digest=""),
            "analyses_by_plans (kind=? AND brands=? AND plans_digest=?)",
        ),
        (load_health, "source_runs_by_source (source>?)"),
        (load_health, "source_runs_good (source=?)"),
        (lambda ledger: has_good_run(ledger, "o2"), "source_runs_good (source=?)"),
        (lambda ledger: newest_stored_at(ledger, "o2"), "source_runs_stored (source=?)"),
        (lambda ledger: last_good_hashes(ledger, "o2"), "captures_by_job (job_id=? AND source=?)"),
        (lambda ledger: last_good_hashes(ledger, "o2"), "source_runs_good (source=?)"),
        (
            lambda ledger: ledger.query("SELECT kind FROM changes WHERE plan_id = 1"),
            "changes_by_plan (plan_id=?)",
        ),
    ],
)
def test_what_is_asked_of_a_large_ledger_is_answered_by_an_index(
    place: Home, call: Callable[[Ledger], object], index: str
) -> None:
    ledger = open_ledger(place)

    plans = _plans_of(ledger, call)

    assert index in plans
    for table in ("jobs", "analyses", "captures", "changes", "source_runs", "r", "g", "f"):
        assert f"SCAN {table}" not in plans.splitlines()
    ledger.close()


def test_a_hundred_thousand_jobs_are_listed_and_found_without_a_wait(place: Home) -> None:
    open_ledger(place).close()
    filler = sqlite3.connect(place.ledger)
    with filler:
        filler.executemany(
            "INSERT INTO jobs (job_id, kind, params, context, status, max_resumes, created_at)"
            " VALUES (?, 'scrape', '{}', '{}', 'completed', 2, '2026-11-01T09:00:00.000Z')",
            ((f"{number * 7919 % 100_000:05d}job",) for number in range(100_000)),
        )
        filler.executemany(
            "INSERT INTO source_runs (source, outcome, plans, checked_at)"
            " VALUES (?, ?, 9, '2026-11-01T09:00:00.000Z')",
            ((_SOURCES[number % 9], _OUTCOMES[number % 4]) for number in range(300_000)),
        )
    filler.close()
    ledger = open_ledger(place)

    slow = {
        name: took_s
        for name, call in _QUICK.items()
        if (took_s := min(_cpu_seconds_of(ledger, call) for _ in range(3))) > 0.02
    }

    assert slow == {}
    assert len(load_health(ledger)) == len(_SOURCES)
    ledger.close()


_OUTCOMES = (Outcome.OK, Outcome.UNCHANGED, Outcome.PARTIAL, Outcome.NETWORK)
_QUICK: dict[str, Callable[[Ledger], object]] = {
    "list_jobs": lambda ledger: list_jobs(ledger, limit=20),
    "list_jobs of a kind": lambda ledger: list_jobs(ledger, limit=20, kind="scrape"),
    "list_jobs of a kind without any": lambda ledger: list_jobs(ledger, limit=20, kind="compare"),
    "find_job": lambda ledger: find_job(ledger, "4242"),
    "find_job among many": lambda ledger: find_job(ledger, "4"),
    "find_job last": lambda ledger: find_job(ledger, "last"),
    "load_health": load_health,
    "has_good_run": lambda ledger: has_good_run(ledger, "three"),
    "newest_stored_at": lambda ledger: newest_stored_at(ledger, "three"),
}


def _cpu_seconds_of(ledger: Ledger, call: Callable[[Ledger], object]) -> float:
    began = time.process_time()
    with contextlib.suppress(UnknownName):
        call(ledger)
    return time.process_time() - began


_OPEN_AND_CLOSE = """
import sys
from pathlib import Path
from planwatch.home import Home
from planwatch.ledger.store.connection import open_ledger
from planwatch.ledger.store.info import get_info
root = Path(sys.argv[1])
ledger = open_ledger(Home(root, root / "config.toml"))
print(get_info(ledger, "first"), get_info(ledger, "second"))
ledger.close()
"""


def test_a_second_connection_of_a_process_takes_no_lock_from_the_first(home: Path) -> None:
    """Closing a descriptor drops a process's POSIX locks; another then deletes the WAL under us."""
    place = Home(home, home / "config.toml")
    first = open_ledger(place)
    with first.transaction():
        set_info(first, "first", "1")
    second = open_ledger(place)
    _run_script(_OPEN_AND_CLOSE, home)
    with first.transaction():
        set_info(first, "second", "2")

    seen = _run_script(_OPEN_AND_CLOSE, home)

    first.close()
    second.close()
    assert seen.split() == ["1", "2"]


def _run_script(script: str, home: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=True
    )
    return done.stdout
