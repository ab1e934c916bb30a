"""The printed crontab under Debian's own cron, and its commands in cron's bare environment."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.cli import HANG_S, PROGRAM, read_json, run_planwatch, wait_until
from tests.support.gated_market import HTTP_SOURCES, GatedMarket
from tests.support.ledgers import rows, value
from tests.support.schedulers import BARE, run_cron
from tests.support.workers import await_end, await_worker

_ODD = "Zoë's 100% $x \\% home"  # for sh, for cron, for Python and for SQLite
_SOON_S = 20  # a cron that starts so shortly before a minute may miss it


@pytest.fixture
def odd_home(tmp_path: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home with an odd path, whose sources need no browser."""
    root = tmp_path / _ODD
    root.mkdir()
    (root / "config.toml").write_text(
        "".join(
            f"[sources.{source}]\nenabled = false\n"
            for source in ("o2", "vodafone", "three", "sky", "tesco")
        )
    )
    monkeypatch.setenv("PLANWATCH_HOME", str(root))
    return root


def _crontab(market: GatedMarket, *options: str) -> list[str]:
    """Return the printed lines, and what only tests set: where the market is."""
    printed = run_planwatch("schedule", "cron", *options)
    assert printed.returncode == 0, printed.stderr
    return [f"PLANWATCH_ORIGIN={market.origin}", *printed.stdout.splitlines()]


def _next_minute() -> datetime:
    return datetime.now() + timedelta(seconds=60 + _SOON_S)  # noqa: DTZ005 - cron's own clock


def test_a_crontab_under_debians_cron_scrapes_once_though_it_starts_twice(
    odd_home: Path, tmp_path: Path, market: GatedMarket
) -> None:
    at = _next_minute()
    lines = _crontab(market, "--at", at.strftime("%H:%M"))
    [daily] = [line for line in lines if " scrape " in line]
    crontab = tmp_path / "crontab"
    crontab.write_text("\n".join([*lines, daily]) + "\n")
    log = odd_home / "logs" / "cron.log"

    with run_cron(crontab):
        wait_until(
            lambda: log.exists() and log.read_text().count("completed") == 2,
            "two lines in the log of cron",
        )

    jobs = rows(odd_home, "SELECT status, key FROM jobs")
    assert jobs == [("completed", at.strftime("%Y-%m-%d"))]
    assert value(odd_home, "SELECT count(*) FROM current_plans") == 54
    assert market.asked["smarty"] == 1
    said = log.read_text().splitlines()
    assert [line.split("; ")[0] for line in said] == [said[0]] * 2
    assert "\x1b" not in log.read_text()


def _run_line(crontab: list[str], marker: str, *, locale: str = "C.UTF-8") -> str:
    """Run the command of a line as cron does; return what it left in its log."""
    [line] = [line for line in crontab if marker in line and not line.startswith("#")]
    environment = dict(
        line.split("=", 1)
        for line in crontab
        if "=" in line.split(" ")[0] and not line.startswith("#")
    )
    command = line.split(" ", 5)[5].replace("\\%", "%")
    subprocess.run(
        ["/bin/sh", "-c", command],
        env={**BARE, **environment, "LC_ALL": locale},
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=HANG_S,
    )
    return (Path(environment["PLANWATCH_HOME"]) / "logs" / "cron.log").read_text()


def test_the_daily_line_with_an_analysis_says_one_line_a_day(
    odd_home: Path, market: GatedMarket
) -> None:
    lines = _crontab(market, "--analyse", "ee")

    first = _run_line(lines, " scrape ")
    again = _run_line(lines, " scrape ")

    kinds = rows(odd_home, "SELECT kind, status FROM jobs ORDER BY kind")
    assert kinds == [("analyse", "completed"), ("scrape", "completed")]
    assert first.count("\n") == 1
    assert again == first * 2
    assert market.asked["smarty"] == 1


def test_the_recovery_line_resumes_a_job_whose_worker_was_killed(
    odd_home: Path, market: GatedMarket
) -> None:
    lines = _crontab(market)
    market.hold("smarty")
    job_id = read_json("scrape", "smarty")["job_id"]
    wait_until(lambda: market.asked["smarty"], "the request")
    subprocess.run(["kill", "-9", str(await_worker(odd_home, job_id))], check=True)
    market.release()

    said = _run_line(lines, "*/15")
    ended = await_end(odd_home, job_id)

    assert said == f"planwatch: resumed job {job_id}, which had lost its worker.\n"
    assert ended == "completed"


@pytest.mark.parametrize("locale", [None, "C", "POSIX", "C.UTF-8"])
def test_a_quiet_scrape_in_a_bare_environment_says_one_line_of_trouble_and_none_else(
    odd_home: Path, market: GatedMarket, locale: str | None
) -> None:
    environment = {
        **BARE,
        **({"LC_ALL": locale} if locale else {}),
        "PLANWATCH_HOME": str(odd_home),
        "PLANWATCH_ORIGIN": market.origin,
        "PLANWATCH_FETCH__PACE_S": "0",
    }

    def run(*arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [*PROGRAM, *arguments],
            env=environment,
            capture_output=True,
            check=False,
            timeout=HANG_S,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    good = run("scrape", "--wait", "-q")
    market.fail("smarty", 403)
    code, said, remarks = run("scrape", "--wait", "--quiet")
    nothing = run("analyse", "--focus", "EE", "--wait", "-q")
    shown = run("plans", "--limit", "3")

    assert good == (0, "", "")
    assert (code, remarks) == (3, "")
    assert said.endswith("; not good: smarty blocked\n")
    assert said.rstrip("\n").isprintable()
    assert nothing == (0, "", "")
    assert (shown[0], shown[2]) == (0, "")
    assert "£" in shown[1]
    assert "\x1b" not in shown[1]


def test_a_quiet_dispatch_prints_the_jobs_id_and_nothing_else(
    home: Path, market: GatedMarket
) -> None:
    market.fail("smarty", 403)
    dispatched = run_planwatch("scrape", "smarty", "-q")
    job_id = dispatched.stdout.strip()
    waited = run_planwatch("wait", job_id, "-q")
    resumed = run_planwatch("resume", job_id, "-q")
    again = run_planwatch("wait", "last", "--quiet")
    compared = run_planwatch("scrape", *HTTP_SOURCES, "-q", "--key", "x")

    assert rows(home, "SELECT job_id FROM jobs WHERE key IS NULL") == [(job_id,)]
    assert (dispatched.stdout, dispatched.stderr) == (f"{job_id}\n", "")
    assert (waited.returncode, waited.stderr) == (4, "")
    assert waited.stdout.count("\n") == 1
    assert (resumed.returncode, resumed.stdout) == (0, f"{job_id}\n")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert run_planwatch("wait", compared.stdout.strip(), "-q").returncode == 0


def test_a_quiet_command_says_nothing_of_a_job_that_it_resumes(
    home: Path, market: GatedMarket
) -> None:
    market.hold("smarty")
    job_id = read_json("scrape", "smarty")["job_id"]
    wait_until(lambda: market.asked["smarty"], "the request")
    subprocess.run(["kill", "-9", str(await_worker(home, job_id))], check=True)
    market.release()

    done = run_planwatch("wait", job_id, "-q")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("command", [("scrape",), ("wait", "last"), ("resume", "last")])
def test_quiet_and_json_are_not_asked_for_at_once(command: tuple[str, ...]) -> None:
    done = run_planwatch(*command, "-q", "--json")

    assert done.returncode == 2
    assert "--quiet and --json cannot be combined" in done.stdout
