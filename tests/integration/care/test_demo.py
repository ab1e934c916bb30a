"""The recorded market: the same jobs as the real one, in a home of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import HANG_S, kill_hard, read_json, run_planwatch, wait_until
from tests.support.demo_home import Demo
from tests.support.ledgers import reading, rows, value


def test_the_demo_runs_three_dates_a_comparison_and_an_analysis(home: Path) -> None:
    done = run_planwatch("demo")

    assert done.returncode == 0, done.stderr
    assert rows(home, "SELECT kind, status FROM jobs ORDER BY created_at") == [
        ("scrape", "completed"),
        ("scrape", "completed"),
        ("scrape", "completed"),
        ("compare", "completed"),
        ("analyse", "completed"),
    ]
    assert "prices are illustrative" in done.stdout
    assert "export PLANWATCH_HOME" not in done.stdout, "it is set already"


def test_the_demo_tells_of_each_kind_of_move(home: Path) -> None:
    run_planwatch("demo")

    moves = set(rows(home, "SELECT plan_key, kind FROM recent_changes"))

    assert moves >= {
        ("vodafone-100gb-24m", "headline"),
        ("three-25gb-24m-lite", "promotion"),
        ("giffgaff-200gb-18m", "new"),
        ("sky-25gb-12m", "withdrawn"),
        ("smarty-40gb-1m-classic", "allowance"),
        ("o2-100gb-24m-classic", "headline"),
    }
    withdrawn_at = value(home, "SELECT withdrawn_at FROM plans WHERE plan_key = 'sky-25gb-12m'")
    assert withdrawn_at.startswith("2026-11-16"), "the second absence confirms it"


def test_every_view_of_a_demo_says_that_it_is_one() -> None:
    run_planwatch("demo")

    for command in ([], ["status"], ["plans"], ["show"], ["sources", "list"], ["show", "--list"]):
        shown = run_planwatch(*command)
        assert "prices are illustrative" in " ".join(shown.stdout.split()), command
    for command in (["status"], ["plans"], ["show"], ["sources", "list"], ["status", "last"]):
        assert read_json(*command)["market"]["recorded"] is True, command


def test_freshness_of_a_demo_goes_by_the_recorded_clock() -> None:
    run_planwatch("demo")

    sources = read_json("status", env={"PLANWATCH_NOW": "2031-01-01T00:00:00Z"})["sources"]

    assert {source["freshness"] for source in sources} == {"fresh"}


def test_a_second_demo_says_that_it_is_already_there_and_does_nothing(
    demo_home: Path,
) -> None:
    before = rows(demo_home, "SELECT job_id FROM jobs ORDER BY 1")

    again = run_planwatch("demo")

    assert again.returncode == 0
    lines = again.stdout.splitlines()
    assert "prices are illustrative" in lines[0]
    assert lines[1].startswith(f"The demo is already there, in {demo_home}: 105 plans in force")
    assert lines[2].endswith(f"rm -r {demo_home} && planwatch demo")
    assert "planwatch plans --sort effective" in again.stdout, "how to go on"
    assert len(lines) < 12
    assert rows(demo_home, "SELECT job_id FROM jobs ORDER BY 1") == before


def test_a_demo_stays_there_beside_what_its_user_did_with_it(demo_home: Path) -> None:
    run_planwatch("compare", "Three", "EE", "--wait", "--no-llm")

    again = run_planwatch("demo")

    assert "already there" in again.stdout
    assert value(demo_home, "SELECT count(*) FROM jobs") == 6


@pytest.mark.parametrize("kind", ["scrape", "compare", "analyse"])
def test_a_demo_that_lacks_a_job_does_it_and_shows_all(demo_home: Path, kind: str) -> None:
    with reading(demo_home) as ledger, ledger:
        ledger.execute(
            "UPDATE jobs SET status = 'failed' WHERE rowid ="
            " (SELECT max(rowid) FROM jobs WHERE kind = ?)",
            (kind,),
        )

    again = run_planwatch("demo")

    assert again.returncode == 0, again.stdout + again.stderr
    assert "already there" not in again.stdout
    assert "What changed" in again.stdout
    assert value(demo_home, "SELECT count(*) FROM jobs") == 6


def test_a_folder_with_a_blank_in_its_name_can_be_removed_by_the_line_shown(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "my demo"
    demo.copy_to(home)
    monkeypatch.setenv("PLANWATCH_HOME", str(home))

    again = run_planwatch("demo")

    assert f"rm -r '{home}' && planwatch demo" in again.stdout


def test_a_demo_whose_worker_is_killed_is_resumed(home: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", "planwatch", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    pid = wait_until(lambda: _first_worker(home), "a worker")
    kill_hard(pid)
    said, _ = running.communicate(timeout=HANG_S)

    assert running.returncode == 0, said
    assert value(home, "SELECT max(resumes) FROM jobs") == 1
    assert value(home, "SELECT count(*) FROM source_runs") == 27


def _first_worker(home: Path) -> int | None:
    if not (home / "ledger.db").exists():
        return None
    try:
        pid = value(home, "SELECT worker_pid FROM jobs WHERE worker_pid IS NOT NULL")
    except Exception as error:
        if "no such table" in str(error):
            return None
        raise
    return int(pid) if pid else None


def test_a_demo_refuses_a_home_with_real_plans(home: Path) -> None:
    # a scrape without a browser leaves a job of the real market in the ledger
    run_planwatch("scrape", "o2", "--wait")

    done = run_planwatch("demo")

    assert done.returncode == 2
    assert f"{home} holds something other than a demo" in done.stderr
    assert value(home, "SELECT count(*) FROM jobs") == 1


def test_a_demo_refuses_a_folder_of_other_things(home: Path) -> None:
    home.mkdir()
    (home / "letters.txt").write_text("dear")

    done = run_planwatch("demo")

    assert done.returncode == 2
    assert sorted(path.name for path in home.iterdir()) == ["letters.txt"]


def test_a_real_scrape_does_not_go_into_a_demo() -> None:
    run_planwatch("demo")

    done = run_planwatch("scrape", "smarty")

    assert done.returncode == 2
    assert "which takes no real plans" in done.stderr


def test_without_a_home_the_demo_takes_a_folder_of_its_own_and_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLANWATCH_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    done = run_planwatch("demo")

    assert done.returncode == 0, done.stderr
    named = next(line for line in done.stdout.splitlines() if "export PLANWATCH_HOME" in line)
    assert named.strip() == f"export PLANWATCH_HOME={tmp_path / 'data' / 'planwatch-demo'}"


def test_the_wheel_alone_runs_the_demo(tmp_path: Path, home: Path) -> None:
    """The recorded pages are package data: built, installed elsewhere, run without the checkout."""
    root = Path(__file__).parents[3]
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "-o",
            str(tmp_path),
            str(root),
        ],
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    wheel = next(tmp_path.glob("*.whl"))
    target = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", str(wheel), str(target)], check=True, timeout=HANG_S
    )
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); import planwatch.cli as c; c.main()"

    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(target), "demo"],
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(target)},
    )

    assert done.returncode == 0, done.stderr
    assert value(home, "SELECT count(*) FROM plans") == 106


def test_changes_tells_what_moved_within_the_period_asked_for() -> None:
    run_planwatch("demo")

    month = read_json("changes", "--since", "30d")["changes"]
    week = read_json("changes", "--since", "6d")["changes"]
    of_o2 = read_json("changes", "o2", "--since", "2026-11-01")["changes"]
    shown = run_planwatch("changes", "Vodafone", "--since", "30d")

    assert {change["changed_at"][:10] for change in month} == {"2026-11-09", "2026-11-16"}
    assert {change["changed_at"][:10] for change in week} == {"2026-11-16"}
    assert {(change["brand"], change["plan_key"]) for change in of_o2} == {
        ("O2", "o2-100gb-24m-classic")
    }
    assert "£16.00" in shown.stdout
    assert "£14.00" in shown.stdout
    assert run_planwatch("changes", "--since", "yesterday").returncode == 2


def test_a_copied_demo_with_a_job_under_way_elsewhere_ends_with_try_later(
    home: Path, tmp_path: Path
) -> None:
    run_planwatch("demo")
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    with contextlib.closing(sqlite3.connect(copy / "ledger.db")) as ledger:
        ledger.execute(
            "UPDATE jobs SET status = 'pending', finished_at = NULL WHERE kind = 'analyse'"
        )
        ledger.commit()

    done = run_planwatch("demo", env={"PLANWATCH_HOME": str(copy)})

    assert done.returncode == 75, done.stderr
    assert "started elsewhere" in done.stderr
    assert "internal error" not in done.stderr
