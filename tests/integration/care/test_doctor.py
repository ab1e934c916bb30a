"""`doctor` says what is wrong with whatever it meets, changes nothing, and never fails itself."""

from __future__ import annotations

import json
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from planwatch.domain.job import JobStatus
from planwatch.home import Home
from planwatch.ledger.care.inspection import has_wal_reset_bug, inspect_ledger
from planwatch.ledger.jobs.transitions import claim_job, create_job
from planwatch.ledger.store.connection import Ledger
from planwatch.services.maintenance.doctor.places import file_system_of
from tests.support.cli import read_json, run_planwatch
from tests.support.fake_model import FakeModel
from tests.support.gated_market import GatedMarket

NOW = "2026-11-02T09:00:00.000Z"


def _lines(*arguments: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the lines of a doctor by group and name; it must end as its lines say."""
    done = run_planwatch("doctor", *arguments, "--json")
    assert done.stdout, done.stderr
    lines = json.loads(done.stdout)["lines"]
    assert done.returncode == any(line["level"] == "fault" for line in lines), done.stderr
    assert [
        line for line in lines if line["level"] in ("fault", "warning") and not line["mends"]
    ] == []
    return {(line["group"], line["name"]): line for line in lines}


def test_a_well_home_has_no_fault(ledger: Ledger) -> None:
    found = _lines()

    assert found["home", "ledger"]["level"] == "ok"
    assert found["home", "permissions"]["level"] == "ok"
    assert found["jobs", "workers"]["level"] == "ok"
    assert found["settings", "values"]["level"] == "ok"
    assert "no ping URL is set" in found["alerts", "dead man's switch"]["said"]


def test_a_home_that_is_not_there_is_not_made(home: Path) -> None:
    assert _lines()["home", "ledger"]["said"] == "there is no ledger yet"
    assert not home.exists()


def _damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)


def _make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")


def _make_foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id=1")


def _overwrite(path: Path) -> None:
    path.write_bytes(b"no database " * 1000)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_damage, "the ledger is damaged"),
        (_overwrite, "the ledger is damaged"),
        (_make_newer, "a newer planwatch wrote the ledger"),
        (_make_foreign, "belongs to another program"),
    ],
)
def test_a_ledger_that_no_command_can_open_is_a_fault_and_stays_as_it_is(
    ledger: Ledger, place: Home, spoil: Any, said: str
) -> None:
    ledger.query("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.close()
    spoil(place.ledger)
    before = place.ledger.read_bytes()

    line = _lines()["home", "ledger"]

    assert (line["level"], said in line["said"]) == ("fault", True)
    assert place.ledger.read_bytes() == before


def test_a_ledger_that_somebody_holds_is_told_and_not_waited_for(place: Home) -> None:
    place.prepare()
    with closing(sqlite3.connect(place.ledger, isolation_level=None)) as holder:
        holder.execute("CREATE TABLE t (a)")
        holder.execute("BEGIN EXCLUSIVE")

        assert inspect_ledger(place.ledger, limit_s=1).state == "held"


def test_a_check_that_takes_too_long_is_ended(ledger: Ledger, place: Home) -> None:
    ledger.execute("CREATE TABLE filler (body TEXT)")
    ledger.execute(
        "INSERT INTO filler WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 200000) SELECT i FROM n"
    )

    found = inspect_ledger(place.ledger, limit_s=0)

    assert (found.state, found.is_complete) == ("well", False)


def test_a_reference_to_nothing_is_found(ledger: Ledger, place: Home) -> None:
    ledger.execute("PRAGMA foreign_keys=OFF")
    ledger.execute("INSERT INTO steps (job_id, name, position) VALUES ('gone', 'a', 1)")

    assert inspect_ledger(place.ledger, limit_s=5).problems == (
        "a row of steps refers to a row of jobs that is gone",
    )


def test_settings_that_are_not_valid_are_faults(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.prepare()
    place.config_file.write_text("[fetch]\npace_s = -1\n")
    monkeypatch.setenv("PLANWATCH_FETHC__PACE_S", "2")

    found = _lines()

    assert found["settings", "values"]["said"].startswith("fetch.pace_s")
    assert "PLANWATCH_FETCH__PACE_S" in found["settings", "environment"]["mends"]


def test_what_others_may_read_and_what_lost_its_job_is_named(ledger: Ledger, place: Home) -> None:
    place.log_of("gone").write_text("x")
    place.lock_of("gone").write_text("")
    with ledger.transaction():
        create_job(
            ledger, job_id="dead", kind="scrape", params={}, context={}, max_resumes=3, at=NOW
        )
    claim_job(ledger, "dead", pid=1, at=NOW)
    place.root.chmod(0o755)
    place.ledger.chmod(0o644)

    found = _lines()

    assert str(place.ledger) in found["home", "permissions"]["said"]
    assert "dead" in found["jobs", "workers"]["said"]
    assert found["jobs", "locks"]["said"].startswith("2 locks and logs")
    status = ledger.query("SELECT status FROM jobs")[0][0]
    assert status == JobStatus.RUNNING, "doctor resumes nothing"


def test_a_clock_behind_the_ledger_is_a_fault(ledger: Ledger) -> None:
    with ledger.transaction():
        create_job(
            ledger,
            job_id="late",
            kind="scrape",
            params={},
            context={},
            max_resumes=0,
            at="2999-01-01T00:00:00.000Z",
        )

    assert "are in the future" in _lines()["installation", "clock"]["said"]


def test_a_models_server_is_asked_only_where_one_is_configured(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = _lines()["model", "server"]
    with FakeModel() as model:
        for name, value in model.env().items():
            monkeypatch.setenv(name, value)
        _lines()
    gone = _lines()["model", "server"]

    assert without["level"] == "ok"
    assert (gone["level"], "does not answer" in gone["said"]) == ("warning", True)


def test_a_proof_on_a_replica_is_never_called_live(ledger: Ledger, market: GatedMarket) -> None:
    market.fail("giffgaff", 500)
    found = _lines("--live", "smarty", "giffgaff")
    sources = {each["source"]: each for each in read_json("sources")["sources"]}

    assert found["live", "smarty"]["level"] == "ok"
    assert "the replica at http://127.0.0.1" in found["live", "smarty"]["said"]
    assert found["live", "giffgaff"]["level"] == "fault"
    assert sources["smarty"]["checked_live"]["against"] == "replica"
    assert sources["giffgaff"]["checked_live"] is None
    assert "; replica on " in run_planwatch("sources").stdout
    assert ledger.query("SELECT count(*) FROM plans")[0][0] == 0, "nothing is scraped"


def _tell(place: Home, text: str) -> None:
    place.config_file.write_text(text)
    place.config_file.chmod(0o600)


def test_who_is_told_is_said_without_an_address(ledger: Ledger, place: Home) -> None:
    _tell(
        place,
        "[notify]\nurls = ['json://hush.example/t0ken']\nping_url = 'https://p.example/t0ken'\n"
        "[notify.targets]\nteam = ['json://hush.example/b', 'json://hush.example/c']\n",
    )

    found = _lines()

    assert found["alerts", "targets"]["said"].startswith("addresses of default, team: 3;")
    assert found["alerts", "dead man's switch"]["level"] == "ok"
    assert ("alerts", "apprise") not in found
    assert "hush" not in json.dumps(list(found.values()))
    _tell(place, "[notify]\nurls = ['t0ken']\n")
    broken = _lines()["alerts", "targets"]
    assert (broken["level"], "t0ken" in broken["said"]) == ("fault", False)


def test_alerts_that_nobody_got_are_named_with_the_command_that_says_why(ledger: Ledger) -> None:
    with ledger.transaction():
        for number, state in enumerate(("sent", "pending", "sending", "given_up")):
            ledger.execute(
                "INSERT INTO messages (recipient, about, title, body, state, created_at)"
                " VALUES ('default', ?, 't', 'b', ?, ?)",
                (str(number), state, NOW),
            )

    found = _lines()

    assert found["alerts", "outbox"]["said"].endswith(": 2")
    assert found["alerts", "given up"]["said"].endswith(": 1")
    assert "planwatch notify list" in found["alerts", "outbox"]["mends"]


def test_a_source_of_ones_own_is_asked_live_by_its_id(
    ledger: Ledger, place: Home, market: GatedMarket
) -> None:
    place.config_file.write_text(
        "[[sources]]\nid = 'acme'\nname = 'Acme'\nurls = ['https://www.acme.example/none']\n"
        "[[sources]]\nid = 'o2'\nenabled = false\n"
    )
    found = _lines("--live", "acme")

    assert found["live", "acme"]["level"] == "fault", "the market does not serve it"
    assert found["settings", "values"]["level"] == "ok"
    assert run_planwatch("doctor", "--live", "nosuch").returncode == 2


def test_sources_without_live_are_a_misuse(ledger: Ledger) -> None:
    assert run_planwatch("doctor", "o2").returncode == 2


@pytest.mark.parametrize(
    ("version", "has_it"),
    [
        ((3, 6, 23), False),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_the_bug_of_sqlite_is_known_by_its_versions(
    version: tuple[int, int, int], has_it: bool
) -> None:
    assert has_wal_reset_bug(version) == has_it


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="not Linux")
def test_the_file_system_of_a_folder_is_told() -> None:
    assert file_system_of(Path("/proc/self")) == "proc"


def test_a_home_that_cannot_be_looked_into_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_HOME", str(tmp_path / ("a" * 300)))

    found = _lines()

    assert found["home", "ledger"]["level"] == "fault"
    assert not [line for line in found.values() if "this check failed" in line["said"]]


def test_an_empty_ledger_is_not_called_another_programs(place: Home) -> None:
    place.prepare()
    place.ledger.write_bytes(b"")

    assert _lines()["home", "ledger"]["said"] == "ledger.db is empty"


def test_what_lies_in_a_closed_home_is_open_to_nobody(ledger: Ledger, place: Home) -> None:
    log = place.logs / "cron.log"
    log.touch()
    log.chmod(0o644)  # as cron's shell makes it
    closed = _lines()["home", "permissions"]["level"]
    place.root.chmod(0o755)

    found = _lines()["home", "permissions"]

    assert closed == "ok"
    assert (found["level"], str(log) in found["said"]) == ("warning", True)


@pytest.mark.parametrize(
    ("statement", "level", "named"),
    [
        (
            "CREATE TRIGGER lower_all AFTER INSERT ON jobs BEGIN DELETE FROM jobs; END",
            "fault",
            "trigger lower_all",
        ),
        ("CREATE TABLE notes (text)", "note", "table notes"),
        ("CREATE VIEW cheap AS SELECT 1", "note", "view cheap"),
    ],
)
def test_what_planwatch_did_not_make_in_the_ledger_is_named(
    ledger: Ledger, place: Home, statement: str, level: str, named: str
) -> None:
    with closing(sqlite3.connect(place.ledger)) as connection:
        connection.execute(statement)
        connection.commit()

    line = _lines()["home", "schema"]

    assert (line["level"], named in line["said"]) == (level, True), line


def test_the_command_that_drops_a_trigger_does_that_alone_whatever_its_name(
    ledger: Ledger, place: Home
) -> None:
    name = "x\"'; touch planted; echo '"
    with closing(sqlite3.connect(place.ledger)) as connection:
        quoted = name.replace('"', '""')
        connection.execute(f'CREATE TRIGGER "{quoted}" AFTER INSERT ON jobs BEGIN SELECT 1; END')
        connection.commit()

    command = shlex.split(_lines()["home", "schema"]["mends"].partition("drop it: ")[2])

    assert command == ["sqlite3", str(place.ledger), f'DROP TRIGGER "{quoted}"']


def test_a_view_of_ours_that_says_something_else_is_named(ledger: Ledger, place: Home) -> None:
    with closing(sqlite3.connect(place.ledger)) as connection:
        views = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")
        name = views.fetchone()[0]
        connection.execute(f"DROP VIEW {name}")
        connection.execute(f"CREATE VIEW {name} AS SELECT 1")
        connection.commit()

    assert f"view {name}" in _lines()["home", "schema"]["said"]
