"""A ledger that is removed, replaced or moved under a job is an error, and never a success."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from planwatch.errors import LedgerMissing, LedgerReplaced
from planwatch.home import Home
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.ledger.store.info import get_info, set_info
from tests.support.cli import HANG_S, PROGRAM, is_alive, read_json, run_planwatch, wait_until
from tests.support.gated_market import GatedMarket
from tests.support.ledgers import rows, value

NOTICED_WITHIN_S: Final = (
    5.0  # a quarter of a second, and what a busy machine adds to the end of a process
)
SETTLED_S: Final = 0.5  # a follower that has opened the ledger has found its job by then
Accident = Callable[[Path, Path], None]


def _remove_ledger(home: Path, _copy: Path) -> None:
    (home / "ledger.db").unlink()


def _remove_with_wal(home: Path, _copy: Path) -> None:
    for path in home.glob("ledger.db*"):
        path.unlink()


def _replace(home: Path, copy: Path) -> None:
    for path in home.glob("ledger.db*"):
        path.unlink()
    shutil.copy(copy, home / "ledger.db")


def _move_over_stale_wal(home: Path, copy: Path) -> None:
    shutil.copy(copy, home / "new.db")
    (home / "new.db").rename(home / "ledger.db")


def _rename_home(home: Path, _copy: Path) -> None:
    home.rename(home.with_name("renamed"))


def _remove_home(home: Path, _copy: Path) -> None:
    shutil.rmtree(home)


def _start_held(home: Path, market: GatedMarket) -> tuple[str, int]:
    market.hold("smarty")
    job_id = read_json("scrape", "smarty", "giffgaff")["job_id"]
    done = "SELECT 1 FROM steps WHERE name = 'scrape giffgaff' AND value IS NOT NULL"
    wait_until(lambda: market.asked["smarty"] and rows(home, done), "one source done")
    return job_id, int(value(home, "SELECT worker_pid FROM jobs"))


def _follow(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _has_open(pid: int, file: Path) -> bool:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it is closed at this moment
            if link.readlink() == file:
                return True
    return False


@pytest.mark.parametrize(
    "accident",
    [
        _remove_ledger,
        _remove_with_wal,
        _replace,
        _move_over_stale_wal,
        _rename_home,
        _remove_home,
    ],
)
def test_a_worker_and_who_follows_it_end_with_an_error_when_their_ledger_is_gone(
    home: Path, market: GatedMarket, tmp_path: Path, accident: Accident
) -> None:
    run_planwatch("status")
    copy = tmp_path / "copy.db"
    run_planwatch("backup", str(copy))
    job_id, worker = _start_held(home, market)
    following = [
        _follow("wait", job_id),
        _follow("status", "--watch", "--keep-open"),
        _follow("logs", job_id, "-f"),
    ]
    for process in following:
        wait_until(partial(_has_open, process.pid, home / "ledger.db"), "it has the ledger open")
    time.sleep(SETTLED_S)

    accident(home, copy)
    at = time.monotonic()
    wait_until(lambda: not is_alive(worker), "the worker has ended")
    took_s = time.monotonic() - at
    ends = [process.communicate(timeout=HANG_S) for process in following]

    assert took_s < NOTICED_WITHIN_S
    assert [process.returncode for process in following] == [1, 1, 1], ends
    for _out, err in ends:
        assert "planwatch: the ledger " in err
        assert "while it was in use" in err
        assert "Traceback" not in err
    market.release()
    renamed = home.with_name("renamed")
    if accident is _rename_home:
        assert not home.exists() or not (home / "ledger.db").exists()
        # what the worker had committed is where the home is now, and the job goes on there
        assert value(renamed, "SELECT count(*) FROM plans") > 0


def test_a_job_that_ends_in_a_ledger_that_nobody_finds_is_no_success(
    home: Path, market: GatedMarket
) -> None:
    job_id, _ = _start_held(home, market)
    waiting = _follow("wait", job_id, "--json")
    wait_until(partial(_has_open, waiting.pid, home / "ledger.db"), "it has the ledger open")
    time.sleep(SETTLED_S)

    (home / "ledger.db").unlink()
    market.release()
    out, _ = waiting.communicate(timeout=HANG_S)

    assert waiting.returncode == 1
    assert '"code": "ledger_replaced"' in out
    assert "completed" not in out


def test_nothing_is_committed_to_a_file_that_has_left_its_place(place: Home) -> None:
    ledger = open_ledger(place)
    place.ledger.rename(place.root / "away.db")

    with (
        pytest.raises(LedgerReplaced, match="was removed, or its folder was moved"),
        ledger.transaction(),
    ):
        set_info(ledger, "market", "lost")

    (place.root / "away.db").rename(place.ledger)
    assert get_info(ledger, "market") is None
    with ledger.transaction():
        set_info(ledger, "market", "kept")
    assert get_info(ledger, "market") == "kept"
    ledger.close()


def test_a_new_file_at_the_path_is_not_the_ledger_that_was_opened(
    ledger: Ledger, place: Home, tmp_path: Path
) -> None:
    shutil.copy(place.ledger, tmp_path / "copy.db")
    (tmp_path / "copy.db").rename(place.ledger)

    with pytest.raises(LedgerReplaced, match="was replaced by another file"):
        ledger.check_in_place()


@pytest.mark.parametrize("left", ["locks", "logs", "archive", "wal"])
def test_a_home_that_has_lost_its_ledger_says_so_instead_of_starting_anew(
    home: Path, left: str
) -> None:
    run_planwatch("status")
    for path in home.glob("ledger.db*"):
        path.unlink()
    if left != "locks":
        shutil.rmtree(home / "locks")
    if left == "logs":
        (home / "logs" / "abcdef.log").write_text("a line\n")
    if left == "archive":
        (home / "archive" / "ab").mkdir()
    if left == "wal":
        (home / "ledger.db-wal").write_bytes(b"frames")

    done = run_planwatch("status")

    assert done.returncode == 1
    assert f"planwatch: the ledger {home / 'ledger.db'} is gone, but this home was" in done.stderr
    assert "planwatch restore FILE" in done.stderr
    assert not (home / "ledger.db").exists()


def test_a_home_in_which_only_the_shell_of_cron_wrote_is_new(home: Path) -> None:
    (home / "logs").mkdir(parents=True)
    (home / "logs" / "cron.log").write_text("planwatch: command not found\n")

    assert run_planwatch("status").returncode == 0
    assert (home / "ledger.db").exists()


def test_a_worker_makes_no_ledger_where_its_home_was(place: Home) -> None:
    with pytest.raises(LedgerMissing):
        open_ledger(place, create=False)

    assert not place.root.exists()


def test_a_worker_started_by_hand_in_a_moved_home_ends_with_a_sentence(
    home: Path, tmp_path: Path
) -> None:
    module = [sys.executable, "-m", "planwatch.worker", "abc", "--lock", "0", "--slot", "0"]
    done = subprocess.run(
        [*module, "--home", str(tmp_path / "gone"), "--config", str(tmp_path / "config.toml")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "gone").exists()
