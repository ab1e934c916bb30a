from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.domain.brand import find_brand
from planwatch.domain.record import plan_record
from planwatch.domain.roaming_charges import (
    RoamingCharge,
    find_charge,
    load_roaming_charges,
    parse_charges,
    trip_pence,
)
from tests.support.plans import make_plan
from tests.unit.analysis.strategies import plans

NOVEMBER = date(2026, 11, 16)


def _row(**values: Any) -> dict[str, Any]:
    return {
        "brand": "O2",
        "kind": "daily",
        "holds_from": date(2026, 1, 1),
        "source": "a page",
        "checked": date(2026, 11, 28),
        **values,
    }


def _charge(**values: Any) -> RoamingCharge:
    return RoamingCharge(**_row(**values))


@pytest.mark.parametrize(
    ("brand", "day", "pence"),
    [
        ("Vodafone", date(2026, 2, 28), None),
        ("Vodafone", date(2026, 3, 1), 14 * 257),
        ("Vodafone", date(2026, 7, 31), 14 * 257),
        ("Vodafone", date(2026, 8, 1), 14 * 275),
        ("Vodafone", NOVEMBER, 14 * 275),
        ("EE", date(2026, 3, 1), 14 * 259),
        ("EE", NOVEMBER, None),
        ("Sky Mobile", NOVEMBER, 14 * 200),
        ("VOXI", NOVEMBER, 14 * 245),
        ("O2", NOVEMBER, 0),
        ("giffgaff", NOVEMBER, 0),
        ("SMARTY", NOVEMBER, 0),
        ("iD Mobile", NOVEMBER, 0),
        ("Tesco Mobile", NOVEMBER, 0),
        ("Lebara", NOVEMBER, None),
    ],
)
def test_the_charge_is_that_of_the_day(brand: str, day: date, pence: int | None) -> None:
    assert trip_pence(make_plan(brand=brand, roaming=None), 14, day) == pence


@pytest.mark.parametrize("zone", ["eu", "global"])
@pytest.mark.parametrize("brand", ["Vodafone", "VOXI", "Lebara"])
def test_a_plan_whose_page_says_that_it_roams_pays_nothing_whatever_the_table_says(
    zone: str, brand: str
) -> None:
    assert trip_pence(make_plan(brand=brand, roaming=zone), 14, NOVEMBER) == 0


def test_a_plan_whose_page_says_that_it_does_not_roam_is_not_said_to_roam_for_nothing() -> None:
    assert trip_pence(make_plan(brand="Tesco Mobile", roaming="none"), 14, NOVEMBER) is None
    assert trip_pence(make_plan(brand="Sky Mobile", roaming="none"), 14, NOVEMBER) == 2800


@pytest.mark.parametrize(
    ("variant", "pence"), [("Lite", None), ("Value", 0), ("Complete", 0), ("", None)]
)
def test_a_part_of_the_brand_has_its_own_charge(variant: str, pence: int | None) -> None:
    plan = make_plan(brand="Three", name="SIM", variant=variant, roaming=None)

    assert trip_pence(plan, 14, NOVEMBER) == pence


def test_a_part_goes_before_the_brand_and_the_later_row_before_the_earlier() -> None:
    general = _charge(pence_a_day=100)
    later = _charge(pence_a_day=200, holds_from=date(2026, 6, 1))
    part = _charge(kind="included", family=("Plus",))
    plan, plus = make_plan(variant="Classic"), make_plan(variant="Plus")

    assert find_charge(plan, NOVEMBER, [later, general, part]) == later
    assert find_charge(plan, date(2026, 5, 31), [later, general, part]) == general
    assert find_charge(plus, NOVEMBER, [later, general, part]) == part


@pytest.mark.parametrize(
    ("days", "pence"), [(1, 500), (7, 500), (8, 1000), (14, 1000), (15, 1500), (366, 26_500)]
)
def test_a_pass_is_bought_for_each_beginning_span(days: int, pence: int) -> None:
    charge = _charge(kind="pass", pass_days=7, pence_a_pass=500)

    assert trip_pence(make_plan(roaming=None), days, NOVEMBER, [charge]) == pence


def test_a_pass_or_a_day_without_an_amount_is_not_known() -> None:
    for charge in (_charge(kind="pass", pass_days=7), _charge()):
        assert trip_pence(make_plan(roaming=None), 14, NOVEMBER, [charge]) is None


@given(plan=plans(), days=st.integers(1, 366))
def test_the_table_never_changes_what_a_plan_says_of_roaming(plan: Any, days: int) -> None:
    before = plan_record(plan)

    pence = trip_pence(plan, days, NOVEMBER)

    assert plan_record(plan) == before
    if plan.roaming in ("eu", "global"):
        assert pence == 0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "weekly"}, "the kind of a roaming charge is one of"),
        ({"source": ""}, "has a source"),
        ({"holds_to": date(2025, 12, 31)}, "ends before it begins"),
        ({"kind": "included", "pence_a_day": 200}, "only a daily charge"),
        ({"pence_a_day": 0}, "above 0"),
        ({"kind": "pass", "pence_a_pass": 500}, "is for a number of days"),
        ({"pass_days": 7}, "is for a number of days"),
        ({"pence_a_pass": 500}, "only a pass"),
        ({"per_day": 1}, "not in shape"),
    ],
)
def test_a_row_that_is_not_in_shape_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_charges({"charge": [_row(**values)]})


def test_every_row_that_comes_with_the_package_is_of_a_known_brand() -> None:
    for charge in load_roaming_charges():
        brand = find_brand(charge.brand)
        assert brand is not None
        assert brand.name == charge.brand
        assert charge.holds_from <= charge.checked
