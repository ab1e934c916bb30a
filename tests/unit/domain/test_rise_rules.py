from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.rise_rules import RiseRule, find_rules, parse_rules, rule_record
from planwatch.domain.rise_table import load_rise_rules
from tests.support.plans import make_plan

NOVEMBER_2026 = date(2026, 11, 16)


def _amounts(brand: str, allowance: Allowance, signing: date) -> list[int]:
    return [rule.pence_a_year for rule in _rules(brand, allowance, signing)]


def _rules(brand: str, allowance: Allowance, signing: date) -> tuple[RiseRule, ...]:
    plan = replace(make_plan(brand=brand, as_of=signing), allowance=allowance)
    return find_rules(load_rise_rules().rules, plan)


@pytest.mark.parametrize(
    ("allowance", "signing", "pence"),
    [
        (Allowance.of_gb(4), date(2025, 11, 9), 180),
        (Allowance(4_999), date(2025, 11, 9), 180),
        (Allowance.of_gb(5), date(2025, 11, 9), 190),
        (Allowance(99_999), NOVEMBER_2026, 190),
        (Allowance.of_gb(100), NOVEMBER_2026, 230),
        (UNLIMITED, NOVEMBER_2026, 230),
        (Allowance.of_gb(4), date(2025, 11, 8), 100),
        (Allowance.of_gb(5), date(2025, 11, 8), 125),
        (UNLIMITED, date(2025, 11, 8), 150),
    ],
)
def test_threes_rise_goes_by_data_and_by_the_day_of_signing(
    allowance: Allowance, signing: date, pence: int
) -> None:
    assert _amounts("Three", allowance, signing) == [pence]


@pytest.mark.parametrize(
    ("brand", "signing", "pence"),
    [
        ("Vodafone", date(2025, 11, 11), [180]),
        ("Vodafone", date(2025, 11, 12), [250]),
        ("EE", date(2025, 7, 30), [150]),
        ("EE", date(2025, 7, 31), [250]),
        ("SMARTY", NOVEMBER_2026, [0]),
        ("giffgaff", NOVEMBER_2026, [0]),
        ("Sky Mobile", NOVEMBER_2026, [0]),
        ("VOXI", NOVEMBER_2026, []),
    ],
)
def test_each_brand_has_the_rule_of_its_day(brand: str, signing: date, pence: list[int]) -> None:
    assert _amounts(brand, Allowance.of_gb(50), signing) == pence


def test_o2_rises_by_more_from_april_2026_on_whenever_a_contract_was_signed() -> None:
    rules = _rules("O2", Allowance.of_gb(50), date(2025, 1, 20))

    days = {rule.pence_a_year: rule.rise_days(date(2025, 1, 20), 24) for rule in rules}

    assert days == {180: [date(2025, 4, 1)], 250: [date(2026, 4, 1)]}


def test_every_rule_names_its_source_and_the_day_on_which_it_was_checked() -> None:
    rules = load_rise_rules().rules

    assert all(rule.source for rule in rules)
    assert all(date(2025, 11, 1) <= rule.checked <= date.today() for rule in rules)  # noqa: DTZ011 - a day of the table


def test_at_most_one_amount_holds_for_a_rise() -> None:
    """Over every brand, tier edge and edge of a period no two rules speak of one day."""
    edges = [date(2024, 1, 1), *(r.signed_from for r in load_rise_rules().rules if r.signed_from)]
    edges += [r.signed_to for r in load_rise_rules().rules if r.signed_to]
    allowances = [UNLIMITED, *map(Allowance, (1, 4_999, 5_000, 99_999, 100_000))]

    for brand in {rule.brand for rule in load_rise_rules().rules}:
        for signing in edges:
            for allowance in allowances:
                rules = _rules(brand, allowance, signing)
                days = [day for rule in rules for day in rule.rise_days(signing, 36)]
                assert len(days) == len(set(days))


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "stated"},
        {"kind": "stated", "pence_a_year": -1, "month": 4, "day": 1},
        {"kind": "stated", "pence_a_year": 250, "month": 4},
        {"kind": "fixed", "pence_a_year": 250, "month": 4, "day": 1},
        {"kind": "variable", "pence_a_year": 150},
        {"kind": "usual"},
        {"kind": "fixed", "until": 2027},
        {"kind": "fixed", "source": ""},
        {},
    ],
)
def test_a_row_that_is_not_in_shape_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="rise"):
        parse_rules({"rule": [{"brand": "O2", "source": "x", "checked": NOVEMBER_2026} | row]})


def test_a_rise_on_the_day_of_signing_or_after_the_term_is_none_of_the_contract() -> None:
    rule = RiseRule(
        brand="O2",
        kind="stated",
        pence_a_year=250,
        month=4,
        day=1,
        source="x",
        checked=NOVEMBER_2026,
    )

    assert rule.rise_days(date(2026, 4, 1), 12) == []
    assert rule.rise_days(date(2026, 3, 31), 12) == [date(2026, 4, 1)]
    assert rule.rise_days(date(2026, 3, 1), 13) == [date(2026, 4, 1)]


@pytest.mark.parametrize(
    ("rule", "plan", "misfits"),
    [
        ({}, {}, []),
        ({"signed_from": date(2026, 11, 17)}, {}, ["signed_before"]),
        ({"signed_to": date(2026, 11, 15)}, {}, ["signed_after"]),
        ({"signed_from": NOVEMBER_2026, "signed_to": NOVEMBER_2026}, {}, []),
        ({"data_mb_from": 25_001}, {}, ["data"]),
        ({"data_mb_below": 25_000}, {"gb": None}, ["data"]),
        ({"family": ("Essential",)}, {"variant": "Essential"}, []),
        ({"family": ("Essential",)}, {"variant": "Classic"}, ["family"]),
        ({"condition": ("Clubcard",)}, {}, ["condition"]),
        (
            {"signed_to": date(2025, 11, 8), "data_mb_below": 5000, "family": ("Lite",)},
            {},
            ["signed_after", "data", "family"],
        ),
    ],
)
def test_a_rule_holds_unless_the_plan_misses_what_it_is_about(
    rule: dict[str, Any], plan: dict[str, Any], misfits: list[str]
) -> None:
    said = RiseRule(brand="O2", kind="fixed", source="a page", checked=NOVEMBER_2026, **rule)
    sold = make_plan(as_of=NOVEMBER_2026, **plan)

    assert list(said.find_misfits(sold)) == misfits
    assert said.holds_for(sold) is not bool(misfits)


@pytest.mark.parametrize(("days", "is_old"), [(0, False), (180, False), (181, True)])
def test_a_rule_is_old_when_it_was_checked_more_than_180_days_ago(days: int, is_old: bool) -> None:
    rule = RiseRule(brand="O2", kind="fixed", source="a page", checked=NOVEMBER_2026)

    day = NOVEMBER_2026 + timedelta(days=days)

    assert rule.is_old_on(day) is is_old
    assert rule_record(rule, day)["is_old"] is is_old


def test_the_record_of_a_rule_is_json() -> None:
    records = [rule_record(rule, NOVEMBER_2026) for rule in load_rise_rules().rules]

    assert json.loads(json.dumps(records)) == records
    fixed = next(record for record in records if record["kind"] == "fixed")
    assert (fixed["pence_a_year"], fixed["month"]) == (None, None), "not stated is never 0"
