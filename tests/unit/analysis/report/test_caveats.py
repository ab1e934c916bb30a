from __future__ import annotations

from datetime import date

from planwatch.analysis.market.market import build_market
from planwatch.analysis.report.caveats import find_caveats, say_uncertain_dominations
from planwatch.domain.plan import Plan, PriceStep
from tests.support.plans import make_plan


def _caveats_of(*plans: Plan) -> list[str]:
    return find_caveats(build_market(plans).listings)


def _rolling(**overrides: object) -> Plan:
    return make_plan(**({"term_months": 1} | overrides))


def test_plans_that_state_everything_and_cost_the_same_every_month_need_no_caveat() -> None:
    assert _caveats_of(_rolling(), _rolling(brand="EE")) == []


def test_captures_more_than_two_days_apart_are_stale() -> None:
    fresh, old = date(2025, 11, 21), date(2025, 11, 18)

    assert _caveats_of(_rolling(as_of=fresh), _rolling(brand="EE", as_of=date(2025, 11, 19))) == []
    assert _caveats_of(_rolling(as_of=fresh), _rolling(brand="EE", as_of=old)) == [
        "Prices are from different days: the newest from 21 November 2025, older ones for EE "
        "(18 November 2025). Scrape again before acting."
    ]


def test_a_brand_seen_only_through_the_aggregator_is_named() -> None:
    assert _caveats_of(_rolling(), _rolling(brand="Lebara", source="uswitch")) == [
        "Lebara is seen only through Uswitch, which may not list every plan."
    ]


def test_a_price_with_a_condition_is_said_to_be_assumed_as_met() -> None:
    assert _caveats_of(_rolling(), _rolling(brand="Tesco Mobile", condition="Clubcard")) == [
        "1 of 2 plans has a price with a condition (Tesco Mobile 1); the condition (Clubcard) is "
        "assumed to be met."
    ]


def test_plans_that_do_not_state_roaming_or_speed_are_counted_by_brand() -> None:
    caveats = _caveats_of(
        _rolling(roaming=None),
        _rolling(brand="EE", roaming=None, gb=5),
        _rolling(brand="EE", roaming=None, generation=None, gb=6),
    )

    assert caveats == [
        "3 of 3 plans do not state roaming (EE 2, O2 1), so no basket that needs roaming counts "
        "them.",
        "1 of 3 plans does not state 4G or 5G (EE 1), so they never count as faster.",
    ]


def test_a_contract_without_a_later_price_is_an_assumption() -> None:
    assert _caveats_of(make_plan(term_months=12)) == [
        "1 of 1 plan has a term of 12 months or more and shows no later price (O2 1): their "
        "effective cost assumes that the price does not change."
    ]


def test_a_contract_that_prints_one_rise_of_two_is_said_to_cost_more_later() -> None:
    april_2026, april_2027 = PriceStep(date(2026, 4, 1), 1250), PriceStep(date(2027, 4, 1), 1500)
    signed = date(2025, 11, 17)
    one = make_plan(term_months=24, as_of=signed, price_steps=(april_2026,))
    both = make_plan(term_months=24, as_of=signed, price_steps=(april_2026, april_2027))
    short = make_plan(term_months=12, as_of=signed, price_steps=(april_2026,))

    said = [
        any("leaves out the next rise that is likely" in sentence for sentence in found)
        for found in (_caveats_of(one), _caveats_of(both), _caveats_of(short))
    ]

    assert said == [True, False, False]


def test_dated_rises_hold_for_the_month_of_capture_only() -> None:
    plan = make_plan(term_months=12, price_steps=(PriceStep(date(2026, 4, 1), 1180),))

    assert _caveats_of(plan) == [
        "Effective costs are for a contract signed on the day of capture; signing in another month "
        "shifts the rises."
    ]


def test_plans_billed_by_days_and_different_terms_are_assumptions() -> None:
    assert _caveats_of(_rolling(billing_days=30), make_plan(term_months=0)) == [
        "1 of 2 plans bills every 28 or 30 days (O2 1): compared by the cost of a calendar month.",
        "Each plan's effective cost is over its own minimum term; pay as you go counts as 1 month.",
    ]


def test_verdicts_that_depend_on_an_unknown_are_counted() -> None:
    assert say_uncertain_dominations(0, 4) is None
    assert say_uncertain_dominations(1, 4) == (
        "1 of 4 dominated plans does not state roaming, data usable abroad or speed, which may be "
        "better than the dominating plan's: check before acting on it."
    )
