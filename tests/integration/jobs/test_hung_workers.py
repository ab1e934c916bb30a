"""A parser that holds the interpreter: its worker is ended, its step has had its time."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from planwatch.domain.job import JobStatus
from planwatch.engine import watchdog
from planwatch.engine.watchdog import Watchdog, hold_limit
from planwatch.engine.worker import Prepared
from planwatch.engine.workflow import Ended, PlannedStep, Run, Step, Workflow
from planwatch.ledger.jobs.steps import load_attempts, load_steps
from planwatch.ledger.jobs.transitions import release_job
from tests.integration.jobs.test_workflow_changes import AT, Engine
from tests.support.cli import HANG_S, run_planwatch
from tests.support.gated_market import GatedMarket, run_gated_market
from tests.support.ledgers import rows

_HANGING_PARSER: Final = Path(__file__).parents[2] / "support" / "hanging_parser"
_POWER: Final = 10**9


def _match_for_ages() -> Any:
    return re.match("(a+)+$", "a" * 60 + "b")


def _count_for_ages() -> Any:
    return 7**_POWER


def _add_for_ages() -> Any:
    return sum(itertools.repeat(1))


def _read_slowly() -> str:
    time.sleep(0.5)
    return "read"


HOLDS: Final = [_match_for_ages, _count_for_ages, _add_for_ages]


@pytest.fixture
def engine(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(watchdog, "SHORTEST_HOLD_S", 1.0)
    monkeypatch.setattr(watchdog, "_TICK_S", 0.1)
    made = Engine(home)
    made.dispatch()
    yield made
    made.ledger.close()


def _work(engine: Engine, steps: dict[str, Callable[[], Any]]) -> int:
    def function(run: Run, _params: Any) -> Ended:
        made = {
            name: Step(work=work, fallback=lambda error: type(error).__name__)
            for name, work in steps.items()
        }
        found = run.gather(made)
        return Ended(result={**found, "last": run.step("last", lambda: "done")})

    workflow = Workflow(
        function=function,
        plan=lambda _params: [[PlannedStep(name) for name in steps], [PlannedStep("last")]],
    )
    return engine.work_prepared(
        lambda _ledger, _kind: Prepared(
            workflow=workflow,
            parallel_steps=4,
            step_limit_s=1.0,
            stalled_factor=2.0,
            stalled_grace_s=60.0,
        )
    )


def _deaths(engine: Engine, steps: dict[str, Callable[[], Any]]) -> int:
    """Let one worker after the other do the job to its end; return how many died."""
    for deaths in range(9):
        if _work(engine, steps) == 0:
            return deaths
        release_job(engine.ledger, engine.job, at=AT)
    raise AssertionError("the step is tried for ever")


@pytest.mark.parametrize("hold", HOLDS)
def test_a_step_that_holds_the_interpreter_has_had_its_time_and_the_others_are_done(
    engine: Engine, hold: Callable[[], Any]
) -> None:
    quick = {f"quick {number}": lambda: "read" for number in range(3)}

    deaths = _deaths(engine, {"slow": _read_slowly, "hangs": hold, **quick})

    assert engine.job.status is JobStatus.COMPLETED
    assert deaths <= 2
    assert engine.values == {
        "slow": "read",
        "hangs": "StepTimeout",
        **dict.fromkeys(quick, "read"),
        "last": "done",
    }
    hung = [row for row in load_attempts(engine.ledger, "job") if row["name"] == "hangs"]
    assert hung[-1]["error"]["code"] == "time_limit"
    assert "held the interpreter" in hung[-1]["error"]["message"]
    assert [step.fell_back for step in load_steps(engine.ledger, "job") if step.name == "hangs"]


def test_two_steps_that_hang_are_found_one_after_the_other(engine: Engine) -> None:
    deaths = _deaths(
        engine,
        {"first": _match_for_ages, "good": lambda: "read", "second": _add_for_ages},
    )

    assert deaths <= 3
    assert engine.values == {
        "first": "StepTimeout",
        "good": "read",
        "second": "StepTimeout",
        "last": "done",
    }


def test_a_worker_that_died_otherwise_leaves_no_step_to_blame(engine: Engine) -> None:
    once = engine.home.root / "once"

    def work() -> str:
        if not once.exists():
            once.touch()
            raise SystemExit  # not what a step may raise: the worker ends
        return "read"

    assert _work(engine, {"dies": work}) != 0
    release_job(engine.ledger, engine.job, at=AT)

    assert _work(engine, {"dies": work}) == 0
    assert engine.values["dies"] == "read"


def test_a_step_that_a_person_takes_up_again_is_tried_again(engine: Engine) -> None:
    assert _work(engine, {"hangs": _match_for_ages}) == -signal.SIGPROF
    with engine.ledger.transaction():
        engine.ledger.execute("UPDATE jobs SET resumes = max_resumes")
    release_job(engine.ledger, engine.job, at=AT)
    assert engine.job.status is JobStatus.FAILED
    engine.reopen()
    with engine.ledger.transaction():
        engine.ledger.execute("UPDATE jobs SET launched = 1")

    assert _work(engine, {"hangs": lambda: "read"}) == 0
    assert engine.values["hangs"] == "read"


def test_a_job_that_ends_well_leaves_no_trace(engine: Engine) -> None:
    assert _work(engine, {"good": lambda: "read"}) == 0
    assert not engine.home.trace_of("job").exists()


def test_python_that_only_computes_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "_TICK_S", 0.1)
    until = time.monotonic() + 2.0
    with Watchdog(tmp_path / "trace", 1, limit_s=1.0):
        while time.monotonic() < until:
            pass


_STOPPED: Final = """
import sys, time
from pathlib import Path
from planwatch.engine.watchdog import Watchdog

with Watchdog(Path(sys.argv[1]), 1, limit_s=1.0):
    print("begun", flush=True)
    sys.stdin.readline()
print("ended", flush=True)
"""


_HOLDING: Final = """
import itertools, sys
from pathlib import Path
from planwatch.engine import watchdog

watchdog._TICK_S = 0.1
with watchdog.Watchdog(Path(sys.argv[1]), 1, limit_s=0.3):
    sum(itertools.repeat(1))
"""


def _hold(trace: Path, *, ignoring: bool = False) -> subprocess.CompletedProcess[str]:
    ignore = f'trap \'\' PROF; exec "{sys.executable}" -P -c "$0" "$1"'
    command = ["sh", "-c", ignore] if ignoring else [sys.executable, "-P", "-c"]
    return subprocess.run(
        [*command, _HOLDING, str(trace)],
        check=False,
        capture_output=True,
        text=True,
        timeout=HANG_S,
    )


def test_a_watchdog_on_a_full_disk_says_in_the_log_where_the_threads_were(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    trace.symlink_to("/dev/full")

    done = _hold(trace)

    assert done.returncode == -signal.SIGPROF
    assert "No space left on device" in done.stderr
    assert "most recent call first" in done.stderr


def test_a_watchdog_ends_a_process_that_was_told_to_ignore_its_signal(tmp_path: Path) -> None:
    done = _hold(tmp_path / "trace", ignoring=True)

    assert done.returncode == -signal.SIGPROF


def test_a_process_that_is_stopped_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-c", _STOPPED, str(tmp_path / "trace")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(4.0)  # nothing but time can show that time does not count
        os.kill(process.pid, signal.SIGCONT)
        out, _ = process.communicate("\n", timeout=HANG_S)

    assert (process.returncode, out) == (0, "ended\n")


@pytest.mark.parametrize(("step_s", "hold_s"), [(0.05, 5.0), (30.0, 30.0), (900.0, 60.0)])
def test_a_hold_is_as_long_as_a_step_may_take_within_bounds(step_s: float, hold_s: float) -> None:
    assert hold_limit(step_s) == hold_s


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Iterator[GatedMarket]:
    with run_gated_market(date(2026, 11, 2)) as served:
        for name, setting in served.env.items():
            monkeypatch.setenv(name, setting)
        yield served


@pytest.mark.parametrize("how", ["pattern", "sum"])
def test_a_source_whose_parser_holds_the_interpreter_stops_no_other(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(_HANGING_PARSER))
    monkeypatch.setenv("HANGING_PARSER", how)
    monkeypatch.setenv("PLANWATCH_JOBS__STEP_LIMIT_S", "5")

    done = run_planwatch("scrape", "smarty", "giffgaff", "ee", "--wait")

    assert done.returncode == 3, done.stdout + done.stderr
    found = rows(home, "SELECT source, outcome FROM source_runs ORDER BY source")
    assert found == [("ee", "ok"), ("giffgaff", "ok"), ("smarty", "network")]
    code = "SELECT json_extract(error, '$.code') FROM source_runs WHERE source = 'smarty'"
    assert rows(home, code) == [("time_limit",)]
    log = next((home / "logs").glob("*.log")).read_text()
    assert "in _hang" in log, "the log says where it hung"


def test_every_step_that_hangs_is_found_however_many_there_are(engine: Engine) -> None:
    hanging = {f"hangs {number}": _add_for_ages for number in range(5)}

    _deaths(engine, {**hanging, "good": lambda: "read"})

    assert engine.job.status is JobStatus.COMPLETED
    assert engine.values == {
        **dict.fromkeys(hanging, "StepTimeout"),
        "good": "read",
        "last": "done",
    }
