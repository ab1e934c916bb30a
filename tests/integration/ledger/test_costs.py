"""Stored costs follow the table of rise rules: in chunks, without a move of the market."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from sqlite3 import Row
from typing import Any

from planwatch.alerts.memory import write_messages
from planwatch.clock import format_instant, parse_instant
from planwatch.domain.phrasing import short_date
from planwatch.domain.plan import Plan
from planwatch.domain.rise_table import RiseTable, load_rise_rules
from planwatch.home import Home
from planwatch.ledger.alerts.messages import list_messages
from planwatch.ledger.plans.costs import bring_costs_up
from planwatch.ledger.plans.read import load_current_plans
from planwatch.ledger.plans.rule_changes import RuleChange, load_rule_changes
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.settings.notify import NotifySettings
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import make_market, save_market
from tests.support.ledgers import reading
from tests.support.plans import make_plan

DAY = date(2026, 11, 16)
NONE = RiseTable(b"rule = []")
ALWAYS = ("", "9")


def _rises_by(pence: int) -> RiseTable:
    return RiseTable(
        f"""
        [[rule]]
        brand = "O2"
        kind = "stated"
        pence_a_year = {pence}
        month = 4
        day = 1
        source = "a page"
        checked = 2026-11-01
        """.encode()
    )


def _home(root: Path) -> Home:
    return Home(root, root / "config.toml")


@contextmanager
def _opened(home: Path, rules: RiseTable) -> Iterator[Ledger]:
    with closing(open_ledger(_home(home), rules=rules)) as ledger:
        yield ledger


def _plan(**changed: Any) -> Plan:
    return make_plan(**({"as_of": DAY, "price_pence": 2000} | changed))


def _stored(ledger: Ledger) -> dict[str, tuple[int, int, int]]:
    return {
        row["plan_key"]: (row["effective_pence"], row["printed_effective_pence"], row["of_version"])
        for row in ledger.query(
            "SELECT p.plan_key, p.effective_pence, p.printed_effective_pence,"
            " v.effective_pence AS of_version FROM plans AS p JOIN plan_versions AS v"
            " USING (version_id)"
        )
    }


def test_other_rules_give_stored_plans_other_costs_and_make_no_change(tmp_path: Path) -> None:
    with _opened(tmp_path, NONE) as ledger:
        save_market(ledger, [_plan(), _plan(brand="Three", source="three")], DAY)
        assert _stored(ledger)["o2-25gb-24m"] == (2000, 2000, 2000)

    with _opened(tmp_path, _rises_by(300)) as ledger:
        bring_costs_up(ledger)

        # 5 × £20.00, 12 × £23.00, 7 × £26.00 = £558.00; / 24 = £23.25
        assert _stored(ledger) == {
            "o2-25gb-24m": (2325, 2000, 2325),
            "three-25gb-24m": (2000, 2000, 2000),
        }
        assert {p.ref: p.plan.effective_pence for p in load_current_plans(ledger)} == {
            "o2:o2-25gb-24m": 2325,
            "three:three-25gb-24m": 2000,
        }
        assert ledger.query("SELECT * FROM changes") == []
        [told] = load_rule_changes(ledger, *ALWAYS)
        assert (told.plans, told.changed) == (2, 1)


def test_a_change_of_the_rules_is_said_for_its_period_and_is_no_move(home: Path) -> None:
    with _opened(home, NONE) as ledger:
        save_market(ledger, [_plan(), _plan(gb=50), _plan(brand="giffgaff", term_months=1)], DAY)
    done = run_planwatch("changes", "--since", "1d")  # opens the ledger with the rules of today
    assert done.returncode == 0, done.stderr
    with reading(home) as connection:
        [row] = connection.execute("SELECT finished_at AS at FROM cost_rule_changes")
    told = [{"changed_at": row["at"], "plans": 3, "plans_changed": 2}]
    sentence = (
        f"On {short_date(row['at'])} the rise rules changed: 2 of 3 plans have another effective"
        " cost since; that is no move of price."
    )
    after = format_instant(parse_instant(row["at"]) + timedelta(milliseconds=1))

    assert read_json("changes", "--since", row["at"])["rule_changes"] == told
    assert read_json("digest", "--since", row["at"])["rule_changes"] == told
    for arguments in (
        ("changes",),
        ("changes", "--format", "md"),
        ("digest",),
        ("digest", "--html"),
        ("digest", "--md"),
    ):
        shown = run_planwatch(*arguments, "--since", row["at"], env={"COLUMNS": "250"}).stdout
        plain = shown.replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")
        assert plain.count(sentence) == 1, arguments
        assert "plans changed" not in shown
    assert read_json("changes", "--since", after)["rule_changes"] == []
    assert read_json("digest", "--since", after)["rule_changes"] == []
    assert sentence not in run_planwatch("digest", "--since", after, env={"COLUMNS": "250"}).stdout


def test_one_plan_with_another_cost_is_said_in_the_singular() -> None:
    said = str(RuleChange(at="2026-12-02T23:30:00.000Z", plans=1, changed=1))

    assert said == (
        "On 2 Dec 2026 the rise rules changed: 1 of 1 plan has another effective cost since; "
        "that is no move of price."
    )


def test_rules_that_change_no_cost_are_not_reported(tmp_path: Path) -> None:
    with _opened(tmp_path, _rises_by(300)) as ledger:
        save_market(ledger, [_plan()], DAY)
    same = RiseTable(_rises_by(300).text + b"# another word\n")

    with _opened(tmp_path, same) as ledger:
        bring_costs_up(ledger)

        assert load_rule_changes(ledger, *ALWAYS) == []
        assert [row[0] for row in ledger.query("SELECT cost_rules FROM plans")] == [same.digest]


def test_a_ledger_without_plans_has_nothing_to_tell(tmp_path: Path) -> None:
    with _opened(tmp_path, NONE) as ledger:
        bring_costs_up(ledger)
        save_market(ledger, [_plan()], DAY)

        assert load_rule_changes(ledger, *ALWAYS) == []


def test_the_scrape_after_another_table_sees_no_move_of_price(tmp_path: Path) -> None:
    with _opened(tmp_path, NONE) as ledger:
        save_market(ledger, [_plan()], DAY - timedelta(days=1))

    with _opened(tmp_path, _rises_by(300)) as ledger:
        bring_costs_up(ledger)
        save_market(ledger, [_plan()], DAY)

        assert ledger.query("SELECT * FROM changes") == []
        assert _stored(ledger)["o2-25gb-24m"][:2] == (2325, 2000)


def test_what_was_told_of_a_cost_follows_the_rules_and_nobody_hears_of_it_again(
    tmp_path: Path,
) -> None:
    told = NotifySettings.model_validate(
        {"urls": "json://a", "rules": [{"on": ["changes"], "kinds": ["effective"]}]}
    )
    with _opened(tmp_path, NONE) as ledger:
        save_market(ledger, [_plan()], DAY - timedelta(days=2))
        save_market(ledger, [_plan(price_pence=1800)], DAY - timedelta(days=1))
        write_messages(ledger, told, {})
        before = len(list_messages(ledger, limit=99))

    with _opened(tmp_path, _rises_by(300)) as ledger:
        bring_costs_up(ledger)
        save_market(ledger, [_plan(price_pence=1800)], DAY)
        write_messages(ledger, told, {})

        assert len(list_messages(ledger, limit=99)) == before
        [figure] = ledger.query("SELECT spells FROM plan_figures WHERE figure = 'effective'")
        assert [cost for _, cost in json.loads(figure["spells"])] == [2325, 2125]


def test_a_process_that_is_killed_leaves_the_rest_to_the_next_one(tmp_path: Path) -> None:
    with _opened(tmp_path, NONE) as ledger:
        save_market(ledger, make_market(3000, DAY), DAY)
        before = {row["plan_id"]: row["effective_pence"] for row in _costs(ledger)}
    table = load_rise_rules()
    killed = subprocess.Popen([sys.executable, "-c", _BRING_UP, str(tmp_path)])
    with _opened(tmp_path, table) as ledger:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not _count(ledger, table):
            time.sleep(0.01)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait(timeout=10)
        part = _count(ledger, table)

        bring_costs_up(ledger)

        assert 0 < part < 3000
        after = {row["plan_id"]: row["effective_pence"] for row in _costs(ledger)}
        assert after == {p.plan_id: p.plan.effective_pence for p in load_current_plans(ledger)}
        [told] = load_rule_changes(ledger, *ALWAYS)
        assert told.changed == sum(after[plan_id] != cost for plan_id, cost in before.items())


_BRING_UP = """
import sys
from pathlib import Path
from planwatch.home import Home
from planwatch.ledger.plans.costs import bring_costs_up
from planwatch.ledger.store.connection import open_ledger
root = Path(sys.argv[1])
bring_costs_up(open_ledger(Home(root, root / "config.toml")))
"""


def _costs(ledger: Ledger) -> list[Row]:
    return ledger.query("SELECT plan_id, effective_pence FROM plans")


def _count(ledger: Ledger, table: RiseTable) -> int:
    row = ledger.query_one("SELECT count(*) FROM plans WHERE cost_rules = ?", (table.digest,))
    return 0 if row is None else int(row[0])


def test_a_version_of_an_earlier_schema_is_brought_up_too(tmp_path: Path) -> None:
    with _opened(tmp_path, _rises_by(300)) as ledger:
        save_market(ledger, [replace(_plan(), as_of=DAY)], DAY)
        ledger.execute(
            "UPDATE plans SET effective_pence = 2000, printed_effective_pence = NULL,"
            " cost_rules = NULL"
        )
        ledger.execute("UPDATE plan_versions SET effective_pence = 2000, cost_rules = NULL")

        bring_costs_up(ledger)

        assert _stored(ledger)["o2-25gb-24m"] == (2325, 2000, 2325)
