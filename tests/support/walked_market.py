"""The demo's market with plans billed by days, and its costs as each surface shows them."""

from __future__ import annotations

import csv
import io
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from planwatch.alerts.memory import write_messages
from planwatch.domain.cost_mark import MARK
from planwatch.domain.london import london_day
from planwatch.domain.outcome import Outcome
from planwatch.domain.plan import Plan
from planwatch.home import Home
from planwatch.ledger.alerts.messages import list_messages
from planwatch.ledger.plans.read import load_current_plans
from planwatch.ledger.plans.sightings import save_sightings
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.settings.notify import NotifySettings
from planwatch.sources.contract import group_offers
from tests.support.cli import read_json, run_planwatch
from tests.support.demo_home import Demo
from tests.support.ledgers import reading
from tests.support.plans import make_plan
from tests.support.workbooks import read_workbook

SHOP: Final = "shop"
_DAYS: Final = ("2026-11-14", "2026-11-16")
_MOST_PLANS: Final = 10  # on one chart
_SUM: Final = re.compile(r"£([0-9,]+)\.([0-9]{2})(\*?)")

Costs = dict[str, int]
"""Effective cost in pence by plan id."""


def _shop_plans(day: date, more_pence: int) -> list[Plan]:
    """Return two plans billed by days, and one of O2 whose rises nobody prints."""
    base = {"source": SHOP, "as_of": day, "roaming": "eu"}
    return [
        make_plan(
            **base, brand="Lebara", gb=30, term_months=1, price_pence=1000 + more_pence,
            billing_days=30, name="Lebara 30",
        ),
        make_plan(
            **base, brand="Lebara", gb=40, term_months=1, price_pence=1200 + more_pence,
            billing_days=28, name="Lebara 28",
        ),
        make_plan(
            **base, gb=75, term_months=24, price_pence=1700 + more_pence, variant="Shop",
            name="O2 Shop",
        ),
    ]  # fmt: skip


def read_money(text: str) -> tuple[int, bool]:
    """Return the amount of a text in pence, and whether it has the mark of a rule."""
    found = _SUM.search(text)
    assert found is not None, text
    return int(found[1].replace(",", "") + found[2]), found[3] == MARK


@dataclass(frozen=True)
class Walked:
    """A home with that market, two analyses of it, and the messages about its moves."""

    home: Path
    env: Mapping[str, str]

    def json(self, *arguments: str) -> dict[str, Any]:
        return read_json(*arguments, env=self.env)

    def run(self, *arguments: str) -> str:
        done = run_planwatch(*arguments, env=self.env)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def written(self, name: str, *arguments: str) -> bytes:
        path = self.home.parent / name
        self.run(*arguments, "-o", str(path))
        return path.read_bytes()

    @cached_property
    def plans(self) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = self.json("plans")["plans"]
        return records

    @cached_property
    def ids(self) -> list[str]:
        return [f"{plan['source']}:{plan['plan_key']}" for plan in self.plans]

    @cached_property
    def costs(self) -> Costs:
        return dict(zip(self.ids, (plan["effective_pence"] for plan in self.plans), strict=True))

    @cached_property
    def marked(self) -> set[str]:
        """The plans whose cost rests on rises that no page prints."""
        return {
            plan_id
            for plan_id, plan in zip(self.ids, self.plans, strict=True)
            if plan["effective_pence"] != plan["printed_effective_pence"]
        }

    @cached_property
    def current(self) -> dict[str, Plan]:
        with self.ledger() as ledger:
            return {stored.ref: stored.plan for stored in load_current_plans(ledger)}

    def cost_on(self, plan_id: str, instant: str) -> int:
        """Return what the plan of today costs, if signed on the day of an instant."""
        return self.current[plan_id].effective_pence_on(london_day(instant))

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        with closing(open_ledger(Home(self.home, self.home / "config.toml"))) as ledger:
            yield ledger

    def rows(self, query: str) -> list[sqlite3.Row]:
        with reading(self.home) as connection:
            return list(connection.execute(query))


def walk(demo: Demo, root: Path) -> Walked:
    """Return the market in a home of its own below `root`."""
    home = root / "home"
    demo.copy_to(home)
    keys = ("PATH", "LANG", "LC_ALL")
    env = {key: os.environ[key] for key in keys if key in os.environ}
    walked = Walked(home, {**env, "PLANWATCH_HOME": str(home), "COLUMNS": "250"})
    settings = NotifySettings.model_validate(
        {"urls": "json://a", "rules": [{"on": ["changes"], "kinds": ["effective"]}]}
    )
    with walked.ledger() as ledger:
        for number, day in enumerate(_DAYS):
            with ledger.transaction():
                save_sightings(
                    ledger,
                    source=SHOP,
                    offers=group_offers(_shop_plans(date.fromisoformat(day), 150 * number)),
                    outcome=Outcome.OK,
                    at=f"{day}T08:0{number}:00.000Z",
                    job_id=None,
                    capture_ids={},
                )
            write_messages(ledger, settings, {})
    walked.run("compare", "O2", "Lebara", "--wait")
    walked.run("analyse", "--focus", "O2", "--wait")
    return walked


class _Rows(HTMLParser):
    """The tables of a page: rows of the texts of their cells."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._is_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._is_cell = False
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._is_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._is_cell = False

    def handle_data(self, data: str) -> None:
        if self._is_cell:
            self.tables[-1][-1][-1] += data


def html_tables(page: str) -> list[list[list[str]]]:
    parser = _Rows()
    parser.feed(page)
    return parser.tables


def md_tables(text: str) -> list[list[list[str]]]:
    """Return the tables of Markdown, heads first, without their rules."""
    blocks = [block.splitlines() for block in text.split("\n\n") if block.startswith("| ")]
    return [
        [
            [cell.strip().replace("\\", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in (lines[0], *lines[2:])
        ]
        for lines in blocks
    ]


def _of_table(walked: Walked, table: list[list[str]], *, ids: Iterable[str]) -> Costs:
    """Read the column of effective costs; the mark stands where it must, and nowhere else."""
    at = [head.lower() for head in table[0]].index("effective")
    found = {}
    for plan_id, row in zip(ids, table[1:], strict=True):
        found[plan_id], is_marked = read_money(row[at])
        assert is_marked is (plan_id in walked.marked), (plan_id, row[at])
    return found


def _screen(walked: Walked) -> Costs:
    lines = [line for line in walked.run("plans").splitlines() if line]
    head = next(line for line in lines if line.split()[:2] == ["brand", "tier"])
    end = head.index("effective") + len("effective")
    body = lines[lines.index(head) + 2 :]
    rows = [[line[:end].split()[-1]] for line in body[: len(walked.ids)]]
    assert body[len(walked.ids)].endswith("by its brand's rule: planwatch config rules")
    return _of_table(walked, [["effective"], *rows], ids=walked.ids)


def _csv(walked: Walked) -> Costs:
    rows = list(csv.DictReader(io.StringIO(walked.run("plans", "--format", "csv"))))
    printed = [int(row["printed_effective_pence"]) for row in rows]
    assert printed == [plan["printed_effective_pence"] for plan in walked.plans]
    assert [row["may_rise"] == "true" for row in rows] == [p["may_rise"] for p in walked.plans]
    return {f"{row['source']}:{row['plan_key']}": int(row["effective_pence"]) for row in rows}


def _xlsx(walked: Walked) -> Costs:
    sheet = read_workbook(walked.written("market.xlsx", "plans"))["Plans"].rows()
    heads = [str(head) for head in sheet[0]]
    places = [heads.index(name) for name in ("Source", "Plan", "Effective cost", "By rule")]
    found = {}
    for row in sheet[1:]:
        source, key, cost, by_rule = (row[at] for at in places)
        assert isinstance(cost, float)
        assert by_rule == ("yes" if f"{source}:{key}" in walked.marked else "no")
        found[f"{source}:{key}"] = round(cost * 100)
    return found


def _page(walked: Walked) -> Costs:
    tables = html_tables(walked.written("market.html", "plans", "--format", "html").decode())
    return _of_table(walked, tables[-1], ids=walked.ids)


def _markdown(walked: Walked) -> Costs:
    [table] = md_tables(walked.run("plans", "--format", "md"))
    return _of_table(walked, table, ids=walked.ids)


def _sql(walked: Walked) -> Costs:
    rows = walked.rows("SELECT * FROM current_plans")
    return {f"{row['source']}:{row['plan_key']}": row["effective_pence"] for row in rows}


SURFACES: Final[Mapping[str, Callable[[Walked], Costs]]] = {
    "plans": _screen,
    "plans as CSV": _csv,
    "plans as a workbook": _xlsx,
    "plans as a page": _page,
    "plans as Markdown": _markdown,
    "the view current_plans": _sql,
}
"""Those that show every plan in force, for a contract signed on the day it was last seen."""


def histories(walked: Walked) -> list[dict[str, Any]]:
    """Return `history --json` of every plan in force."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(walked.ids), _MOST_PLANS):
        some = walked.ids[start : start + _MOST_PLANS]
        found += walked.json("history", *(f"--plan={each}" for each in some))["histories"]
    return [one for one in found if one["plan_id"] in walked.costs]


def messages(walked: Walked) -> list[str]:
    with walked.ledger() as ledger:
        return [each.body for each in list_messages(ledger, limit=99)]
