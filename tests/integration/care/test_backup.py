"""A backup is whole, private, checked and restorable, whatever goes on meanwhile."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import pytest

from planwatch.errors import UsageError
from planwatch.home import Home
from planwatch.ledger.jobs.transitions import create_job
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.services.maintenance.backup import back_up, find_target
from tests.support.cli import HANG_S, PROGRAM, read_json, run_planwatch, wait_until
from tests.support.gated_market import GatedMarket
from tests.support.ledgers import rows, value
from tests.support.workers import await_worker, workers_below

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
COUNTED = ("plans", "plan_versions", "changes", "captures", "jobs")


def _counts(home: Path) -> list[int]:
    return [value(home, f"SELECT count(*) FROM {table}") for table in COUNTED]


def _grow(ledger: Ledger, megabytes: int) -> None:
    ledger.execute("CREATE TABLE filler (body BLOB)")
    for _ in range(megabytes):
        ledger.execute("INSERT INTO filler VALUES (zeroblob(1000000))")


def test_a_restored_backup_shows_what_the_home_showed(
    home: Path, market: GatedMarket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_planwatch("scrape", "smarty", "giffgaff", "--wait")
    run_planwatch("compare", "SMARTY", "giffgaff", "--wait")
    shown = [read_json(command) for command in ("plans", "show", "status")]
    done = run_planwatch("backup", str(tmp_path), "--with-archive")
    restored = tmp_path / "restored"
    restored.mkdir()
    [tar] = tmp_path.glob("planwatch-backup-*.tar")

    # the keyword that makes extractall safe came with Python 3.11.4
    subprocess.run(["tar", "-xf", str(tar), "-C", str(restored)], check=True)
    monkeypatch.setenv("PLANWATCH_HOME", str(restored))

    assert done.returncode == 0
    assert stat.S_IMODE(tar.stat().st_mode) == 0o600
    assert stat.S_IMODE((restored / "ledger.db").stat().st_mode) == 0o600
    plans, analysis, status = [read_json(command) for command in ("plans", "show", "status")]
    assert [plans, analysis] == shown[:2]
    assert [job["id"] for job in status["jobs"]] == [job["id"] for job in shown[2]["jobs"]]
    assert read_json("sources", "replay")["sources"], "its pages can be read again"


def test_a_job_under_way_is_closed_in_the_copy_and_goes_on_here(
    home: Path, market: GatedMarket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    market.hold("giffgaff")
    job_id = read_json("scrape", "smarty", "giffgaff")["job_id"]
    await_worker(home, job_id)
    record = read_json("backup", str(tmp_path / "copy.db"))
    market.release()
    ended = run_planwatch("wait", job_id)
    restored = tmp_path / "restored"
    restored.mkdir()
    (tmp_path / "copy.db").rename(restored / "ledger.db")
    monkeypatch.setenv("PLANWATCH_HOME", str(restored))
    job = read_json("status", job_id)["job"]

    assert record["jobs_closed"] == [job_id]
    assert ended.returncode == 0
    assert job["status"] == "cancelled"
    assert job["error"]["message"].startswith("the job was under way")
    assert list(workers_below(restored)) == [], "nothing is resumed there"


def test_a_backup_ends_while_a_writer_never_stops(
    ledger: Ledger, place: Home, tmp_path: Path
) -> None:
    _grow(ledger, 30)
    stop = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        other = open_ledger(place)
        while not stop.is_set():
            with other.transaction(durable=False):
                create_job(
                    other,
                    job_id=f"job{written}",
                    kind="scrape",
                    params={},
                    context={},
                    max_resumes=0,
                    at="2026-11-23T09:00:00.000Z",
                )
            written += 1
        other.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_until(lambda: written > 5, "the writer")
        before = written
        done = back_up(place, tmp_path / "copy.db", AT)
        after = written
    finally:
        stop.set()
        writer.join()

    assert after > before, "the writer went on"
    assert before <= done.rows["jobs"] <= after + 1
    assert done.took_s < HANG_S


def _is_killed_within(target: Path, delay_s: float) -> bool:
    """Kill a backup so long after it began to write; False where it was faster."""
    process = subprocess.Popen([*PROGRAM, "backup", str(target)], stderr=subprocess.DEVNULL)
    wait_until(
        lambda: process.poll() is not None or any(target.parent.glob(".planwatch-*.partial")),
        "the beginning of the copy",
    )
    time.sleep(delay_s)  # a moment within the copy, another each time
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def test_a_killed_backup_leaves_nothing_under_its_name(
    ledger: Ledger, place: Home, tmp_path: Path
) -> None:
    _grow(ledger, 60)
    target = tmp_path / "copy.db"
    killed = 0
    for delay_s in islice(cycle((0.0, 0.01, 0.03)), 30):  # some are done before they can be killed
        if killed == 3:
            break
        killed += _is_killed_within(target, delay_s)
        for left in tmp_path.glob(".planwatch-*"):
            os.utime(left, (0, 0))
        if target.exists():
            with sqlite3.connect(target) as whole:
                assert whole.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            target.unlink()

    done = back_up(place, target, AT)

    assert killed == 3
    assert done.size > 60_000_000
    assert list(tmp_path.glob(".planwatch-*")) == [], "the next backup tidies up"


def test_what_exists_is_not_overwritten_without_force(
    ledger: Ledger, place: Home, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")

    with pytest.raises(UsageError, match="already exists"):
        back_up(place, target, AT)
    assert target.read_text() == "precious"
    back_up(place, target, AT, force=True)

    assert target.read_bytes()[:15] == b"SQLite format 3"


@pytest.mark.parametrize("target", ["precious", "missing", "folder"])
@pytest.mark.parametrize("with_archive", [True, False])
def test_a_link_is_no_place_for_a_backup_even_with_force(
    ledger: Ledger, place: Home, tmp_path: Path, target: str, with_archive: bool
) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "folder").mkdir()
    link = tmp_path / "copy.db"
    link.symlink_to(target)

    with pytest.raises(UsageError, match=r"copy\.db is a symbolic link") as caught:
        back_up(place, link, AT, with_archive=with_archive, force=True)

    assert str(tmp_path / target) in caught.value.hint
    assert link.is_symlink()
    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "missing").exists()


def _make_device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))  # what /dev/null is
    except PermissionError:
        pytest.skip("no device can be made here")


def _make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.mark.parametrize("make", [os.mkfifo, _make_device, _make_socket])
def test_a_backup_takes_the_place_of_no_device(
    ledger: Ledger, place: Home, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    """With --force `/dev/null` would be a file of some megabytes."""
    target = tmp_path / "copy.db"
    make(target)
    before = target.stat()

    with pytest.raises(UsageError, match=r"copy\.db is not a regular file"):
        back_up(place, target, AT, force=True)

    assert target.stat().st_ino == before.st_ino
    assert [path.name for path in tmp_path.glob("*.db")] == ["copy.db"]


@pytest.mark.parametrize("name", ["ledger.db", "ledger.db-wal"])
def test_the_ledger_is_never_overwritten_by_its_own_backup(
    ledger: Ledger, place: Home, name: str
) -> None:
    with pytest.raises(UsageError, match="the ledger itself"):
        back_up(place, place.root / name, AT, force=True)

    assert ledger.query("PRAGMA quick_check")[0][0] == "ok"


def test_a_folder_gets_a_file_with_the_date(place: Home, tmp_path: Path) -> None:
    plain = find_target(place, tmp_path, Path("/"), AT, with_archive=False)
    packed = find_target(place, None, tmp_path, AT, with_archive=True)

    assert plain == tmp_path / "planwatch-backup-20261123T090000Z.db"
    assert packed == tmp_path / "planwatch-backup-20261123T090000Z.tar"


def test_a_home_without_a_ledger_is_not_made_by_backing_it_up(home: Path) -> None:
    done = run_planwatch("backup", "copy.db")

    assert (done.returncode, home.exists()) == (2, False)
    assert "there is no ledger" in done.stderr


def test_the_copy_holds_the_rows_of_the_ledger(
    home: Path, market: GatedMarket, tmp_path: Path
) -> None:
    run_planwatch("scrape", "smarty", "--wait")
    restored = tmp_path / "restored"
    restored.mkdir()

    record = read_json("backup", str(restored / "ledger.db"))

    assert _counts(restored) == _counts(home)
    assert [record["rows"][table] for table in COUNTED] == _counts(home)
    assert rows(restored, "SELECT * FROM plans") == rows(home, "SELECT * FROM plans")
    assert sorted(path.name for path in restored.iterdir()) == ["ledger.db"]


def test_a_ledger_that_is_a_link_is_not_overwritten_where_it_lies(
    home: Path, ledger: Ledger, tmp_path: Path
) -> None:
    ledger.close()
    elsewhere = tmp_path / "disk" / "market.db"
    elsewhere.parent.mkdir()
    (home / "ledger.db").rename(elsewhere)
    (home / "ledger.db").symlink_to(elsewhere)

    done = run_planwatch("backup", str(elsewhere), "--force")

    assert done.returncode == 2
    assert "is the ledger itself" in done.stderr


@pytest.mark.parametrize("command", ["backup", "schedule systemd -o"])
def test_a_folder_of_no_user_is_a_misuse(ledger: Ledger, command: str) -> None:
    done = run_planwatch(*command.split(), "~nosuchuser/x")

    assert done.returncode == 2
    assert "an unknown user" in done.stderr


def test_what_planwatch_did_not_write_is_not_backed_up(place: Home, tmp_path: Path) -> None:
    place.prepare()
    place.ledger.write_bytes(b"")

    done = run_planwatch("backup", str(tmp_path / "copy.db"))

    assert "is not a planwatch ledger" in done.stderr
    assert not (tmp_path / "copy.db").exists()


def test_a_target_whose_name_is_too_long_is_named(ledger: Ledger, tmp_path: Path) -> None:
    done = run_planwatch("backup", str(tmp_path / ("a" * 300)))

    assert f"cannot write {tmp_path}" in done.stderr
