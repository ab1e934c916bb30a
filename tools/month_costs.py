"""What a month costs: requests and bytes of scrapes, growth of the ledger, tokens of analyses.

Runs the real command against the replica market and a model server on loopback, and prints the
tables of docs/reference/month.md. The replica's pages are smaller than the shops'.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from tests.support.fake_model import FakeModel
from tests.support.market.browser import ENVIRONMENT, why_not
from tests.support.market.plans import DATES
from tests.support.market.replica import ReplicaMarket, Seen
from tests.support.market.server import run_market

from planwatch.sources.registry import SOURCE_IDS, load_source

DAYS: Final = 30
ANALYSES: Final = 4
LETTERS_A_TOKEN: Final = 4
OVER_HTTP: Final = ("ee", "giffgaff", "smarty", "uswitch")
PROGRAM: Final = (sys.executable, "-P", "-m", "planwatch")


def main() -> int:
    sources = SOURCE_IDS if why_not() is None else OVER_HTTP
    if sources == OVER_HTTP:
        print(f"no browser to drive ({why_not()}): the sources over HTTP alone")
    with run_market(DATES[0]) as market, _home({"PLANWATCH_ORIGIN": market.origin}) as env:
        first, first_size = _scrape(market, env, DATES[0], sources)
        quiet_day = DATES[0] + timedelta(days=1)
        quiet, quiet_size = _scrape(market, env, quiet_day, sources)
        moved, moved_size = _scrape(market, env, DATES[1], sources)
        _print_scrapes(sources, first, quiet, moved)
        print(
            f"\nhome after the first day {first_size / 1e6:.2f} MB, a quiet day "
            f"+{(quiet_size - first_size) / 1e3:.0f} kB, a day with moves "
            f"+{(moved_size - quiet_size) / 1e3:.0f} kB"
        )
        _print_words(env)
    return 0


def _scrape(
    market: ReplicaMarket, env: Mapping[str, str], day: date, sources: tuple[str, ...]
) -> tuple[dict[str, list[Seen]], int]:
    """Scrape on a day; return what each source's host was asked, and the size of the home then."""
    market.forget()
    market.day = day
    then = {**env, "PLANWATCH_NOW": f"{day}T09:00:00Z"}
    order = _json(then, "scrape", *sources)
    _json(then, "wait", order["job_id"])
    by_source: dict[str, list[Seen]] = {source: [] for source in sources}
    hosts = {_host_of(source): source for source in sources}
    for seen in market.seen:
        if seen.asked.host in hosts:
            by_source[hosts[seen.asked.host]].append(seen)
    return by_source, _size_of(Path(env["PLANWATCH_HOME"]))


def _print_scrapes(sources: tuple[str, ...], *days: Mapping[str, list[Seen]]) -> None:
    print("| source | first day: requests | kB | a quiet day: requests | of them 304 | kB |")
    print("| --- | --- | --- | --- | --- | --- |")
    first, quiet, _ = days
    for name in (*sources, "all"):
        ours = sources if name == "all" else (name,)
        one = [seen for source in ours for seen in first[source]]
        other = [seen for source in ours for seen in quiet[source]]
        unchanged = sum(seen.status == 304 for seen in other)
        print(
            f"| {name} | {len(one)} | {_kilobytes(one)} "
            f"| {len(other)} | {unchanged} | {_kilobytes(other)} |"
        )
    requests = sum(len(seen) for seen in quiet.values())
    print(f"\na month of {DAYS} days: {requests * DAYS} requests")


def _print_words(env: Mapping[str, str]) -> None:
    """Print what an analysis and a comparison send to a model, by letters; then a month's sum."""
    print("\n| job | requests | letters sent | tokens sent, about |")
    print("| --- | --- | --- | --- |")
    for job in (("analyse", "--focus", "O2"), ("compare", "O2", "Vodafone")):
        with FakeModel() as model:
            more = model.env(PLANWATCH_NOW=f"{DATES[1]}T10:00:00Z")
            order = _json({**env, **more}, *job)
            _json({**env, **more}, "wait", order["job_id"])
            letters = sum(
                len(message["content"]) for asked in model.asked for message in asked["messages"]
            )
            count = len(model.asked)
        print(f"| {job[0]} | {count} | {letters} | {letters // LETTERS_A_TOKEN} |")
        if job[0] == "analyse":
            most = count * 1500
            print(
                f"a month of {ANALYSES} analyses: {count * ANALYSES} requests, about "
                f"{letters // LETTERS_A_TOKEN * ANALYSES} tokens sent, at most "
                f"{most * ANALYSES} answered",
                file=sys.stderr,
            )


def _kilobytes(seen: list[Seen]) -> str:
    return f"{sum(one.size for one in seen) / 1000:.1f}"


def _host_of(source: str) -> str:
    return load_source(source).requests[0].url.split("/")[2]


def _size_of(home: Path) -> int:
    """Return the size of ledger and archive; logs and locks are left out."""
    files = [home / "ledger.db", *(home / "archive").rglob("*")]
    return sum(path.stat().st_size for path in files if path.is_file())


@contextmanager
def _home(more: Mapping[str, str]) -> Iterator[dict[str, str]]:
    ours = {name: value for name, value in os.environ.items() if "PLANWATCH" not in name}
    with tempfile.TemporaryDirectory() as folder:
        yield {
            **ours,
            "PLANWATCH_HOME": f"{folder}/home",
            "PLANWATCH_FETCH__PACE_S": "0",
            **ENVIRONMENT,
            **more,
        }


def _json(env: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [*PROGRAM, *arguments, "--json"],
        env=dict(env), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(done.stderr + done.stdout)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


if __name__ == "__main__":
    sys.exit(main())
