"""Each trouble of docs/howto/troubleshoot.md is made for real, and met with the page's commands."""

from __future__ import annotations

import os
import shlex
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from tests.docs.pages import find_sections, read
from tests.docs.shown import find_missing, find_shown
from tests.support.cli import run_planwatch, wait_until
from tests.support.gated_market import GatedMarket, run_gated_market
from tests.support.workers import await_end, await_worker, held_locks, workers_below

SECTIONS = find_sections(read("docs/howto/troubleshoot.md"))


@pytest.fixture
def market(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatedMarket]:
    """Serve four sources to every command of the test; its workers end with it."""
    with run_gated_market(date(2026, 11, 2)) as running:
        for name, value in running.env.items():
            monkeypatch.setenv(name, value)
        yield running
        for pid in workers_below(home):
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def _nothing(_command: str) -> None: ...


def follow(
    heading: str, *, before: Callable[[str], object] = _nothing, code: int = 0
) -> dict[str, str]:
    """Run the commands below a heading; each must print what the page shows.

    Args:
        before: is told of each command before it runs: what a person would mend meanwhile.
        code: what every command must end with.

    Returns:
        The output by command.
    """
    outputs = {}
    for shown in find_shown(SECTIONS[heading]):
        before(shown.command)
        done = run_planwatch(*shlex.split(shown.command)[1:])
        outputs[shown.command] = output = done.stdout + done.stderr
        assert done.returncode == code, output
        assert find_missing(shown, output) is None, f"{shown}\n{output}"
    assert outputs, f"{heading} shows no command"
    return outputs


def _dispatch(*sources: str) -> str:
    done = run_planwatch("scrape", *sources)
    assert done.returncode == 0, done.stderr
    return done.stdout.partition(" as job ")[2].split(".")[0].split(";")[0]


@pytest.mark.usefixtures("market")
def test_a_worker_that_wrong_settings_stop_is_found_and_taken_up_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLANWATCH_FETCH__TIMEOUT_S")  # it would come before the file
    file = Path("planwatch.toml")
    file.write_text('[fetch]\ntimeout_s = "slow"\n')
    await_end(home, _dispatch("smarty"))

    outputs = follow(
        "The worker does not start",
        before=lambda command: file.unlink() if "resume" in command else None,
    )

    assert "fetch.timeout_s" in outputs["planwatch status last"]
    assert "fetch.timeout_s" in outputs["planwatch logs last"], "the log says why, too"


def test_a_worker_that_the_system_stops_is_named_with_the_reason(
    home: Path, market: GatedMarket
) -> None:
    market.hold("ee")
    job = _dispatch("ee")
    os.kill(await_worker(home, job), signal.SIGKILL)
    log = home / "logs" / f"{job}.log"
    log.unlink(missing_ok=True)
    log.mkdir()

    said = run_planwatch("status").stderr

    assert f"the worker of job {job} could not be started (Is a directory)" in said
    assert "the worker of job … could not be started" in SECTIONS["The worker does not start"]


def test_a_source_that_is_switched_off_says_so(home: Path) -> None:
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "config.toml").write_text("[sources.ee]\nenabled = false\n")

    follow("A source is not listed")

    assert run_planwatch("scrape", "ee").returncode == 2


def test_a_job_that_waits_names_what_it_waits_for(home: Path, market: GatedMarket) -> None:
    market.hold("smarty")
    first = _dispatch("smarty")
    await_worker(home, first)
    _dispatch("ee")

    outputs = follow(
        "A job stays pending",
        before=lambda command: market.release() if "wait" in command else None,
    )

    assert f"waits for {first}" in outputs["planwatch status"]


def test_a_step_that_took_too_long_is_asked_again(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_JOBS__STEP_LIMIT_S", "8")  # SMARTY needs a tenth of a second
    market.hold("ee")
    assert await_end(home, _dispatch("ee", "smarty")) == "partial"
    monkeypatch.delenv("PLANWATCH_JOBS__STEP_LIMIT_S")

    follow(
        "A step times out",
        before=lambda command: market.release() if "resume" in command else None,
    )

    assert held_locks(home) == []


def test_a_ledger_that_is_none_is_refused_with_what_to_do(home: Path) -> None:
    run_planwatch("status")
    (home / "ledger.db").write_bytes(b"no database" * 1000)

    [output] = follow("Status cannot be read", code=1).values()

    assert "planwatch restore FILE" in output


def test_an_alert_that_waits_says_why(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", "nosuchscheme://hush")
    monkeypatch.setenv("PLANWATCH_ALARMS__AFTER_FAILURES", "1")
    monkeypatch.setenv("PLANWATCH_FETCH__ATTEMPTS", "1")
    market.fail("smarty", 500)
    assert run_planwatch("scrape", "smarty", "--wait").returncode == 4
    wait_until(lambda: not list(workers_below(home)), "the worker's end")

    outputs = follow("No alert came")

    assert "hush" not in "".join(outputs.values())


@pytest.mark.parametrize(
    "words", ["is the database of another program", "has schema", "is locked by another process"]
)
def test_what_the_page_says_of_a_ledger_is_what_planwatch_says(words: str) -> None:
    sources = (Path(__file__).parents[2] / "src" / "planwatch" / "ledger").rglob("*.py")

    assert words in SECTIONS["Status cannot be read"]
    assert any(words in path.read_text(encoding="utf-8") for path in sources)
