"""`planwatch why`: the sum behind a cost, a fact or an amount; on the recorded market, too."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planwatch.domain.plan import Plan, PriceStep
from planwatch.ledger.store.connection import Ledger
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import save_analyses, save_market
from tests.support.plans import make_plan, make_three_plan

DAY = date(2026, 11, 16)
SUM_OF_14_27 = "5 × £7.00 + 1 × £7.95 + 11 × £15.90 + 7 × £17.80 = £342.45, / 24 = £14.27"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the recorded market, made once: `why` changes nothing."""
    home = tmp_path_factory.mktemp("recorded") / "home"
    done = run_planwatch("demo", env={"PLANWATCH_HOME": str(home)})
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def demo(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLANWATCH_HOME", str(recorded))
    return recorded


@pytest.fixture
def stocked(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """Store one plan of each shape that a cost may have."""
    monkeypatch.setenv("PLANWATCH_NOW", f"{DAY}T12:00:00Z")
    three = make_three_plan(gb=25, as_of=date(2025, 11, 21), variant="Lite")
    plans = [
        replace(three, source="three"),
        make_plan(gb=100, price_pence=2000, price_steps=(PriceStep(date(2027, 4, 1), 2250),)),
        make_plan(gb=50, price_pence=1500, price_steps=(PriceStep(date(2027, 4, 1), 1680),)),
        make_plan(gb=5, term_months=12, price_pence=900, upfront_pence=500, credit_pence=2400),
        make_plan(gb=5, term_months=12, price_pence=950, source="uswitch"),
        make_plan(brand="spusu", gb=30, term_months=1, price_pence=1000, billing_days=30),
        make_plan(brand="Lebara", gb=20, term_months=1, price_pence=800, billing_days=28),
        make_plan(brand="Sky Mobile", gb=10, term_months=12, price_pence=700),
        make_plan(brand="Vodafone", gb=60, term_months=1, price_pence=1200),
        make_plan(brand="VOXI", gb=60, term_months=12, price_pence=1100),
    ]
    save_market(ledger, plans, DAY)
    save_market(ledger, plans[:1], date(2025, 11, 21))
    return plans


def _why(*asked: str) -> dict[str, Any]:
    return read_json("why", *asked)


def _lines(*asked: str) -> list[str]:
    done = run_planwatch("why", *asked)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_first_three_lines_say_the_cost_the_sum_and_where_from(demo: Path) -> None:
    cost, total, origin = _lines("O2", "100GB", "24m")[:3]

    assert cost == "O2 Classic 100 GB, 24 months: £22.71 a month; headline £20.00, exit £25.00"
    assert total == "5 × £20.00 + 12 × £22.50 + 7 × £25.00* = £545.00, / 24 = £22.71"
    assert origin.startswith(
        "From o2, captured 16 Nov 2026, signed 16 Nov 2026, * by the rise rule of O2: https://"
    )


def test_the_amount_14_27_is_explained_with_all_four_prices(demo: Path) -> None:
    lines = _lines("14.27")
    answer = _why("£14.27")

    assert lines[1] == SUM_OF_14_27
    assert "24 months, on 2 Nov 2026: £14.27" in lines[0], "the plan costs more today"
    [one] = answer["plans"]
    assert [run["price_pence"] for run in one["runs"]] == [700, 795, 1590, 1780]
    assert sum(month["price_pence"] for month in one["months"]) == one["total_pence"] == 34245
    assert (one["term"], len(one["months"])) == (24, 24)
    assert one["plan"]["effective_pence"] == 1427
    assert [month["from"] for month in one["months"]][:2] == ["2026-11-01", "2026-12-01"]
    assert [match["kind"] for match in answer["matches"]] == ["former"]


def test_a_plan_may_be_asked_for_as_it_was(demo: Path) -> None:
    then = _lines("three", "25gb", "24m", "lite", "--as-of", "2026-11-02")
    now = _lines("three", "25gb", "24m", "lite")

    assert then[1] == SUM_OF_14_27
    assert now[1] == "5 × £14.00 + 12 × £15.90 + 7 × £17.80 = £385.40, / 24 = £16.06"


def test_a_card_signed_in_november_2025_gives_14_27(ledger: Ledger) -> None:
    save_market(ledger, [make_three_plan(source="three")], date(2025, 11, 21))

    assert _lines("14.27")[1] == SUM_OF_14_27
    assert "Nov 2025–Mar 2026" in "\n".join(_lines("14.27"))


def test_every_month_adds_up_for_every_plan_of_the_market(demo: Path) -> None:
    for plan in read_json("plans")["plans"]:
        [one] = _why(f"{plan['source']}:{plan['plan_key']}")["plans"]

        once = plan["upfront_pence"] - plan["credit_pence"]
        assert sum(month["price_pence"] for month in one["months"]) + once == one["total_pence"]
        mean = (2 * one["total_pence"] + one["term"]) // (2 * one["term"])
        assert mean == plan["effective_pence"] == one["plan"]["effective_pence"]
        assert one["plan"] == plan
        assert any(month["derived"] for month in one["months"]) == bool(plan["derived_steps"])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            "o2-5gb-12m --source o2",
            "5 × £9.00 + 7 × £11.50* + £5.00 upfront − £24.00 credit = £106.50, / 12 = £8.88",
        ),
        ("spusu 30gb", "Billed every 30 days: £10.15 a calendar month"),
        ("lebara 20gb", "Billed every 28 days: £8.70 a calendar month"),
        ("sky 10gb", "May rise within the term, by an amount that nobody states"),
        ("voxi 60gb", "No rise rule of VOXI is known for it"),
        (
            "o2 50gb",
            "Card and rule disagree: in Apr 2027 the card prints +£1.80, the rule says +£2.50"
            " (o2.co.uk/prices; ukbusinessmagazine.co.uk)",
        ),
        ("o2 100gb", "Printed prices alone: £21.98 a month, £0.73 less."),
        ("o2 100gb", "Rule of O2: +£2.50 each year on 1 April. o2.co.uk/prices"),
    ],
)
def test_what_a_cost_rests_on_is_said(stocked: list[Plan], asked: str, says: str) -> None:
    assert says in "\n".join(_lines(*asked.split()))


def test_a_plan_at_several_sources_is_explained_at_each_or_at_the_one_named(
    stocked: list[Plan],
) -> None:
    def sources(*asked: str) -> list[str]:
        return [one["plan"]["source"] for one in _why(*asked)["plans"]]

    assert sources("o2-5gb-12m") == ["o2", "uswitch"]
    assert sources("o2-5gb-12m", "--source", "uswitch") == ["uswitch"]
    assert sources("uswitch:o2-5gb-12m") == ["uswitch"]
    assert sources("o2", "5gb", "uswitch") == ["uswitch"]


def test_a_plan_that_was_withdrawn_is_explained_by_its_last_version(
    ledger: Ledger, stocked: list[Plan]
) -> None:
    others = [plan for plan in stocked if plan.source == "o2" and plan.allowance.data_mb != 100_000]
    for day in (17, 18, 19):
        save_market(ledger, others, date(2026, 11, day))

    text = "\n".join(_lines("o2", "100gb"))

    assert "Withdrawn on 1" in text
    assert "£22.71 a month; headline £20.00" in text


def test_a_fact_about_the_cost_of_one_plan_has_its_months(demo: Path) -> None:
    fact = "effective.o2-100gb-24m-classic"
    answer = _why(fact)

    assert answer["why"]["fact"]["id"] == fact
    [one] = answer["plans"]
    assert one["plan"]["effective_pence"] == answer["why"]["fact"]["value"] == 2271
    lines = _lines(fact)
    assert lines[1] == "5 × £20.00 + 12 × £22.50 + 7 × £25.00* = £545.00, / 24 = £22.71"
    assert "Apr 2028–Oct 2028" in "\n".join(lines)
    gap = _why("gap.o2-10gb-24m-classic")
    assert gap["plans"] == []
    assert len(gap["why"]["inputs"]) == 2


def test_the_months_of_a_fact_are_those_of_its_analysis(
    ledger: Ledger, stocked: list[Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    save_analyses(ledger, [replace(plan, as_of=DAY) for plan in stocked], DAY)
    dearer = [replace(plan, price_pence=plan.price_pence + 100) for plan in stocked]
    save_market(ledger, dearer, date(2026, 11, 17))
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-17T12:00:00Z")

    [then] = _why("effective.voxi-60gb-12m", "--analysis", "analyse")["plans"]
    [now] = _why("voxi", "60gb")["plans"]

    assert (then["plan"]["effective_pence"], now["plan"]["effective_pence"]) == (1100, 1200)
    assert then["as_it_was_on"] == "2026-11-16"


@pytest.mark.parametrize("asked", ["three 25gb 24m lite", "14.27", "gap.o2-10gb-24m-classic"])
def test_show_why_is_the_same_explanation(demo: Path, asked: str) -> None:
    assert read_json("show", "--why", asked) == _why(asked)
    assert run_planwatch("show", "--why", asked).stdout == run_planwatch("why", asked).stdout


def test_an_amount_that_several_figures_have_is_a_list_of_commands(demo: Path) -> None:
    matches = _why("16.06")["matches"]

    assert len(matches) > 1
    assert matches[0]["command"] == "planwatch why three:three-25gb-24m-lite"
    assert matches[0]["figures"] == ["effective"]
    assert "effective.three-25gb-24m-lite" not in {match["id"] for match in matches}
    for match in matches:
        told = _why(*match["command"].split()[2:])
        assert told["plans"] or told["why"]
    assert matches[-1]["command"] in "\n".join(_lines("16.06"))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["99.99"], "has £99.99; the nearest amounts are £60.00, £"),
        (["14.274"], "'14.274' is not an amount in pounds and pence"),
        (["nosuch"], "no plan is called 'nosuch', and no fact begins with 'nosuch'"),
        (["no", "such", "plan"], "no plan is called 'no such plan'"),
        (["gap"], "several facts begin with 'gap'"),
        ([""], "nothing is asked for"),
        (["o2"], "'o2' matches 14 plans, and no fact begins with 'o2'"),
        (["three-25gb-24m-lite", "--source", "o2"], "was never seen at 'o2'"),
        (["three-25gb-24m-lite", "--as-of", "2027-01-01"], "is in the future"),
        (["three-25gb-24m-lite", "--as-of", "2026-10-01"], "was not in force on 2026-10-01"),
        (["three-25gb-24m-lite", "--as-of", "yesterday"], "is not a valid date"),
        (["14.27", "--analysis", "nosuch"], "no analysis id begins with 'nosuch'"),
        (["14.27", "--analysis", "last", "--source", "o2"], "cannot be combined"),
        (["14.27", "-o", "why.html"], "would be an HTML page, and this command writes none"),
    ],
)
def test_a_question_without_an_answer_is_named(demo: Path, asked: list[str], says: str) -> None:
    done = run_planwatch("why", *asked)

    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("planwatch: ") == 1


def test_a_ledger_without_plans_says_where_they_come_from(home: Path) -> None:
    for asked in ("14.27", "three"):
        done = run_planwatch("why", asked)

        assert done.returncode == 2
        assert "there are no plans yet" in done.stderr


def test_csv_has_a_row_a_month_and_markdown_the_table(demo: Path) -> None:
    rows = list(
        csv.DictReader(io.StringIO(run_planwatch("why", "14.27", "--format", "csv").stdout))
    )
    text = run_planwatch("why", "14.27", "--format", "md").stdout

    assert sum(int(row["price_pence"]) for row in rows) == 34245
    assert {row["reason"] for row in rows} == {"promotion", "printed_rise", "promotion_ends"}
    assert "| 11 | May 2027–Mar 2028 | £15.90 | £174.90 | promotion ends: £7.95 more |" in text
    assert SUM_OF_14_27 in text


@pytest.mark.parametrize("columns", ["80", "100", "140"])
def test_no_row_of_the_months_is_broken_into_a_paragraph(demo: Path, columns: str) -> None:
    done = run_planwatch("why", "14.27", env={"COLUMNS": columns})

    assert done.stdout.count("£174.90") == 1
    assert " months   calendar" in done.stdout
    assert SUM_OF_14_27 in done.stdout
