"""Printed steps first, then the rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.market.market import build_market
from planwatch.analysis.report.caveats import find_caveats
from planwatch.domain.completion import ScheduleConflict
from planwatch.domain.plan import Plan, PriceStep
from planwatch.domain.rise_rules import RiseRule
from planwatch.domain.rise_table import load_rise_rules
from tests.support.plans import make_plan, make_three_plan

SIGNED = date(2026, 11, 16)
APRIL_2027, APRIL_2028 = date(2027, 4, 1), date(2028, 4, 1)


def _o2(**overrides: Any) -> Plan:
    return make_plan(**({"as_of": SIGNED, "price_pence": 2000} | overrides))


def _ruled(plan: Plan) -> Plan:
    return plan.with_rules(load_rise_rules().of(plan.brand))


def _complete(plan: Plan) -> tuple[PriceStep, ...]:
    return _ruled(plan).completion.derived


def test_a_card_that_prints_one_rise_of_two_gets_the_second_by_the_rule() -> None:
    card = _o2(price_steps=(PriceStep(APRIL_2027, 2250),))

    done = _ruled(card)

    # November 2026 to October 2028: 5 × £20.00, 12 × £22.50, 7 × £25.00 = £545.00; / 24 = £22.708
    assert done.completion.derived == (PriceStep(APRIL_2028, 2500),)
    assert done.completion.conflicts == ()
    assert (card.effective_pence, done.effective_pence) == (2198, 2271)


def test_a_card_without_any_step_gets_both_rises() -> None:
    assert _complete(_o2()) == (PriceStep(APRIL_2027, 2250), PriceStep(APRIL_2028, 2500))


def test_a_card_that_prints_every_rise_stays_as_it_is() -> None:
    card = make_three_plan()
    done = _ruled(card)

    # £7.00 + £0.95 (half of £1.90 at half price), £14.00 + £1.90, then + £1.90: as the page has it
    assert (done.completion.derived, done.completion.conflicts) == ((), ())
    assert done.completion.kind == "stated"


@pytest.mark.parametrize("term", [0, 1, 11])
def test_only_contracts_of_a_year_or_more_are_completed(term: int) -> None:
    done = _ruled(_o2(term_months=term))

    assert (done.completion.derived, done.completion.kind) == ((), None)


def test_a_brand_whose_price_is_fixed_has_a_rule_and_no_step() -> None:
    done = _ruled(_o2(brand="giffgaff", term_months=18))

    assert (done.completion.derived, done.completion.kind) == ((), "fixed")


def test_what_is_printed_wins_and_the_rule_goes_on_from_it() -> None:
    done = _ruled(_o2(price_steps=(PriceStep(APRIL_2027, 2180),)))

    assert done.completion.derived == (PriceStep(APRIL_2028, 2430),)
    assert [(c.month, c.printed_pence, c.rule_pence) for c in done.completion.conflicts] == [
        (6, 180, 250)
    ]


@pytest.mark.parametrize(("printed", "conflicts"), [(2249, 0), (2251, 0), (2248, 1), (2252, 1)])
def test_a_penny_is_no_conflict(printed: int, conflicts: int) -> None:
    card = _o2(price_steps=(PriceStep(APRIL_2027, printed),))

    assert len(_ruled(card).completion.conflicts) == conflicts


def test_a_rise_that_the_card_skips_before_its_last_step_is_a_conflict() -> None:
    done = _ruled(_o2(price_steps=(PriceStep(APRIL_2028, 2250),)))

    assert done.completion.derived == ()
    assert [(c.month, c.printed_pence) for c in done.completion.conflicts] == [(6, 0)]


def test_a_rise_that_the_rule_does_not_know_is_a_conflict() -> None:
    step = PriceStep(APRIL_2027, 2200)
    fixed = _o2(brand="giffgaff", term_months=18, price_steps=(step,))
    elsewhen = _o2(price_steps=(PriceStep(date(2027, 6, 1), 2250),))

    found = _ruled(fixed).completion.conflicts
    other = _ruled(elsewhen).completion.conflicts

    assert [(c.month, c.printed_pence, c.rule_pence) for c in found] == [(6, 200, 0)]
    assert [(c.month, c.printed_pence, c.rule_pence) for c in other] == [(6, 0, 250), (8, 250, 0)]


def test_a_rise_on_31_march_is_billed_from_april() -> None:
    [first, _] = _complete(_o2(brand="EE"))

    assert first == PriceStep(date(2027, 3, 31), 2250)
    assert _ruled(_o2(brand="EE")).prices_by_month()[4:6] == (
        2000,
        2250,
    )


def test_threes_rise_is_halved_in_months_at_half_price() -> None:
    card = make_three_plan(price_steps=())
    done = _ruled(card)

    # the page's own steps: £7.95 in April, £15.90 from May, £17.80 from April 2027
    assert done.prices_by_month() == make_three_plan().prices_by_month()


def test_half_price_for_the_whole_term_halves_every_rise() -> None:
    card = make_three_plan(price_steps=(), promo_months=None)

    assert [step.price_pence for step in _complete(card)] == [795, 890]


def test_a_promotion_that_is_not_half_price_has_the_whole_rise() -> None:
    card = make_three_plan(price_steps=(), promo_months=None, price_pence=900)

    assert [step.price_pence for step in _complete(card)] == [1090, 1280]


def test_a_promotion_that_outlasts_the_first_rise_is_followed_by_the_list_price_and_both() -> None:
    card = make_three_plan(price_steps=(), promo_months=17)

    # April 2026 is month 6, April 2027 month 18, which is the first after the promotion
    assert _complete(card) == (PriceStep(date(2026, 4, 1), 795), PriceStep(18, 1780))


def test_caveats_count_what_is_derived_and_name_a_conflict() -> None:
    plans = [
        _o2(gb=5),
        _o2(gb=10, price_steps=(PriceStep(APRIL_2027, 2180),)),
        _o2(brand="giffgaff", term_months=18),
    ]

    said = find_caveats(build_market([_ruled(plan) for plan in plans]).listings)

    assert said[0] == (
        "1 of 3 plans prints a different rise from its brand's rule (schedule_conflict), such as "
        "O2 10 GB, 24 months: £1.80 printed in month 6, £2.50 by o2.co.uk/prices; "
        "ukbusinessmagazine.co.uk. The printed price is used; the rule applies after it."
    )
    assert said[1] == (
        "2 of 3 plans have later prices derived from their brand's rise rule (O2 2): their pages "
        "do not print every rise in the term, and planwatch has not confirmed the rules."
    )
    assert not any("shows no later price" in sentence for sentence in said)


def test_a_conflict_says_where_the_rule_comes_from() -> None:
    rule = RiseRule(
        brand="O2",
        kind="stated",
        pence_a_year=300,
        month=4,
        day=1,
        source="a page",
        checked=SIGNED,
    )
    card = _o2(price_steps=(PriceStep(APRIL_2027, 2250),))

    assert card.with_rules((rule,)).completion.conflicts == (
        ScheduleConflict(month=6, printed_pence=250, rule_pence=300, source="a page"),
    )


@given(
    price=st.integers(0, 5000),
    term=st.integers(0, 36),
    signed=st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    brand=st.sampled_from(("O2", "EE", "Three", "Vodafone", "Sky Mobile")),
)
def test_a_cost_never_falls_when_rises_are_derived(
    price: int, term: int, signed: date, brand: str
) -> None:
    plan = make_plan(brand=brand, price_pence=price, term_months=term, as_of=signed)

    done = _ruled(plan)

    assert done.effective_pence >= plan.effective_pence
    assert list(done.prices_by_month()) == sorted(done.prices_by_month())


@given(
    printed=st.lists(st.integers(0, 400), max_size=3),
    brand=st.sampled_from(("O2", "EE", "Three", "Vodafone")),
    signed=st.dates(date(2025, 1, 1), date(2028, 12, 31)),
)
def test_no_printed_month_is_changed_and_completing_twice_changes_nothing(
    printed: list[int], brand: str, signed: date
) -> None:
    steps = tuple(
        PriceStep(date(signed.year + year, 4, 1), 1000 + sum(printed[:year]))
        for year in range(1, len(printed) + 1)
    )
    plan = make_plan(brand=brand, as_of=signed, price_steps=steps, term_months=36)
    done = _ruled(plan)
    last = len(printed) * 12 + 5 - signed.month if printed else 1  # April of the last year

    assert done.prices_by_month()[:last] == plan.prices_by_month()[:last]
    assert _ruled(replace(plan, price_steps=done.all_steps)).completion.derived == ()


@given(st.integers(0, 5000), st.integers(1, 40), st.integers(0, 1000), st.integers(1, 36))
def test_a_cost_never_falls_when_a_rise_is_added(
    price: int, month: int, rise: int, term: int
) -> None:
    plan = make_plan(price_pence=price, term_months=term)

    dearer = replace(plan, price_steps=(PriceStep(month, price + rise),))

    assert dearer.effective_pence >= plan.effective_pence


def test_a_promotion_that_ends_on_a_date_halves_no_rise_after_it() -> None:
    card = make_three_plan(
        as_of=date(2025, 11, 21),
        promo_months=None,
        price_steps=(PriceStep(date(2026, 5, 1), 1590),),
    )

    done = _ruled(card)

    assert done.prices_by_month()[-1] == 1590 + 190
    assert done.completion.derived == (PriceStep(date(2027, 4, 1), 1780),)


def test_a_rise_printed_inside_a_promotion_does_not_hide_its_end() -> None:
    card = _o2(
        price_pence=1000,
        list_price_pence=2000,
        promo_months=6,
        price_steps=(PriceStep(APRIL_2027, 1250),),
    )

    months = _ruled(card).prices_by_month()

    assert months[4:7] == (1000, 1250, 2250), "April is the sixth month; then the list price"
    assert months[-1] == 2500


@pytest.mark.parametrize(
    ("named", "kind"),
    [
        ({"brand": "O2", "variant": "Essential"}, "fixed"),
        ({"brand": "O2", "name": "O2 Essentials 5GB"}, "fixed"),
        ({"brand": "O2", "variant": "Classic"}, "stated"),
        ({"brand": "EE", "name": "EE Fixed Price Plan"}, "fixed"),
        ({"brand": "Tesco Mobile", "condition": "Clubcard Price"}, "fixed"),
        ({"brand": "Tesco Mobile"}, "variable"),
        ({"brand": "Sky Mobile", "term_months": 12}, "variable"),
        ({"brand": "VOXI", "term_months": 12}, None),
        ({"brand": "iD Mobile"}, "fixed"),
    ],
)
def test_a_part_of_a_brand_has_its_own_rule(named: dict[str, Any], kind: str | None) -> None:
    assert _ruled(_o2(**named)).completion.kind == kind


def test_data_only_plans_of_o2_rise_by_less() -> None:
    assert _complete(_o2(name="O2 20GB Data Only")) == (
        PriceStep(APRIL_2027, 2075),
        PriceStep(APRIL_2028, 2150),
    )


def test_a_price_that_may_rise_is_neither_raised_nor_called_level() -> None:
    sky = _ruled(_o2(brand="Sky Mobile", term_months=12, price_steps=()))

    said = find_caveats(build_market([sky]).listings)

    assert sky.may_rise
    assert (sky.effective_pence, sky.completion.derived) == (2000, ())
    assert any("may rise within its term by an amount that nobody states" in s for s in said)
    assert not any("shows no later price" in s for s in said)


def test_a_rise_printed_by_a_brand_that_states_none_is_no_conflict() -> None:
    tesco = _ruled(_o2(brand="Tesco Mobile", price_steps=(PriceStep(APRIL_2027, 2120),)))

    assert tesco.completion.conflicts == ()
    assert tesco.may_rise


@pytest.mark.parametrize(("days", "is_said"), [(180, False), (181, True)])
def test_a_rule_that_nobody_has_checked_for_half_a_year_is_a_caveat(
    days: int, is_said: bool
) -> None:
    rule = RiseRule(
        brand="O2", kind="fixed", source="a page", checked=SIGNED - timedelta(days=days)
    )

    said = find_caveats(build_market([_o2().with_rules((rule,))]).listings)

    assert any("Rise rules last checked over 180 days" in s for s in said) is is_said


@given(signing=st.dates(date(2025, 1, 1), date(2028, 12, 31)), term=st.integers(12, 36))
def test_the_cost_of_another_day_is_that_of_the_plan_signed_then(signing: date, term: int) -> None:
    plan = _ruled(_o2(term_months=term))

    assert (
        plan.effective_pence_on(signing)
        == _ruled(_o2(term_months=term, as_of=signing)).effective_pence
    )
