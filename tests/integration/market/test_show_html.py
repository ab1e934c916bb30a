"""`planwatch show --html` and `--md`: the real command over a demo and over a large market."""

from __future__ import annotations

import os
import pty
import resource
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from parsel import Selector

from planwatch.home import Home
from planwatch.ledger.plans.price_moves import load_price_moves
from planwatch.ledger.reports.analyses import find_analysis
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.services.market.report_data import Moved, load_report
from tests.support.cli import HANG_S, PROGRAM, read_json, run_planwatch
from tests.support.large_market import dearer, make_market, save_analyses, save_market
from tests.unit.views.test_report import find_faults

DAY = date(2026, 11, 16)
MOST_BYTES = 1_000_000
MOST_SECONDS = 2.0


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    opened = open_ledger(Home(home, home / "config.toml"))
    yield opened
    opened.close()


def test_the_reports_of_a_demo_are_whole_and_fetch_nothing() -> None:
    run_planwatch("demo")

    for analysis in read_json("show", "--list")["analyses"]:
        done = run_planwatch("show", analysis["analysis_id"], "--html", "-o", "report.html")
        page = Path("report.html").read_text(encoding="utf-8")
        words = " ".join(Selector(text=page).root.text_content().split())
        document = read_json("show", analysis["analysis_id"])["analysis"]

        assert done.returncode == 0, done.stderr
        assert "Written: report.html" in done.stderr
        assert find_faults(page) == []
        assert " ".join(document["verdict"].split()) in words
        for fact in document["facts"]:
            assert f'id="f-{fact["id"]}"' in page
        for section in document["sections"]:
            for table in section["tables"]:
                assert not table["rows"] or table["title"] in words
        assert "prices are illustrative" in words
        assert page.count("<svg") == 8
        assert "have moved since" not in words


def test_a_demo_as_markdown_goes_to_standard_output_or_a_file() -> None:
    run_planwatch("demo")

    printed = run_planwatch("show", "--md")
    written = run_planwatch("show", "-o", "report.md")

    assert printed.stdout == Path("report.md").read_text(encoding="utf-8")
    assert written.returncode == 0
    assert printed.stdout.startswith("# Market analysis for O2\n")
    assert "## How it was computed" in printed.stdout


def test_a_page_goes_into_a_pipe_but_not_to_a_terminal() -> None:
    run_planwatch("demo")

    piped = run_planwatch("show", "--html")
    ours, theirs = pty.openpty()
    at_terminal = subprocess.run(
        [*PROGRAM, "show", "--html"],
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        timeout=HANG_S,
        check=False,
    )
    os.close(theirs)
    os.close(ours)

    assert piped.stdout.startswith("<!DOCTYPE html>")
    assert at_terminal.returncode == 2
    assert "write it to a file: --html -o report.html" in at_terminal.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--html", "-o", "."], "cannot write . (Is a directory)"),
        (["--html", "-o", "none/report.html"], "cannot write none/report.html (No such file"),
        (["--html", "--md"], "--html and --md cannot be combined"),
        (["-o", "report.pdf"], "the format of report.pdf is unknown"),
        (["--open"], "--open needs an HTML page"),
        (["--html", "--list", "-o", "a.html"], "have no HTML page"),
        (["nothing", "--html", "-o", "a.html"], "no analysis id begins with"),
    ],
)
def test_what_cannot_be_written_is_said_in_one_sentence(
    ledger: Ledger, arguments: list[str], said: str
) -> None:
    plans = make_market(16, DAY)
    save_market(ledger, plans, DAY)
    save_analyses(ledger, plans, DAY)

    done = run_planwatch("show", *arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_without_a_screen_nothing_is_opened_and_the_file_is_named(ledger: Ledger) -> None:
    plans = make_market(16, DAY)
    save_market(ledger, plans, DAY)
    save_analyses(ledger, plans, DAY)
    Path("report.html").write_text("old")

    done = run_planwatch(
        "show", "--html", "-o", "report.html", "--open", env={"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    )

    assert done.returncode == 0
    assert "No browser can be opened from here." in done.stderr
    assert "Written: report.html" in done.stderr
    assert Path("report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def _cpu_of_children_s() -> float:
    """Return the processor's seconds of the commands so far, whatever else the machine does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_400_plans_make_a_page_of_a_megabyte_in_two_seconds(ledger: Ledger) -> None:
    before = make_market(400, DAY - timedelta(days=7))
    save_market(ledger, before, DAY - timedelta(days=7))
    plans = dearer(make_market(400, DAY), 150, every=9)
    save_market(ledger, plans, DAY)
    save_analyses(ledger, plans, DAY)

    for kind in ("compare", "analyse"):
        path = Path(f"{kind}.html")
        took = []
        for _ in range(3):
            started_s = _cpu_of_children_s()
            done = run_planwatch("show", kind, "--html", "-o", str(path))
            took.append(_cpu_of_children_s() - started_s)
            assert done.returncode == 0, done.stderr
        page = path.read_text(encoding="utf-8")

        assert min(took) <= MOST_SECONDS
        assert path.stat().st_size <= MOST_BYTES
        assert find_faults(page) == []
        plans_in_it = 400 if kind == "analyse" else 100
        assert f"p{plans_in_it}" in Selector(text=page).root.xpath("//tr/@id")


def test_the_history_is_that_of_plans_whose_cost_moved_within_the_period(ledger: Ledger) -> None:
    days = [DAY - timedelta(days=14), DAY - timedelta(days=7), DAY]
    for number, day in enumerate(days):
        save_market(ledger, dearer(make_market(16, day), 100 * number, every=9), day)

    moves = load_price_moves(ledger, "2026-11-01T00:00:00.000Z", "2026-11-16T23:00:00.000Z")
    late = load_price_moves(ledger, "2026-11-05T00:00:00.000Z", "2026-11-10T00:00:00.000Z")

    assert len(moves) == 2
    costs = [pence for _, pence in moves[0].steps]
    assert [day for day, _ in moves[0].steps] == days
    assert costs == [costs[0], costs[0] + 100, costs[0] + 200]
    assert moves[0].last_seen == DAY
    assert late == []


def test_a_report_says_how_many_plans_have_moved_since_its_own_snapshot() -> None:
    run_planwatch("demo")
    home = Path(os.environ["PLANWATCH_HOME"])
    ledger = open_ledger(Home(home, home / "config.toml"))
    still = load_report(ledger, find_analysis(ledger, None))
    with ledger.transaction():
        ledger.execute("UPDATE plans SET withdrawn_at = last_seen WHERE plan_id = 1")
        ledger.execute("DELETE FROM jobs WHERE kind = 'compare'")
    moved = load_report(ledger, find_analysis(ledger, None))
    of_pruned_job = next(
        load_report(ledger, find_analysis(ledger, row["analysis_id"]))
        for row in ledger.query("SELECT analysis_id FROM analyses WHERE kind = 'compare'")
    )
    ledger.close()

    assert still.moved == Moved(new=0, withdrawn=0, changed=0)
    assert moved.moved == Moved(new=0, withdrawn=1, changed=0)
    assert of_pruned_job.moved is None
    assert {plan.brand for plan in of_pruned_job.plans} == {"O2", "Vodafone"}
    assert all(plan.captured_at for plan in moved.plans)
