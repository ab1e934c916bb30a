"""Record what planwatch prints about the recorded market, and compare two recordings byte for byte.

Run from the project's folder:
  python -m tools.record_outputs record FOLDER [--planwatch PROGRAM]
  python -m tools.record_outputs compare BEFORE AFTER
A file for each command holds its exit code, its output and its messages; one more the ledger's
schema. Ids, times, durations, sizes and folders are masked. `compare` prints a unified diff and
ends with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Final

NOW: Final = "2026-11-16T12:00:00Z"
THIS_PLANWATCH: Final = str(Path(sys.executable).with_name("planwatch"))
PAGE: Final = Path(__file__).parent.parent / "src/planwatch/recorded/pages/2026-11-02/three"
WIDTHS: Final = (80, 120)

# jobs first, one after the other: what follows only reads
JOBS: Final = (
    "demo",
    "compare EE giffgaff --wait --no-llm",
    "analyse --focus Vodafone --wait --no-llm",
    "compare O2 Vodafone --wait --no-llm",
)
TABLES: Final = (
    "",
    "status",
    "status last",
    "status --kind scrape --limit 2",
    "logs last",
    "wait last",
    "plans",
    "plans O2 --sort price",
    "plans --data 100GB --term 24 --max-price 20",
    "plans --signing 2027-03",
    "changes",
    "changes --since 30d",
    "history {plan}",
    "show",
    "show --list",
    "show --facts",
    "show {comparison}",
    "show --why {fact}",
    "digest --since 30d",
    "what-if --brand O2 --data 100GB --term 24 --price 15",
    "sources",
    "sources show o2",
    "sources show uswitch",
    "config show",
    "config check",
    "prune --dry-run",
    "notify list",
)
FORMS: Final = tuple(
    f"{command} --format {form}"
    for command in (
        "status",
        "plans",
        "changes --since 30d",
        "history {plan}",
        "show",
        "show {comparison}",
        "show --facts",
        "digest --since 30d",
        "what-if --brand O2 --data 100GB --term 24 --price 15",
        "sources",
    )
    for form in ("json", "csv", "md")
)
PAGES: Final = (
    "show --html",
    "show {comparison} --html",
    "digest --since 30d --html",
    "status --format prometheus",
    "status last --json",
    "config show --json",
    "doctor --json",
    "datasette",
    f"probe three --from {PAGE}/PAGE --as-of 2026-11-02",
    f"probe three --from {PAGE}/PAGE --as-of 2026-11-02 --json",
    f"probe --miner --from {PAGE}/PAGE --json",
)
# in a home where nothing has happened yet
NEWCOMER: Final = (
    "",
    "status",
    "plans",
    "changes",
    "show",
    "sources",
    "schedule cron",
    "schedule systemd",
    "resume last",
    "prune",
)
MISTAKES: Final = (
    "compare O2 O3",
    "compare O2",
    "plans --data lots",
    "plans --term soon",
    "plans nobody",
    "plans --sort colour",
    "plans --signing yesterday",
    "changes --since never",
    "history 'no such plan'",
    "show zzzzzzzzzz",
    "show --why no.such.fact",
    "status zzzzzzzzzz",
    "wait zzzzzzzzzz",
    "logs zzzzzzzzzz",
    "cancel last",
    "resume last",
    "scrape atlantis",
    "sources show atlantis",
    "probe atlantis",
    "probe three --from missing.html",
    "what-if --brand O2 --data lots --term 24 --price 15",
    "schedule cron --at 25:00",
    "notify test",
    "backup",
    "no-such-command",
)


def main() -> int:
    """Record or compare, as the arguments say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    actions = parser.add_subparsers(dest="action", required=True)
    recording = actions.add_parser("record")
    recording.add_argument("folder", type=Path)
    recording.add_argument("--planwatch", default=THIS_PLANWATCH, help="the program to record")
    comparing = actions.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    wanted = parser.parse_args()
    if wanted.action == "record":
        return record(shlex.split(wanted.planwatch), wanted.folder)
    return compare(wanted.before, wanted.after)


def record(program: list[str], folder: Path) -> int:
    """Run every command over a demo of its own, and write a masked file for each.

    Args:
        program: the words that start planwatch.
        folder: made if missing; files of an earlier recording in it are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.txt"):
        old.unlink()
    with tempfile.TemporaryDirectory() as temporary:
        recorder = _Recorder(program, Path(temporary))
        jobs = [(command, WIDTHS[1]) for command in JOBS]
        ran = [recorder.run_raw(*call) for call in jobs]
        recorder.learn_names()
        reading = [*_help_of_all(recorder), *_shown()]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            read = pool.map(lambda call: recorder.run(*call), reading)
            texts = [*map(recorder.mask, ran), *read]
        (folder / "schema.txt").write_text(recorder.describe_schema(), encoding="utf-8")
        newcomer = _Recorder(program, Path(temporary) / "newcomer")
        texts += [newcomer.run(command, WIDTHS[0]) for command in NEWCOMER]
        commands = [*jobs, *reading, *((f"newcomer {words}", WIDTHS[0]) for words in NEWCOMER)]
        for (command, width), text in zip(commands, texts, strict=True):
            (folder / _file_name(command, width)).write_text(text, encoding="utf-8")
    print(f"recorded {len(commands)} outputs in {folder}")
    return 0


def compare(before: Path, after: Path) -> int:
    """Print what differs between two recordings; 1 where anything does."""
    for folder in (before, after):
        if not list(folder.glob("*.txt")):
            print(f"{folder} holds no recording", file=sys.stderr)
            return 2
    names = sorted({path.name for folder in (before, after) for path in folder.glob("*.txt")})
    differing = 0
    for name in names:
        old, new = (_lines(folder / name) for folder in (before, after))
        if old != new:
            differing += 1
            sys.stdout.writelines(
                difflib.unified_diff(old, new, f"before/{name}", f"after/{name}", n=1)
            )
    print(f"{differing} of {len(names)} outputs differ")
    return int(differing > 0)


def _shown() -> Iterator[tuple[str, int]]:
    page = min(path.name for path in PAGE.glob("*.html"))
    for command in TABLES:
        for width in WIDTHS:
            yield command, width
    for command in (*FORMS, *PAGES, *MISTAKES):
        yield command.replace("/PAGE", f"/{page}"), WIDTHS[0]


def _help_of_all(recorder: _Recorder) -> Iterator[tuple[str, int]]:
    from planwatch.cli.commands import COMMANDS

    yield "--help", WIDTHS[0]
    for name in COMMANDS:
        yield f"{name} --help", WIDTHS[0]
        text = recorder.run(f"{name} --help", WIDTHS[0])
        _, _, below = text.partition("─ Commands ")
        for sub in re.findall(r"^│ ([a-z][a-z-]+) ", below, re.M):
            yield f"{name} {sub} --help", WIDTHS[0]


def _file_name(command: str, width: int) -> str:
    bare = command.replace(str(PAGE), "three")
    words = re.sub(r"[^A-Za-z0-9.-]+", "_", bare).strip("_") or "planwatch"
    return f"{words}.{width}.txt"


def _lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    return [f"{line}\n" for line in path.read_text(encoding="utf-8").split("\n")]


class _Recorder:
    """Runs planwatch over one home, with a clock that stands still, and masks what differs."""

    def __init__(self, program: Iterable[str], folder: Path) -> None:
        self._program = list(program)
        self._folder = folder
        self._ids: dict[str, str] = {}
        self._examples: dict[str, str] = {}
        self._work = folder / "work"
        self._work.mkdir(parents=True)

    def run(self, command: str, width: int) -> str:
        """Return the exit code, the output and the messages of one command, masked."""
        return self.mask(self.run_raw(command, width))

    def run_raw(self, command: str, width: int) -> str:
        """Return the same as `run` with the ids and times that this run happened to have."""
        done = self._start(command.format_map(self._examples), width)
        return f"exit {done.returncode}\n--- output\n{done.stdout}--- messages\n{done.stderr}"

    def learn_names(self) -> None:
        """Give jobs and analyses names that recordings share, and find examples to ask for."""
        for command, items, key in (
            ("status", "jobs", "id"),
            ("show --list", "analyses", "analysis_id"),
        ):
            for number, item in enumerate(reversed(self._read(command)[items])):
                # as long as the id itself: tables keep their widths
                self._ids[item[key]] = f"{items[:3]}{number}".ljust(len(item[key]), "-")
                if item["kind"] == "compare":
                    self._examples["comparison"] = item[key]
        plan = next(plan for plan in self._read("plans Three")["plans"] if plan["data_mb"])
        self._examples["plan"] = shlex.quote(plan["plan_key"])
        self._examples["fact"] = shlex.quote(self._read("show --facts")["facts"][0]["id"])

    def describe_schema(self) -> str:
        """Return each table, view and index of the ledger with its columns."""
        with closing(sqlite3.connect(self._folder / "home" / "ledger.db")) as ledger:
            lines = [
                f"{kind} {name}: "
                + ", ".join(
                    f"{column} {form}".strip()
                    for column, form in ledger.execute(
                        "select name, type from pragma_table_info(?)", (name,)
                    )
                )
                for kind, name in ledger.execute(
                    "select type, name from sqlite_master where type in ('table', 'view', 'index')"
                    " order by 1, 2"
                )
            ]
        return "\n".join(lines) + "\n"

    def mask(self, text: str) -> str:
        """Replace what no two recordings share."""
        for name, masked in self._ids.items():
            text = text.replace(name, masked)
        program = Path(self._program[0])
        for path in (program, program.with_name("python")):
            text = text.replace(str(path), path.name)
        text = text.replace(str(self._folder), "FOLDER")
        for pattern, masked in _MASKS:
            text = pattern.sub(masked, text)
        return text

    def _read(self, command: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._start(f"{command} --json", WIDTHS[0]).stdout)
        return document

    def _start(self, command: str, width: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._program, *shlex.split(command)],
            cwd=self._work,
            env={
                **{name: value for name, value in os.environ.items() if name in ("PATH", "LANG")},
                "HOME": str(self._folder / "user"),
                "PLANWATCH_HOME": str(self._folder / "home"),
                "PLANWATCH_NOW": NOW,
                "PLANWATCH_ORIGIN": "http://127.0.0.1:9",
                # sources one after the other: else what changed stands in the order they ended
                "PLANWATCH_JOBS__PARALLEL_STEPS": "1",
                "COLUMNS": str(width),
            },
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=120,
        )


_MASKS: Final = (
    (re.compile(r"2026-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO"), "INSTANT INFO"),
    (re.compile(r"(?<!\d)\d\d:\d\d:\d\d(\.\d+)?Z?\b"), "HH:MM:SS"),
    (re.compile(r"^(planwatch_(?:ledger|archive)_bytes) \d+$", re.M), r"\1 #"),
    (re.compile(r"\b\d{8}T\d{6}Z\b"), "DAY-TIME"),
    (re.compile(r"\b\d+\.\d+ s\b"), "#.# s"),
    (re.compile(r'("(?:expected_s|duration_s|eta_s|elapsed_s|waited_s)": )[\d.]+'), r"\1#"),
    (re.compile(r"\b\d+(\.\d+)? (kB|KB|MB free|GB free|GiB|MiB)"), r"# \2"),
    (re.compile(r"\bpid \d+"), "pid #"),
)


if __name__ == "__main__":
    sys.exit(main())
