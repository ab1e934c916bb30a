"""How the cost of commands and analyses grows with the number of plans: CPU time and memory.

Builds ledgers of 100, 1,000 and 10,000 plans by the ledger's own code, runs each reading command
and both analyses on each of them in processes of their own, and prints a line for each: CPU
seconds, peak memory, and how many times the CPU of the size before. CPU time, not the clock's:
other work on the machine then counts for little. Ends with 1 where a goal is missed.

  python -m tools.bench_growth [--light] [PLANS …]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from planwatch.clock import stamp
from planwatch.engine.launch import dispatch
from planwatch.engine.request import JobRequest
from planwatch.home import Home
from planwatch.ledger.store.connection import open_ledger

SIZES: Final = (100, 1_000, 10_000)
LAST: Final = "2026-11-22"
ROUNDS: Final = 3
MOST_FOLD: Final = 12
"""How much more CPU ten times as many plans may take; between the two sizes named below."""
FROM_SIZE, TO_SIZE = 1_000, 10_000
LIGHT: Final = ("status", "plans", "changes --since 30d", "history {plan}", "backup {folder}")
READING: Final = (
    "",
    "status",
    "sources",
    "plans",
    "plans --sort effective",
    "plans --json",
    "plans --format csv",
    "changes --since 30d",
    "changes --since 30d --json",
    "history {plan}",
    "digest --since 30d",
    "what-if --brand O2 --data 100GB --term 24 --price 15",
    "show",
    "show --facts",
    "show {comparison} --html",
    "backup {folder}",
)
ANALYSES: Final[Mapping[str, Mapping[str, Any]]] = {
    "compare": {"brands": ["O2", "Vodafone"]},
    "analyse": {"focus": "O2"},
}
CPU_GOALS: Final = {
    "analyse": 12.0,
    "compare": 4.0,
    "digest --since 30d": 1.5,
    "what-if --brand O2 --data 100GB --term 24 --price 15": 1.0,
    "plans": 0.4,
}
"""Seconds at 10,000 plans."""
MEMORY_GOALS: Final = {"analyse": 400.0}
"""MB at 10,000 plans."""
_KB_A_MB: Final = 1000 if sys.platform == "linux" else 1_000_000


@dataclass(frozen=True)
class Used:
    """CPU seconds of a process, its children's included, and the most memory that it held."""

    cpu_s: float
    peak_mb: float


def main() -> int:
    """Build, measure, print each line as it comes, and tell by the exit code of missed goals."""
    parser = argparse.ArgumentParser(prog="bench_growth", description=__doc__.splitlines()[0])
    parser.add_argument("plans", nargs="*", type=int, default=SIZES)
    parser.add_argument("--light", action="store_true", help="only the commands for any size")
    parser.add_argument("--build", metavar="FOLDER", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build:
        build(arguments.build, arguments.plans[0])
        return 0
    os.environ["PLANWATCH_NOW"] = f"{LAST}T12:00:00Z"
    before: dict[str, Used] = {}
    missed = False
    print(f"{'what':<58} {'plans':>8} {'CPU s':>8} {'MB':>6} {'× before':>9}")
    for size in arguments.plans:
        with tempfile.TemporaryDirectory() as folder:
            _build_apart(Path(folder), size)
            for what, used in measure(Path(folder), light=arguments.light):
                fold = used.cpu_s / before[what].cpu_s if what in before else None
                verdict = _judge(what, size, used, fold)
                missed = missed or bool(verdict)
                times = "" if fold is None else f"{fold:.1f}"
                print(
                    f"{what or '(no command)':<58} {size:>8,} {used.cpu_s:>8.2f}"
                    f" {used.peak_mb:>6.0f} {times:>9}  {verdict}".rstrip(),
                    flush=True,
                )
                before[what] = used
    return int(missed)


def _judge(what: str, size: int, used: Used, fold: float | None) -> str:
    """Return which goals are missed, in words; "" where none is."""
    if size != TO_SIZE:
        return ""
    cpu, memory = CPU_GOALS.get(what), MEMORY_GOALS.get(what)
    missed = [
        *([f"CPU over {cpu:g} s"] if cpu and used.cpu_s > cpu else []),
        *([f"memory over {memory:g} MB"] if memory and used.peak_mb > memory else []),
        *([f"more than {MOST_FOLD}-fold"] if fold and fold > MOST_FOLD else []),
    ]
    return f"MISSED: {', '.join(missed)}" if missed else ""


def _build_apart(folder: Path, size: int) -> None:
    """Build the ledger in a process of its own: a child counts its parent's memory as its own."""
    command = (sys.executable, "-m", "tools.bench_growth", "--build", str(folder), str(size))
    subprocess.run(command, check=True)


def build(folder: Path, size: int) -> None:
    """Fill a new home with four scrapes of a market of so many plans."""
    from datetime import date

    from tests.support.growing_market import fill_ledger

    with closing(open_ledger(_home(folder))) as ledger:
        plans = fill_ledger(ledger, size, date.fromisoformat(LAST))
    (folder / "plan").write_text(next(plan.plan_key for plan in plans if plan.source == "o2"))


def _home(folder: Path) -> Home:
    root = folder / "home"
    return Home(root, root / "config.toml")


def measure(folder: Path, *, light: bool = False) -> Iterator[tuple[str, Used]]:
    """Yield what each analysis and each command used; the analyses come first, to be shown."""
    names = {"plan": (folder / "plan").read_text(), "folder": str(folder / "backups")}
    (folder / "backups").mkdir(exist_ok=True)
    if not light:
        for kind, params in ANALYSES.items():
            yield kind, run_job(folder, kind, params)
        with closing(open_ledger(_home(folder))) as ledger:
            [row] = ledger.query("SELECT analysis_id FROM analyses WHERE kind = 'compare'")
            names["comparison"] = row["analysis_id"]
    for command in LIGHT if light else READING:
        words = command.format(**names).split()
        if words[:1] == ["backup"]:
            words += ["--force"]
        yield command, min((run_command(folder, words) for _ in range(ROUNDS)), key=_cpu)


def _cpu(used: Used) -> float:
    return used.cpu_s


def run_command(folder: Path, words: Sequence[str]) -> Used:
    """Run a command with its output into a file, and return what it used."""
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "planwatch", "--no-resume", *words],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PLANWATCH_HOME": str(_home(folder).root)},
            cwd=folder,
        )
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(words)}: {(folder / 'output').read_text()[-2000:]}")
    return Used(used.ru_utime + used.ru_stime, used.ru_maxrss / _KB_A_MB)


def run_job(folder: Path, kind: str, params: Mapping[str, Any]) -> Used:
    """Do a job in a real worker, which is a child of ours, and return what the worker used."""
    home = _home(folder)
    request = JobRequest(
        kind=kind,
        params={**params, "refresh": True, "no_llm": True, "unverified": False},
        max_resumes=0,
        working_folder=folder,
    )
    with closing(open_ledger(home)) as ledger:
        job_id = dispatch(ledger, home, request, {}).job.job_id
        _, status, used = os.wait4(-1, 0)
    if status:
        raise SystemExit(f"{kind} at {stamp()}: {home.log_of(job_id).read_text()[-2000:]}")
    return Used(used.ru_utime + used.ru_stime, used.ru_maxrss / _KB_A_MB)


if __name__ == "__main__":
    sys.exit(main())
