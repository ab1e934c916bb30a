"""The rules by which a reading is held against what the ledger knows and the card miner sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.domain.outcome import Outcome
from planwatch.domain.plan import Plan, PriceStep
from planwatch.errors import LayoutChanged, NothingFound, UnreadableText
from planwatch.ledger.pages.baseline import Baseline
from planwatch.sources.cards.result import MinedPlan
from planwatch.sources.contract import Reading, Source, Unreadable
from planwatch.sources.registry import load_source
from planwatch.workflows.scrape.miner_check import Opinion
from planwatch.workflows.scrape.verdict import (
    BIG_MOVE,
    Verdict,
    coverage,
    judge_failure,
    judge_reading,
)
from tests.support.plans import AS_OF, make_plan

SMARTY = load_source("smarty")
THREE = load_source("three")


def _plans(count: int, pence: int = 1000, **overrides: object) -> tuple[Plan, ...]:
    return tuple(
        make_plan(gb=number + 1, price_pence=pence + number, **overrides) for number in range(count)
    )


def _opinion(plans: tuple[Plan, ...], *, term_stated: bool = True) -> Opinion:
    return Opinion(
        tuple(
            MinedPlan(plan=plan, evidence="", path="", origin="html", term_stated=term_stated)
            for plan in plans
        )
    )


def _baseline(plans: tuple[Plan, ...] = (), *counts: int, accepted: bool = False) -> Baseline:
    prices = {plan.plan_key: plan.price_pence for plan in plans}
    return Baseline(counts=counts, prices=prices, accepted=accepted)


def _judge(
    plans: tuple[Plan, ...],
    baseline: Baseline,
    *,
    mined: tuple[Plan, ...] | None = None,
    source: Source = SMARTY,
    unreadable: int = 0,
) -> Verdict:
    lost = tuple(Unreadable(where=f"card {number}", reason="?") for number in range(unreadable))
    reading = Reading(plans=plans, unreadable=lost)
    opinion = _opinion(plans if mined is None else mined)
    return judge_reading(source, reading, opinion, baseline, AS_OF)


@pytest.mark.parametrize(
    ("count", "counts", "outcome"),
    [
        (7, (10, 10, 10), Outcome.SUSPICIOUS),  # −30 % and three fewer
        (8, (10, 10, 10), Outcome.OK),
        (7, (10, 10), Outcome.OK),  # two good ones are not enough to know
        (7, (40, 10, 10, 10, 2), Outcome.SUSPICIOUS),  # the median, whatever was odd once
        (4, (6, 6, 6), Outcome.OK),  # −33 %, two fewer
        (3, (6, 6, 6), Outcome.SUSPICIOUS),
        (20, (10, 10, 10), Outcome.OK),
    ],
)
def test_a_count_is_held_against_the_median_of_the_last_good_ones(
    count: int, counts: tuple[int, ...], outcome: Outcome
) -> None:
    assert _judge(_plans(count), _baseline((), *counts)).outcome is outcome


def test_what_a_person_accepted_is_the_new_normal_at_once() -> None:
    assert _judge(_plans(7), _baseline((), 7, accepted=True)).outcome is Outcome.OK
    assert _judge(_plans(4), _baseline((), 7, accepted=True)).outcome is Outcome.SUSPICIOUS


def test_a_missing_plan_is_named() -> None:
    known = _plans(10)

    verdict = _judge(known[:5], _baseline(known, 10, 10, 10))

    assert verdict.detail["missing"] == sorted(plan.plan_key for plan in known[5:])
    assert verdict.error is not None
    assert "5 plans, where 10 are usual" in verdict.error["message"]
    assert "sources accept smarty" in verdict.error["hint"]


def test_a_sale_that_the_miner_reads_too_is_a_big_move_and_no_fault() -> None:
    verdict = _judge(_plans(6, 500), _baseline(_plans(6)))

    assert (verdict.outcome, verdict.flags) == (Outcome.OK, (BIG_MOVE,))


def test_a_sale_that_the_miner_reads_otherwise_waits_for_a_person() -> None:
    verdict = _judge(_plans(6, 500), _baseline(_plans(6)), mined=_plans(6))

    assert verdict.outcome is Outcome.SUSPICIOUS
    assert verdict.detail["moved"][0] == {
        "plan_key": "o2-1gb-24m",
        "before": 1000,
        "after": 500,
    }


def test_nine_of_ten_prices_are_agreement_enough() -> None:
    sale = _plans(10, 500)

    assert _judge(sale, _baseline(_plans(10)), mined=sale[:9]).outcome is Outcome.OK
    assert _judge(sale, _baseline(_plans(10)), mined=sale[:8]).outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize("factor", [10, 4])
def test_a_slip_of_units_is_none_the_better_for_being_on_the_page(factor: int) -> None:
    slipped = tuple(replace(plan, price_pence=plan.price_pence * factor) for plan in _plans(6))

    assert _judge(slipped, _baseline(_plans(6))).outcome is Outcome.SUSPICIOUS
    assert _judge(slipped, _baseline(_plans(6)), unreadable=2).outcome is Outcome.SUSPICIOUS


def test_a_few_large_moves_are_the_market() -> None:
    moved = (*_plans(3, 500), *_plans(6)[3:])

    assert _judge(moved, _baseline(_plans(6)), mined=()).outcome is Outcome.OK


def test_cards_that_cannot_be_read_make_it_partial_and_never_too_few() -> None:
    verdict = _judge(_plans(4), _baseline(_plans(10), 10, 10, 10), unreadable=6)

    assert verdict.outcome is Outcome.PARTIAL
    assert verdict.error is not None
    assert "6 of 10 cards could not be read; first: card 0: ?" in verdict.error["message"]


def test_a_source_that_prints_rises_and_shows_none_was_not_read_in_full() -> None:
    rise = (PriceStep(date(2026, 4, 1), 1190),)
    printed = _plans(4, price_steps=rise)
    one_lacks_it = (*printed, *_plans(5)[4:])

    assert _judge(printed, _baseline(), source=THREE).outcome is Outcome.OK
    assert _judge(one_lacks_it, _baseline(), source=THREE).outcome is Outcome.OK
    verdict = _judge(_plans(4), _baseline(), source=THREE)
    assert verdict.outcome is Outcome.PARTIAL
    assert verdict.error is not None
    assert verdict.error["code"] == "rises_missing"
    assert _judge(_plans(4), _baseline(), source=SMARTY).outcome is Outcome.OK


def test_a_year_from_april_meets_no_rise() -> None:
    plans = _plans(3, term_months=12)

    assert coverage(Reading(plans=plans), date(2026, 4, 10))["rises"] is None
    assert coverage(Reading(plans=plans), date(2026, 5, 10))["rises"] == 0.0


@pytest.mark.parametrize(
    ("error", "seen", "outcome"),
    [
        (LayoutChanged("no card", hint="h"), 33, Outcome.BROKEN_LAYOUT),
        (LayoutChanged("no card", hint="h"), 0, Outcome.BROKEN_LAYOUT),
        (NothingFound("no plan", hint="h"), 2, Outcome.BROKEN_LAYOUT),
        (NothingFound("no plan", hint="h"), 1, Outcome.SUSPICIOUS),
        (NothingFound("no plan", hint="h"), 0, Outcome.SUSPICIOUS),
    ],
)
def test_the_miner_tells_a_changed_layout_from_an_empty_list(
    error: LayoutChanged | NothingFound, seen: int, outcome: Outcome
) -> None:
    verdict = judge_failure(SMARTY, error, _opinion(_plans(seen)), _baseline(_plans(9), 9))

    assert verdict.outcome is outcome
    assert verdict.error is not None
    assert verdict.error["message"]


def test_an_empty_list_that_was_accepted_is_a_fact_from_then_on() -> None:
    verdict = judge_failure(
        SMARTY, NothingFound("no plan"), _opinion(()), _baseline((), 0, accepted=True)
    )

    assert verdict.outcome is Outcome.OK
    assert verdict.is_empty


def test_a_term_that_a_page_does_not_state_is_no_disagreement() -> None:
    plans = _plans(4, term_months=24)
    rolling = tuple(replace(plan, term_months=1) for plan in plans)

    assert _opinion(rolling, term_stated=False).agreement(plans) == 1.0
    assert _opinion(rolling).agreement(plans) == 0.0
    assert _opinion(rolling, term_stated=False).beyond(plans) == ()
    assert _opinion(rolling).beyond(plans) == rolling


@given(
    read=st.integers(1, 30),
    known=st.lists(st.integers(0, 30), min_size=0, max_size=5),
    mined=st.integers(0, 30),
    lost=st.integers(0, 3),
)
def test_only_a_reading_in_full_may_withdraw_plans(
    read: int, known: list[int], mined: int, lost: int
) -> None:
    baseline = _baseline(_plans(12), *known)

    verdict = _judge(_plans(read), baseline, mined=_plans(mined), unreadable=lost)

    if lost:
        assert verdict.outcome in (Outcome.PARTIAL, Outcome.SUSPICIOUS)
    assert (verdict.error is None) == (verdict.outcome is Outcome.OK)


def test_a_verdict_says_what_it_rests_on_and_what_to_do() -> None:
    plans = _plans(4)
    seen = _judge(plans, _baseline(plans), mined=plans[:2])
    miner: dict[str, object] = {
        "found": 2,
        "fault": None,
        "agreement": 0.5,
        "unverified": [],
    }
    assert seen.detail["miner"] == miner
    assert seen.detail["coverage"]["cards"] == 4

    alone = judge_reading(SMARTY, Reading(plans=plans), None, _baseline(plans), AS_OF)
    assert (alone.outcome, "miner" in alone.detail) == (Outcome.OK, False)

    few = _judge(plans, _baseline(plans, 10, 10, 10))
    assert few.error is not None
    assert few.error["code"] == "suspicious"
    assert "planwatch sources accept smarty" in few.error["hint"]

    part = _judge(plans, _baseline(plans), unreadable=2)
    assert part.error is not None
    assert part.error["message"].startswith("2 of 6 cards could not be read; first: card 0: ?")


def test_a_layout_that_only_the_miner_has_looked_at_is_no_empty_list() -> None:
    error = NothingFound("nothing there", hint="look", source="smarty")

    verdict = judge_failure(SMARTY, error, None, _baseline((), 0))

    assert verdict.outcome is Outcome.BROKEN_LAYOUT
    assert verdict.error is not None
    assert verdict.error["code"] == "layout_changed"


def test_a_price_held_back_makes_it_partial_and_its_plan_is_not_stored() -> None:
    plans = _plans(4)
    slip = (replace(plans[0], price_pence=10), *plans[1:])
    prices = {plan.plan_key: plan.price_pence for plan in plans}
    baseline = Baseline(prices=prices, believed=prices)

    verdict = judge_reading(
        SMARTY,
        Reading(plans=slip, page_names=("a",) * 4),
        _opinion(slip),
        baseline,
        AS_OF,
    )

    assert (verdict.outcome, verdict.flags) == (Outcome.PARTIAL, ("held",))
    assert verdict.reading is not None
    assert verdict.reading.plans == plans[1:]
    assert verdict.error is not None
    assert verdict.error["code"] == "held_prices"
    assert "unconfirmed: £0.10, was £10.00" in verdict.error["message"]
    assert "planwatch sources accept smarty" in verdict.error["hint"]


@pytest.mark.parametrize(
    ("count", "is_odd"),
    [(20, False), (18, False), (17, True)],  # of 25: a fifth is gone, then 28 %, then 32 %
)
def test_a_few_plans_less_of_a_large_source_are_no_wonder(count: int, is_odd: bool) -> None:
    verdict = _judge(_plans(count), _baseline(_plans(25), 25, 25, 25))

    assert (verdict.outcome is Outcome.SUSPICIOUS) == is_odd


@pytest.mark.parametrize("is_part", [True, False])
def test_of_some_of_the_pages_the_number_of_plans_says_nothing(is_part: bool) -> None:
    plans = _plans(3)
    verdict = judge_reading(
        SMARTY,
        Reading(plans=plans),
        _opinion(plans),
        _baseline(_plans(12), 12, 12, 12),
        AS_OF,
        is_part=is_part,
    )

    assert verdict.outcome is (Outcome.OK if is_part else Outcome.SUSPICIOUS)


def _at(pence: int, count: int = 6) -> tuple[Plan, ...]:
    return tuple(make_plan(gb=number + 1, price_pence=pence) for number in range(count))


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (1000, 4000, Outcome.SUSPICIOUS),
        (1000, 3999, Outcome.OK),
        (1000, 250, Outcome.SUSPICIOUS),
        (1000, 251, Outcome.OK),
    ],
)
def test_a_factor_of_four_for_most_prices_is_a_slip_of_units(
    before: int, after: int, outcome: Outcome
) -> None:
    verdict = _judge(_at(after), _baseline(_at(before)))

    assert verdict.outcome is outcome
    if verdict.error is not None:
        assert "a slip of units" in verdict.error["message"]


@pytest.mark.parametrize(("after", "is_big"), [(1400, False), (1401, True), (600, False)])
def test_prices_have_to_move_by_more_than_two_fifths_to_be_a_big_move(
    after: int, is_big: bool
) -> None:
    assert _judge(_at(after), _baseline(_at(1000))).flags == ((BIG_MOVE,) if is_big else ())


@pytest.mark.parametrize(
    ("moved", "stayed", "is_big"), [(3, 0, True), (2, 0, False), (2, 2, False), (3, 2, True)]
)
def test_most_of_at_least_three_plans_have_to_move_to_be_a_big_move(
    moved: int, stayed: int, is_big: bool
) -> None:
    after = (*_at(500, moved), *_at(1000, moved + stayed)[moved:])

    verdict = _judge(after, _baseline(_at(1000, moved + stayed)))

    assert verdict.flags == ((BIG_MOVE,) if is_big else ())


def test_prices_that_nothing_but_the_miner_read_wait_for_a_person_when_most_have_moved() -> None:
    verdict = judge_reading(SMARTY, Reading(plans=_at(500)), None, _baseline(_at(1000)), AS_OF)

    assert verdict.outcome is Outcome.SUSPICIOUS
    assert verdict.error is not None
    assert "nothing but the card miner reads it" in verdict.error["message"]


def test_what_the_miner_alone_finds_is_kept_apart() -> None:
    plans = _plans(3)

    verdict = _judge(plans[:2], _baseline(plans[:2]), mined=plans)

    assert verdict.detail["miner"]["unverified"] == [
        {"name": "O2 SIM", "data_mb": 3000, "term_months": 24, "price_pence": 1002}
    ]


@pytest.mark.parametrize(
    ("read", "lost", "cards", "share"), [(4, 0, 4, 1.0), (3, 1, 4, 0.75), (0, 2, 2, 0.0)]
)
def test_a_share_of_the_cards_was_read(read: int, lost: int, cards: int, share: float) -> None:
    unreadable = (Unreadable(where="card", reason="?"),) * lost

    found = coverage(Reading(plans=_plans(read), unreadable=unreadable), AS_OF)

    assert (found["cards"], found["read"]) == (cards, share)
    assert coverage(Reading(plans=()), AS_OF) == {"cards": 0, "read": 0.0, "rises": None}


def test_a_changed_layout_says_what_the_miner_finds_and_how_to_mend_it() -> None:
    verdict = judge_failure(
        SMARTY, NothingFound("no plan", hint="h"), _opinion(_plans(2)), _baseline()
    )

    assert verdict.error is not None
    assert verdict.error["message"] == "no plan; the card miner finds 2 plans there"
    assert verdict.error["code"] == "layout_changed"
    assert verdict.error["hint"] == "save the page and run: planwatch probe smarty --from FILE"


@pytest.mark.parametrize("seen", [0, 1])
def test_an_empty_list_names_the_plans_that_it_lacks(seen: int) -> None:
    known = _plans(2)

    verdict = judge_failure(SMARTY, NothingFound("no"), _opinion(_plans(seen)), _baseline(known))

    assert verdict.detail["missing"] == ["o2-1gb-24m", "o2-2gb-24m"]
    assert verdict.detail["miner"]["found"] == seen


def test_a_layout_that_only_the_miner_has_looked_at_keeps_the_code_of_its_fault() -> None:
    error = UnreadableText("no price", hint="h")

    verdict = judge_failure(SMARTY, error, None, _baseline())

    assert verdict.error == {"code": "unreadable_text", "message": "no price", "hint": "h"}
