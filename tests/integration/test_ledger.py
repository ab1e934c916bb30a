"""The ledger: opened by one factory, migrated under a lock, with errors that a person can read."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import sqlite_utils

from planwatch.errors import HomeError, LedgerBusy, LedgerTooNew, NotALedger
from planwatch.home import Home
from planwatch.ledger.connection import Ledger, open_ledger
from planwatch.ledger.migrations import MIGRATIONS
from planwatch.ledger.version import SCHEMA_VERSION


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
    assert stat.S_IMODE(place.root.stat().st_mode) == 0o700


def test_an_interrupted_migration_is_finished_by_the_next_command(place: Home) -> None:
    """The schema was written, the version was not: as if killed between the two."""
    ledger = open_ledger(place)
    complete = _schema(ledger)
    ledger.execute("PRAGMA user_version=0")
    ledger.close()

    reopened = open_ledger(place)

    assert _schema(reopened) == complete
    reopened.close()


def test_migrations_applied_one_by_one_give_the_schema_of_a_fresh_ledger(
    place: Home, tmp_path: Path
) -> None:
    fresh = open_ledger(place)
    step_by_step = sqlite_utils.Database(tmp_path / "other.db")
    for migration in MIGRATIONS._migrations[1:]:
        MIGRATIONS.apply(step_by_step, stop_before=migration.name)
    MIGRATIONS.apply(step_by_step)

    rows = step_by_step.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    ).fetchall()

    assert rows == _schema(fresh)
    fresh.close()
    step_by_step.close()


def test_a_file_that_is_no_database_is_named_and_kept(place: Home) -> None:
    place.prepare()
    place.ledger.write_bytes(b"this is a letter, not a database\n" * 100)
    before = place.ledger.read_bytes()

    with pytest.raises(NotALedger, match=r"ledger\.db is not a planwatch ledger"):
        open_ledger(place)

    assert place.ledger.read_bytes() == before


def test_another_programs_database_is_refused(place: Home) -> None:
    place.prepare()
    other = sqlite3.connect(place.ledger)
    other.execute("PRAGMA application_id=77")
    other.execute("CREATE TABLE songs (title TEXT)")
    other.close()

    with pytest.raises(NotALedger, match="another program"):
        open_ledger(place)


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


def test_a_failed_transaction_leaves_nothing_behind(place: Home) -> None:
    ledger = open_ledger(place)

    with pytest.raises(ZeroDivisionError), ledger.transaction():
        ledger.execute("INSERT INTO ledger_info VALUES ('half', 'done')")
        _ = 1 / 0

    assert ledger.query("SELECT * FROM ledger_info") == []
    ledger.close()


_OPEN = """
import sys
from pathlib import Path
from planwatch.home import Home
from planwatch.ledger.connection import open_ledger
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

    answers = [process.communicate(timeout=60) for process in processes]

    assert answers == [("0\n", "")] * 16
