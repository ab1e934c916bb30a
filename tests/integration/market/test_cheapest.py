"""`cheapest` as a program, over the recorded market and over its faults."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import read_json, run_planwatch

ROLLING_ABROAD = ("50GB", "--roaming", "eu", "--max-term", "1")


@pytest.fixture(scope="module")
def market_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the recorded market, which no test here changes."""
    path: Path = tmp_path_factory.mktemp("cheapest") / "home"
    done = run_planwatch("demo", env={"PLANWATCH_HOME": str(path)})
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(autouse=True)
def _in_the_market(home: Path, market_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home != market_home
    monkeypatch.setenv("PLANWATCH_HOME", str(market_home))


def _lines(*arguments: str, columns: int = 100) -> list[str]:
    done = run_planwatch("cheapest", *arguments, env={"COLUMNS": str(columns)})
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def _names(plans: list[dict[str, Any]]) -> list[tuple[str, int | None]]:
    return [(plan["brand"], plan["data_mb"]) for plan in plans]


def test_the_first_line_answers_and_every_form_has_the_same_ranking() -> None:
    first, *rest = _lines(*ROLLING_ABROAD)
    document = read_json("cheapest", *ROLLING_ABROAD)
    printed = run_planwatch("cheapest", *ROLLING_ABROAD, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(printed)))
    markdown = run_planwatch("cheapest", *ROLLING_ABROAD, "--format", "md").stdout

    assert first.startswith("VOXI 60 GB, 1 month at £12.00 is the cheapest of 2; £13.00 less")
    assert any("prices are illustrative" in line for line in rest[:3])
    assert document["answer"].startswith(first)
    assert _names(document["plans"]) == [("VOXI", 60_000), ("VOXI", None)]
    assert [plan["rank"] for plan in document["plans"]] == [1, 2]
    assert [row["rank"] for row in rows] == ["1", "2", *[""] * len(document["not_stated"])]
    assert [row["effective_pence"] for row in rows[:2]] == ["1200", "2500"]
    assert markdown.startswith("VOXI 60 GB, 1 month at £12.00 is the cheapest of 2")
    assert "| 1 | VOXI | 60 GB |" in markdown


def test_what_does_not_state_its_roaming_is_set_apart_and_never_ranked() -> None:
    document = read_json("cheapest", *ROLLING_ABROAD)
    text = "\n".join(_lines(*ROLLING_ABROAD, columns=400))

    assert document["not_stated"]
    assert {tuple(plan["missing"]) for plan in document["not_stated"]} == {("roaming",)}
    assert all(plan["roaming"] is None for plan in document["not_stated"])
    assert all(plan["roaming"] in ("eu", "global") for plan in document["plans"])
    assert re.search(r"15 plans that do not state their roaming \(2 cost less than the", text)
    assert "spusu 50 GB, 1 month £8.90; SMARTY" in text


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        (("--5g",), {("generation",)}),
        (("--5g", "--roaming", "global"), {("roaming",), ("roaming", "generation")}),
        (("--eu-days", "14"), {("trip",)}),
    ],
)
def test_each_thing_that_is_not_known_is_named(
    asked: tuple[str, ...], missing: set[tuple[str, ...]]
) -> None:
    document = read_json("cheapest", "50GB", *asked)

    assert {tuple(plan["missing"]) for plan in document["not_stated"]} == missing


def test_plans_are_those_of_the_command_plans_with_their_costs_beside() -> None:
    by_key = {(plan["source"], plan["plan_key"]): plan for plan in read_json("plans")["plans"]}

    for plan in read_json("cheapest", "50GB", "--eu-days", "14")["plans"]:
        known = by_key[plan["source"], plan["plan_key"]]
        assert {key: plan[key] for key in known} == known


def test_days_in_the_eu_are_added_and_fill_nothing_in() -> None:
    document = read_json("cheapest", "50GB", "--eu-days", "14")
    sky = next(plan for plan in document["plans"] if plan["brand"] == "Sky Mobile")
    costs = [plan["cost_with_trip_pence"] for plan in document["plans"]]

    assert (sky["roaming"], sky["trip_pence"], sky["roaming_charge"]["pence_a_day"]) == (
        None,
        2800,
        200,
    )
    assert sky["cost_with_trip_pence"] == sky["effective_pence"] + 233
    assert costs == sorted(costs)
    assert _lines("50GB", "--eu-days", "14", columns=200)[0].startswith(
        "SMARTY classic 80 GB, 1 month at £10.00 a month with 14 days a year in the EU"
    )


def test_brands_are_chosen_and_left_out_by_any_of_their_names() -> None:
    only = read_json("cheapest", "50GB", "--brand", "tesco", "--brand", "SKY")
    without = read_json("cheapest", "50GB", "--exclude", "spusu", "--exclude", "talk mobile")

    assert {plan["brand"] for plan in only["plans"]} == {"Tesco Mobile", "Sky Mobile"}
    assert only["asked"]["brands"] == ["Tesco Mobile", "Sky Mobile"]
    assert without["plans"][0]["brand"] == "SMARTY"


def test_a_condition_a_rise_by_rule_and_a_price_that_may_rise_are_marked() -> None:
    tesco = _lines("50GB", "--brand", "tesco", columns=200)
    o2 = "\n".join(_lines("50GB", "--brand", "o2", columns=200))
    sky = _lines("50GB", "--brand", "sky", columns=200)

    assert tesco[0].startswith("Tesco Mobile 60 GB, 12 months (Clubcard) at £12.00")
    assert "£17.71*" in o2
    assert "* with rises by the brand's rule" in o2
    assert "(it may rise within the term)" in sky[0]
    assert any(line.rstrip().endswith("may rise") for line in sky)


def test_a_limit_holds_for_every_form_and_leaves_the_answer_as_it_is() -> None:
    whole = read_json("cheapest", "50GB")
    document = read_json("cheapest", "50GB", "--limit", "1")
    printed = run_planwatch("cheapest", "50GB", "--limit", "1", "--format", "csv").stdout

    assert len(whole["plans"]) == whole["total"] == document["total"]
    assert document["answer"] == whole["answer"]
    assert len(document["plans"]) == 1
    assert len(printed.splitlines()) == 2
    assert "showing 20 of" in "\n".join(_lines("50GB"))


@pytest.mark.parametrize(
    ("written", "data_mb"),
    [(("50", "GB"), 50_000), (("500mb",), 500), (("1.5GB",), 1500), (("Unlimited", "data"), None)],
)
def test_data_is_read_as_people_write_it(written: tuple[str, ...], data_mb: int | None) -> None:
    assert read_json("cheapest", *written)["asked"]["data_mb"] == data_mb


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("50",), "'50' is not an allowance"),
        (("0GB",), "'0GB' is not an allowance"),
        (("50GB", "VOXI"), "'50GB VOXI' is not an allowance"),
        (("50GB20GB",), "is not an allowance"),
        (("50GB", "--brand", "Vodafoen"), "did you mean Vodafone?"),
        (("50GB", "--exclude", "Tesko"), "did you mean Tesco Mobile?"),
        (("50GB", "--brand", "O2", "--exclude", "o2"), "O2 is in --brand and in --exclude"),
        (("50GB", "--roaming", "none"), "'none' is no roaming that can be asked for"),
        (("50GB", "--roaming", "moon"), "use eu or global"),
        (("50GB", "--eu-days", "0"), "--eu-days"),
        (("50GB", "--eu-days", "367"), "--eu-days"),
        (("50GB", "--max-term", "-1"), "--max-term"),
        (("50GB", "--limit", "0"), "--limit"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(arguments: tuple[str, ...], said: str) -> None:
    done = run_planwatch("cheapest", *arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_where_nothing_is_known_to_fit_what_was_asked_for_is_said() -> None:
    first, *rest = _lines("900GB", "--max-term", "0", "--exclude", "O2", columns=200)

    assert first == (
        "No plan in force is known to give what is asked for: "
        "900 GB or more, pay as you go, without O2."
    )
    assert len(rest) == 1  # that the market is a recorded one


def test_an_empty_ledger_says_what_to_run(tmp_path: Path) -> None:
    done = run_planwatch("cheapest", "50GB", env={"PLANWATCH_HOME": str(tmp_path / "new")})

    assert done.returncode == 4
    assert "there are no plans yet to rank" in done.stderr
    assert json.loads(
        run_planwatch(
            "cheapest", "50GB", "--json", env={"PLANWATCH_HOME": str(tmp_path / "new")}
        ).stdout
    )["error"]["code"]
