"""Plans that are not priced in pounds: every view prints their own currency."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from parsel import Selector

from planwatch.alerts.memory import write_messages
from planwatch.domain.plan import PriceStep
from planwatch.ledger.alerts.messages import list_messages
from planwatch.ledger.plans.counts import find_currency
from planwatch.ledger.store.connection import Ledger
from planwatch.settings.notify import NotifySettings
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import make_market, save_analyses, save_market
from tests.support.plans import make_plan

DAYS = (date(2026, 11, 2), date(2026, 11, 9))
NOW = "2026-11-09T12:00:00Z"


@pytest.fixture
def euros(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """O2 and others stay as they are; a plan of Acme falls from 20.00 to 15.00 euros."""
    monkeypatch.setenv("PLANWATCH_NOW", NOW)
    for number, day in enumerate(DAYS):
        acme = make_plan(
            brand="Acme",
            currency="EUR",
            gb=50,
            name="Acme 50GB",
            price_pence=1500 if number else 2000,
            list_price_pence=2500 if number else None,
            promo_months=3 if number else None,
            price_steps=(PriceStep(date(2027, 4, 1), 1690),) if number else (),
            as_of=day,
        )
        gone = make_plan(brand="Acme", currency="EUR", gb=5, name="Acme 5GB", as_of=day)
        market = make_market(40, day)
        save_market(ledger, [*market, acme, *([] if number else [gone])], day)
    return ledger


def _lines_of_acme(text: str) -> list[str]:
    return [line for line in text.splitlines() if "Acme" in line]


@pytest.mark.parametrize(
    "command",
    [
        ("plans",),
        ("plans", "--format", "md"),
        ("changes",),
        ("changes", "--format", "md"),
        ("history", "Acme 50GB"),
        ("history", "Acme 50GB", "--format", "md"),
    ],
)
def test_a_plan_in_euros_is_shown_in_euros(euros: Ledger, command: tuple[str, ...]) -> None:
    done = run_planwatch(*command)

    shown = done.stdout if command[0] == "history" else "\n".join(_lines_of_acme(done.stdout))
    assert done.returncode == 0, done.stderr
    assert "€15.00" in shown
    assert "£" not in shown


def test_changes_of_promotions_and_rises_are_in_the_plan_s_currency(euros: Ledger) -> None:
    shown = {
        row["kind"]: row
        for row in read_json("changes", "Acme")["changes"]
        if row["name"] == "Acme 50GB"
    }
    table = run_planwatch("changes", "Acme").stdout

    assert {"headline", "effective", "promotion", "rise"} <= shown.keys()
    assert "now 3 months at €15.00 instead of €25.00" in table
    assert "rise +€1.90 on 1 Apr 2027" in table


def test_a_program_is_told_the_currency_of_a_change(euros: Ledger) -> None:
    found = read_json("changes")["changes"]
    rows = list(csv.DictReader(io.StringIO(run_planwatch("changes", "--format", "csv").stdout)))

    assert {row["currency"] for row in found if row["brand"] == "Acme"} == {"EUR"}
    assert {row["currency"] for row in rows if row["brand"] == "Acme"} == {"EUR"}
    assert {row["currency"] for row in rows if row["brand"] == "O2"} <= {"GBP"}


def test_an_alert_of_a_plan_in_euros_says_euros(euros: Ledger) -> None:
    settings = NotifySettings.model_validate({"urls": "json://a", "rules": [{"on": ["changes"]}]})
    write_messages(euros, settings, {})
    [draft] = list_messages(euros, limit=9)

    [line] = [line for line in draft.body.splitlines() if "50 GB" in line]
    assert "headline price €20.00 → €15.00 a month (−25 %)" in line
    assert "£" not in "\n".join(_lines_of_acme(draft.body))


def test_a_digest_tells_of_the_market_in_pounds_alone(euros: Ledger) -> None:
    told = json.dumps(read_json("digest")["digest"], ensure_ascii=False)

    assert "acme" not in told.lower()


def test_a_report_shows_a_plan_that_it_left_out_in_its_own_currency(euros: Ledger) -> None:
    plans = [*make_market(40, DAYS[1]), make_plan(brand="Acme", currency="EUR", gb=50)]
    save_analyses(euros, plans, DAYS[1])

    run_planwatch("show", "analyse0001", "--html", "-o", "report.html")
    page = Path("report.html").read_text(encoding="utf-8")
    written = run_planwatch("show", "analyse0001", "--md").stdout
    rows = [" ".join(row.xpath(".//text()").getall()) for row in Selector(text=page).xpath("//tr")]
    rows_of_acme = [row for row in rows if "Acme" in row]

    assert any("€15.00" in row and "priced in EUR, not in GBP" in row for row in rows_of_acme)
    assert "£" not in "".join(rows_of_acme)
    assert "£" not in "\n".join(_lines_of_acme(written))
    assert "Acme 50 GB, 24m" not in page  # the chart of moves has an axis in pounds


def test_moves_in_another_currency_are_in_no_sum_of_an_analysis(euros: Ledger) -> None:
    for number, day in enumerate(DAYS):
        abroad = make_plan(
            source="o2-ie", currency="EUR", name="O2 abroad", price_pence=4000 - 1500 * number
        )
        save_market(euros, [abroad], day)
    run_planwatch("analyse", "--focus", "O2", "--unverified", "--wait", "--no-llm")

    document = read_json("show")["analysis"]
    [moves] = [section for section in document["sections"] if section["id"] == "moves"]
    by_brand = {row["brand"]: row for row in moves["tables"][0]["rows"] if row["days"] == 30}
    assert by_brand["O2"]["net_pence"] == 0
    assert "o2-ie" not in json.dumps(moves)


def test_a_source_is_priced_as_its_plans_are_where_the_settings_lack_it(euros: Ledger) -> None:
    sources = {row["brand"]: row["source"] for row in read_json("plans")["plans"]}

    assert find_currency(euros, sources["Acme"]) == "EUR"
    assert find_currency(euros, "nobody") == "GBP"
