"""A backup is put in place whole or not at all, and what was there is kept."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import stat
import subprocess
import tarfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from planwatch.home import Home
from planwatch.ledger.alerts.messages import add_message
from planwatch.ledger.jobs.transitions import create_job
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.ledger.store.version import SCHEMA_VERSION
from tests.support.cli import PROGRAM, read_json, run_planwatch, wait_until
from tests.support.gated_market import GatedMarket
from tests.support.ledgers import create_launched_job, rows, value
from tests.support.workers import await_end, workers_below

AT = "2026-11-20T09:00:00.000Z"


def _back_up(target: Path, *options: str) -> Path:
    return Path(read_json("backup", str(target), *options)["file"])


def _kept(home: Path) -> list[str]:
    return sorted(path.name for path in home.glob("ledger.db.before-restore-*"))


def _files(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}


def test_what_was_lost_since_a_backup_is_kept_beside_it(
    home: Path, market: GatedMarket, tmp_path: Path
) -> None:
    run_planwatch("scrape", "smarty", "--wait")
    backup = _back_up(tmp_path / "copy.db")
    run_planwatch("scrape", "giffgaff", "--wait")
    plans = value(home, "SELECT count(*) FROM plans")

    done = run_planwatch("restore", str(backup))

    assert (done.returncode, done.stderr) == (0, "")
    assert f"Restored: {home / 'ledger.db'} from {backup}" in done.stdout
    assert {plan["source"] for plan in read_json("plans")["plans"]} == {"smarty"}
    assert stat.S_IMODE((home / "ledger.db").stat().st_mode) == 0o600
    [kept] = _kept(home)
    assert kept in done.stdout
    with sqlite3.connect(home / kept) as old:
        assert old.execute("SELECT count(*) FROM plans").fetchone() == (plans,)
    assert run_planwatch("scrape", "giffgaff", "--wait").returncode == 0


def test_a_wal_that_belongs_to_the_old_ledger_does_not_reach_the_new_one(
    home: Path, place: Home, tmp_path: Path
) -> None:
    run_planwatch("status")
    backup = _back_up(tmp_path / "copy.db")
    # a process that was killed leaves its commits in the WAL
    script = (
        "import os, sys; from pathlib import Path; from planwatch.home import Home;"
        "from planwatch.ledger.store.connection import open_ledger;"
        "from planwatch.ledger.store.info import set_info;"
        "root = Path(sys.argv[1]); ledger = open_ledger(Home(root, root / 'config.toml'));"
        "set_info(ledger, 'market', 'old'); os._exit(0)"
    )
    subprocess.run([PROGRAM[0], "-c", script, str(home)], check=True)
    assert (home / "ledger.db-wal").stat().st_size > 0

    done = run_planwatch("restore", str(backup))

    assert done.returncode == 0
    assert rows(home, "SELECT value FROM ledger_info WHERE name = 'market'") == []
    [kept] = [name for name in _kept(home) if not name.endswith(("-wal", "-shm"))]
    with sqlite3.connect(home / kept) as old:
        found = old.execute("SELECT value FROM ledger_info WHERE name = 'market'").fetchall()
    assert found == [("old",)]


@pytest.mark.parametrize("harm", ["gone", "emptied", "noise", "cut", "home_gone"])
def test_a_ledger_in_any_state_is_replaced(home: Path, tmp_path: Path, harm: str) -> None:
    run_planwatch("status")
    backup = _back_up(tmp_path / "copy.db")
    ledger = home / "ledger.db"
    if harm == "gone":
        ledger.unlink()
    elif harm == "emptied":
        ledger.write_bytes(b"")
        (home / "logs" / "abc.log").write_text("x")
    elif harm == "noise":
        ledger.write_bytes(bytes(range(256)) * 100)
    elif harm == "cut":
        ledger.write_bytes(ledger.read_bytes()[:5000])
    else:
        shutil.rmtree(home)
    before = ledger.read_bytes() if ledger.exists() else None

    done = run_planwatch("restore", str(backup))

    assert (done.returncode, done.stderr) == (0, "")
    assert run_planwatch("status").returncode == 0
    assert [(home / name).read_bytes() for name in _kept(home)] == (
        [] if before is None else [before]
    )


def _noise(path: Path) -> None:
    path.write_bytes(b"a letter\n" * 1000)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def _zero_page(path: Path) -> None:
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])


def _spoil_index(path: Path) -> None:
    """Leave an index without its rows: SQLite's quick check does not see that."""
    with sqlite3.connect(path) as other:
        [page] = other.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_jobs_1'"
        ).fetchone()
    body = bytearray(path.read_bytes())
    body[(page - 1) * 4096 + 3 : (page - 1) * 4096 + 5] = b"\0\0"  # no cells
    path.write_bytes(body)


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")


def _foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE letters (body)")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_noise, "is damaged"),
        (_cut, "is damaged"),
        (_zero_page, "is damaged"),
        (_spoil_index, "is damaged"),
        (_newer, "has schema 99"),
        (_foreign, "is not a planwatch ledger"),
        (_empty, "is not a planwatch ledger"),
    ],
)
def test_a_file_that_is_no_sound_backup_changes_nothing(
    home: Path, tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    run_planwatch("status")
    ledger = open_ledger(Home(home, home))
    with ledger.transaction():
        create_job(
            ledger, job_id="abcdef", kind="scrape", params={}, context={}, max_resumes=3, at=AT
        )
    ledger.close()
    backup = _back_up(tmp_path / "copy.db")
    harm(backup)
    before = _files(home)

    done = run_planwatch("restore", str(backup))

    assert done.returncode == 1
    assert f"{backup} {said}" in done.stderr
    assert "Traceback" not in done.stderr
    assert _files(home) == before


def test_a_file_that_cannot_be_a_backup_is_refused(home: Path, tmp_path: Path) -> None:
    run_planwatch("status")
    (tmp_path / "link.db").symlink_to(home / "ledger.db")

    for name in ("none.db", ".", "link.db", "~nosuchuser/x.db"):
        done = run_planwatch("restore", name if name.startswith("~") else str(tmp_path / name))
        assert done.returncode == 2, name
    assert _kept(home) == []


def test_nothing_is_restored_while_a_worker_lives(
    home: Path, market: GatedMarket, tmp_path: Path
) -> None:
    run_planwatch("status")
    backup = _back_up(tmp_path / "copy.db")
    market.hold("smarty")
    job_id = read_json("scrape", "smarty")["job_id"]
    wait_until(lambda: market.asked["smarty"], "the worker is at work")
    before = (home / "ledger.db").stat().st_ino

    done = run_planwatch("restore", str(backup))

    assert done.returncode == 75
    assert f"a worker is at work in {home} (job {job_id})" in done.stderr
    assert (home / "ledger.db").stat().st_ino == before
    market.release()
    assert await_end(home, job_id) == "completed"


def test_a_backup_with_its_archive_brings_back_the_pages(
    home: Path, market: GatedMarket, tmp_path: Path
) -> None:
    run_planwatch("scrape", "smarty", "--wait")
    backup = _back_up(tmp_path / "copy.tar", "--with-archive")
    pages = {path: path.read_bytes() for path in (home / "archive").glob("*/*.gz")}
    shutil.rmtree(home / "archive")

    done = run_planwatch("restore", str(backup))

    assert done.returncode == 0
    assert f"{len(pages)} archived page" in done.stdout
    assert {path: path.read_bytes() for path in (home / "archive").glob("*/*.gz")} == pages
    assert run_planwatch("sources", "replay", "smarty").returncode == 0


def test_a_tar_with_a_page_that_is_not_what_its_name_says_changes_no_ledger(
    home: Path, tmp_path: Path
) -> None:
    run_planwatch("status")
    backup = _back_up(tmp_path / "copy.db")
    digest = sha256(b"one").hexdigest()
    page = tmp_path / "page.gz"
    page.write_bytes(gzip.compress(b"another"))
    with tarfile.open(tmp_path / "copy.tar", "w") as tar:
        tar.add(backup, "ledger.db")
        tar.add(page, f"archive/{digest[:2]}/{digest}.gz")
        tar.add(page, "../escaped.gz")
    before = (home / "ledger.db").stat().st_ino

    done = run_planwatch("restore", str(tmp_path / "copy.tar"))

    assert done.returncode == 1
    assert "its page" in done.stderr
    assert (home / "ledger.db").stat().st_ino == before
    assert not (home.parent / "escaped.gz").exists()


def test_a_restored_ledger_resumes_nothing_and_tells_no_old_news(
    home: Path, ledger: Ledger, tmp_path: Path
) -> None:
    create_launched_job(
        ledger,
        job_id="abcdef",
        kind="scrape",
        params={"sources": ["smarty"]},
        context={},
        max_resumes=3,
        at=AT,
    )
    with ledger.transaction():
        add_message(
            ledger,
            recipient="mail",
            about="test",
            job_id=None,
            severity="info",
            title="A price moved",
            body="…",
            at=AT,
        )
    # a plain copy of a ledger that is in use, with its WAL beside it
    for path in home.glob("ledger.db*"):
        shutil.copy(path, tmp_path / path.name)

    record = read_json("restore", str(tmp_path / "ledger.db"))

    assert record["jobs_closed"] == ["abcdef"]
    assert record["messages_given_up"] == 1
    assert rows(home, "SELECT status FROM jobs") == [("cancelled",)]
    assert rows(home, "SELECT state FROM messages") == [("given_up",)]
    assert rows(home, "SELECT told_generation = generation FROM jobs") == [(1,)]


def test_a_price_that_moved_before_a_backup_is_no_news_after_its_restoration(
    home: Path, market: GatedMarket, tmp_path: Path
) -> None:
    """Whoever wrote the backup may have told it; the next move is measured from what stood then."""
    run_planwatch("scrape", "smarty", "--wait")
    wait_until(lambda: not list(workers_below(home)), "the worker's end")
    with sqlite3.connect(home / "ledger.db", isolation_level=None) as connection:
        connection.execute(
            "INSERT INTO plan_figures (plan_id, figure, spells, baseline, changed_at)"
            " VALUES (1, 'headline', ?, '900', ?)",
            (json.dumps([[AT, 900], [AT, 1200]]), AT),
        )
    connection.close()
    backup = _back_up(tmp_path / "copy.db")

    assert run_planwatch("restore", str(backup)).returncode == 0

    assert rows(home, "SELECT is_looked_at, baseline FROM plan_figures") == [(1, "1200")]


def test_a_ledger_of_an_older_schema_is_kept_before_it_is_upgraded(home: Path, place: Home) -> None:
    _make_older(place, SCHEMA_VERSION - 1)
    (home / "ledger.db.v1").write_bytes(b"of long ago")
    (home / "ledger.db.v2").write_bytes(b"of a while ago")
    (home / "ledger.db.v2.txt").write_bytes(b"somebody's notes")

    assert run_planwatch("status").returncode == 0

    kept = f"ledger.db.v{SCHEMA_VERSION - 1}"
    assert sorted(path.name for path in home.glob("ledger.db.v*")) == [
        "ledger.db.v2",
        "ledger.db.v2.txt",
        kept,
    ]
    assert stat.S_IMODE((home / kept).stat().st_mode) == 0o600
    with sqlite3.connect(home / kept) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION - 1,)
        assert copy.execute("SELECT value FROM ledger_info WHERE name = 'market'").fetchall() == [
            ("in the WAL",)
        ]
    assert value(home, "PRAGMA user_version") == SCHEMA_VERSION


def test_a_copy_before_an_upgrade_can_be_restored(home: Path, place: Home) -> None:
    _make_older(place, SCHEMA_VERSION - 1)
    run_planwatch("status")

    done = run_planwatch("restore", str(home / f"ledger.db.v{SCHEMA_VERSION - 1}"))

    assert (done.returncode, done.stderr) == (0, "")
    assert value(home, "PRAGMA user_version") == SCHEMA_VERSION


def test_without_room_for_its_copy_a_ledger_is_not_upgraded(home: Path, place: Home) -> None:
    _make_older(place, SCHEMA_VERSION - 1)
    (home / f".ledger.db.v{SCHEMA_VERSION - 1}.partial").mkdir()  # nobody can write such a file

    done = run_planwatch("status")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "cannot" in done.stderr
    with sqlite3.connect(home / "ledger.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION - 1,)


def _make_older(place: Home, version: int) -> None:
    """Make a ledger as an older planwatch left it, its last commit in the WAL alone."""
    place.prepare()
    script = (
        "import os, sqlite3, sys, sqlite_utils;"
        "from planwatch.ledger.store.migrations import MIGRATIONS;"
        "from planwatch.ledger.store.version import APPLICATION_ID;"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None); version = int(sys.argv[2]);"
        "c.execute('PRAGMA auto_vacuum=INCREMENTAL');"
        "c.execute(f'PRAGMA application_id={APPLICATION_ID}');"
        "c.execute('PRAGMA journal_mode=WAL');"
        "names = [each.name for each in MIGRATIONS._migrations];"
        "MIGRATIONS.apply(sqlite_utils.Database(c), stop_before=names[version]);"
        "c.execute(f'PRAGMA user_version={version}');"
        "c.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchall();"
        "c.execute(\"INSERT INTO ledger_info VALUES ('market', 'in the WAL')\"); os._exit(0)"
    )
    subprocess.run([PROGRAM[0], "-c", script, str(place.ledger), str(version)], check=True)
