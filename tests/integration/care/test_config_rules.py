"""`config rules`: the table of price rises with its sources, and what a plan uses of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planwatch.domain.rise_table import load_rise_rules
from planwatch.ledger.store.connection import Ledger
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import save_market
from tests.support.plans import make_plan

DAY = date(2026, 11, 16)


@pytest.fixture
def stocked(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", f"{DAY}T12:00:00Z")
    plans = [
        make_plan(gb=100, price_pence=2000),
        make_plan(gb=100, price_pence=2000, source="uswitch"),
        make_plan(gb=10, variant="Essential"),
        make_plan(gb=10, term_months=1),
        make_plan(brand="Three", gb=120),
        make_plan(brand="Tesco Mobile", gb=20, term_months=12, condition="Clubcard"),
        make_plan(brand="VOXI", gb=60, term_months=12),
    ]
    save_market(ledger, plans, DAY)


def _judged(*words: str) -> list[tuple[str, int | None, list[str]]]:
    plans: list[dict[str, Any]] = read_json("config", "rules", *words)["plans"]
    return [(rule["kind"], rule["pence_a_year"], rule["why_not"]) for rule in plans[0]["rules"]]


def test_every_rule_of_the_table_is_shown_with_its_source(home: Path) -> None:
    rules = read_json("config", "rules")["rules"]
    text = run_planwatch("config", "rules", env={"COLUMNS": "400"}).stdout

    assert [rule["source"] for rule in rules] == [rule.source for rule in load_rise_rules().rules]
    for rule in rules:
        assert rule["source"] in text
        assert rule["note"] in text
    assert not home.exists(), "the table comes with the package; no ledger is opened"


@pytest.mark.parametrize(
    ("today", "old"),
    [
        ("2026-11-29", {"Three", "O2", "SMARTY", "giffgaff"}),
        ("2025-12-01", set()),
        ("2027-06-01", {rule.brand for rule in load_rise_rules().rules}),
    ],
)
def test_a_rule_that_was_checked_long_ago_is_marked(
    today: str, old: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", f"{today}T12:00:00Z")

    rules = read_json("config", "rules")["rules"]
    text = run_planwatch("config", "rules").stdout

    assert {rule["brand"] for rule in rules if rule["is_old"]} == old
    assert text.count("2025 !") + text.count("2026 !") == sum(rule["is_old"] for rule in rules)
    assert ("more than 180 days ago" in text) is bool(old)


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    ("words", "judged"),
    [
        (
            ["o2-100gb-24m"],
            [
                ("stated", 180, ["no_rise_in_term"]),
                ("stated", 250, []),
                ("stated", 75, ["family"]),
                ("fixed", None, ["family"]),
            ],
        ),
        (
            ["o2", "essential"],
            [
                ("stated", 180, ["part_goes_first"]),
                ("stated", 250, ["part_goes_first"]),
                ("stated", 75, ["family"]),
                ("fixed", None, []),
            ],
        ),
        (
            ["o2-10gb-1m"],
            [
                ("stated", 180, ["short_term"]),
                ("stated", 250, ["short_term"]),
                ("stated", 75, ["short_term"]),
                ("fixed", None, ["short_term"]),
            ],
        ),
        (
            ["three", "120gb"],
            [
                ("stated", 180, ["data"]),
                ("stated", 190, ["data"]),
                ("stated", 230, []),
                ("stated", 100, ["signed_after", "data"]),
                ("stated", 125, ["signed_after", "data"]),
                ("stated", 150, ["signed_after"]),
            ],
        ),
        (["tesco", "20gb"], [("fixed", None, []), ("variable", None, ["part_goes_first"])]),
        (["voxi"], []),
    ],
)
def test_a_plan_uses_a_rule_or_it_is_said_why_not(
    words: list[str], judged: list[tuple[str, int | None, list[str]]]
) -> None:
    assert _judged(*words) == judged


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["o2-100gb-24m"], "Used: +£2.50 each year on 1 April. o2.co.uk/prices"),
        (["o2-100gb-24m"], "none of its rises falls within the term"),
        (["o2", "essential"], "a rule about its part of the brand stands in its place"),
        (["three", "120gb"], "signed after it and other data"),
        (["voxi"], "No rule is known for VOXI"),
        (["o2-10gb-1m"], "the contract is shorter than 12 months"),
    ],
)
def test_the_screen_says_so_in_words(words: list[str], says: str) -> None:
    assert says in run_planwatch("config", "rules", *words).stdout


@pytest.mark.usefixtures("stocked")
def test_a_plan_at_two_sources_has_two_tables_and_an_unknown_one_is_refused() -> None:
    plans = read_json("config", "rules", "o2-100gb-24m")["plans"]
    refused = run_planwatch("config", "rules", "nosuch")

    assert [plan["source"] for plan in plans] == ["o2", "uswitch"]
    assert refused.returncode == 2
    assert "no plan is called 'nosuch'" in refused.stderr


@pytest.mark.parametrize("arguments", [[], ["--changed"], ["--format", "csv"], ["--json"]])
def test_config_alone_shows_the_settings(
    arguments: list[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_FETCH__MAX_MB", "5")

    alone = run_planwatch("config", *arguments)

    assert alone.returncode == 0, alone.stderr
    assert "PLANWATCH_FETCH__MAX_MB" in alone.stdout
    assert alone.stdout == run_planwatch("config", "show", *arguments).stdout
