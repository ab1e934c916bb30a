"""What targets were last told of figures of plans, and which figures are to be compared with it."""

from __future__ import annotations

import pytest

from planwatch.ids import new_id
from planwatch.ledger.alerts.baselines import (
    Baseline,
    MovedFigure,
    forget_other_targets,
    load_baselines,
    load_moved,
    mark_looked_at,
    price_range,
    save_baselines,
)
from planwatch.ledger.jobs.transitions import create_job
from planwatch.ledger.store.connection import Ledger
from tests.support.plans import make_plan
from tests.support.scrapes import instant_of, save_scrape


def _prices(ledger: Ledger, *prices: int) -> None:
    """Scrape the same plan from 2 November on, a price a day."""
    for day, pence in enumerate(prices, start=2):
        save_scrape(ledger, day, make_plan(price_pence=pence))


def _find(ledger: Ledger, figure: str) -> MovedFigure:
    [found] = [each for each in load_moved(ledger) if each.figure == figure]
    return found


def _range(
    ledger: Ledger, plan_id: int, figure: str, *, before: str, days: int
) -> tuple[int, int] | None:
    found = price_range(ledger, plan_id, figure, before=before, days=days)
    return None if found is None else (found.lowest, found.highest)


# figures that are to be compared


def test_a_price_that_moved_is_compared_with_the_one_before(ledger: Ledger) -> None:
    _prices(ledger, 1000, 800)

    moved = load_moved(ledger)

    headline = _find(ledger, "headline")
    assert [each.figure for each in moved] == ["effective", "headline"]
    assert headline.key == (headline.plan_id, "headline")
    assert (headline.baseline, headline.known.value) == (1000, 800)
    assert (headline.changed_at, headline.job_id) == (instant_of(3), None)
    shown = ("brand", "source", "plan_key", "name", "currency", "price_pence", "was_withdrawn")
    assert [headline.plan[key] for key in shown] == [
        "O2", "o2", "o2-25gb-24m", "O2 SIM", "GBP", 800, 0,
    ]  # fmt: skip


def test_a_figure_that_was_looked_at_is_compared_again_only_when_it_moves(ledger: Ledger) -> None:
    _prices(ledger, 1000, 800)
    mark_looked_at(ledger, load_moved(ledger))
    assert load_moved(ledger) == []

    save_scrape(ledger, 4, make_plan(price_pence=700))

    assert (_find(ledger, "headline").baseline, _find(ledger, "headline").known.value) == (800, 700)


def test_only_the_figures_that_were_read_are_marked_as_looked_at(ledger: Ledger) -> None:
    _prices(ledger, 1000, 800)

    mark_looked_at(ledger, [_find(ledger, "headline")])

    assert [each.figure for each in load_moved(ledger)] == ["effective"]


def test_what_a_running_job_moved_is_not_compared_yet(ledger: Ledger) -> None:
    job_id = new_id()
    with ledger.transaction():
        create_job(
            ledger,
            job_id=job_id,
            kind="scrape",
            params={},
            context={},
            max_resumes=3,
            at=instant_of(2),
        )
    save_scrape(ledger, 2, make_plan(price_pence=1000))
    save_scrape(ledger, 3, make_plan(price_pence=800), job_id=job_id)

    assert load_moved(ledger) == []


def test_a_plan_is_known_as_withdrawn_before_by_a_withdrawal_that_was_one(ledger: Ledger) -> None:
    stays, other = make_plan(gb=99), make_plan()
    save_scrape(ledger, 2, stays, other)
    for day in (3, 4):
        save_scrape(ledger, day, stays)
    assert _find(ledger, "presence").plan["was_withdrawn"] == 1

    save_scrape(ledger, 4, stays, other, rereads=True)

    assert _find(ledger, "presence").plan["was_withdrawn"] == 0


# what a target was told


def test_each_target_has_what_it_was_told_and_nobody_elses(ledger: Ledger) -> None:
    _prices(ledger, 1000, 800)
    headline, cost = _find(ledger, "headline").key, _find(ledger, "effective").key

    save_baselines(ledger, "a", {headline: Baseline(value=950), cost: Baseline(value=960)})
    save_baselines(ledger, "b", {headline: Baseline(value=900, alternation=instant_of(3))})

    assert load_baselines(ledger, "a") == {
        headline: Baseline(value=950),
        cost: Baseline(value=960),
    }
    assert load_baselines(ledger, "b") == {headline: Baseline(value=900, alternation=instant_of(3))}
    assert load_baselines(ledger, "c") == {}


def test_what_a_target_is_told_next_takes_the_place_of_what_it_was_told(ledger: Ledger) -> None:
    _prices(ledger, 1000, 800)
    key = _find(ledger, "headline").key
    save_baselines(ledger, "a", {key: Baseline(value=950)})

    save_baselines(ledger, "a", {key: Baseline(value=900, alternation=instant_of(3))})
    again = load_baselines(ledger, "a")
    save_baselines(ledger, "a", {key: Baseline(value=850)})

    assert again == {key: Baseline(value=900, alternation=instant_of(3))}
    assert load_baselines(ledger, "a") == {key: Baseline(value=850)}


def test_a_target_that_knows_the_present_value_needs_no_baseline_of_its_own(
    ledger: Ledger,
) -> None:
    _prices(ledger, 1000, 800)
    headline, cost = _find(ledger, "headline").key, _find(ledger, "effective").key
    for target in ("a", "b"):
        save_baselines(ledger, target, {headline: Baseline(value=9), cost: Baseline(value=8)})

    save_baselines(ledger, "a", {headline: None})

    assert load_baselines(ledger, "a") == {cost: Baseline(value=8)}
    assert load_baselines(ledger, "b").keys() == {headline, cost}


def test_what_a_target_was_told_waits_until_the_figure_moves_again(ledger: Ledger) -> None:
    _prices(ledger, 1000, 950)
    key = _find(ledger, "headline").key
    save_baselines(ledger, "a", {key: Baseline(value=1000)})
    mark_looked_at(ledger, load_moved(ledger))
    assert load_baselines(ledger, "a") == {}

    save_scrape(ledger, 4, make_plan(price_pence=900))

    assert load_baselines(ledger, "a") == {key: Baseline(value=1000)}


def test_targets_that_are_set_up_no_longer_are_forgotten(ledger: Ledger) -> None:
    _prices(ledger, 1000, 800)
    key = _find(ledger, "headline").key
    for target in ("a", "b", "c"):
        save_baselines(ledger, target, {key: Baseline(value=950)})

    forget_other_targets(ledger, ["a", "c", "new"])

    assert [target for target in "abc" if load_baselines(ledger, target)] == ["a", "c"]


# the lowest and the highest price


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (1, (1100, 1100)),  # the price of the day before
        (2, (900, 1100)),
        (3, (900, 1200)),  # last seen three days before, to the minute
        (99, (900, 1200)),
    ],
)
def test_prices_of_so_many_days_before_are_looked_at(
    ledger: Ledger, days: int, found: tuple[int, int]
) -> None:
    _prices(ledger, 1200, 900, 1100, 500)
    plan_id = _find(ledger, "headline").plan_id

    assert _range(ledger, plan_id, "headline", before=instant_of(5), days=days) == found


def test_a_cost_is_compared_with_costs_and_a_price_with_prices(ledger: Ledger) -> None:
    for day, pence in ((2, 1000), (3, 1100)):
        save_scrape(ledger, day, make_plan(price_pence=pence, upfront_pence=2400))
    plan_id = _find(ledger, "headline").plan_id

    assert _range(ledger, plan_id, "headline", before=instant_of(3), days=9) == (1000, 1000)
    assert _range(ledger, plan_id, "effective", before=instant_of(3), days=9) == (1100, 1100)


def test_a_plan_that_was_not_known_then_has_no_lowest_price(ledger: Ledger) -> None:
    _prices(ledger, 1000, 800)
    plan_id = _find(ledger, "headline").plan_id

    assert _range(ledger, plan_id, "headline", before=instant_of(2), days=9) is None
    assert _range(ledger, plan_id + 1, "headline", before=instant_of(9), days=9) is None


@pytest.mark.parametrize(
    ("right", "found"), [(990, (990, 1000)), (1000, (1000, 1000)), (1100, (1000, 1100))]
)
def test_a_price_that_was_misread_is_no_lowest_price(
    ledger: Ledger, right: int, found: tuple[int, int]
) -> None:
    """The price before it was read rightly, and counts."""
    _prices(ledger, 1000, 100)
    save_scrape(ledger, 3, make_plan(price_pence=right), rereads=True)
    save_scrape(ledger, 4, make_plan(price_pence=980))
    plan_id = _find(ledger, "headline").plan_id

    assert _range(ledger, plan_id, "headline", before=instant_of(4), days=9) == found


def test_a_first_price_that_was_misread_does_not_count(ledger: Ledger) -> None:
    _prices(ledger, 100)
    for pence in (2000, 1000):  # the parser was mended twice
        save_scrape(ledger, 2, make_plan(price_pence=pence), rereads=True)
    save_scrape(ledger, 3, make_plan(price_pence=900))
    plan_id = _find(ledger, "headline").plan_id

    assert _range(ledger, plan_id, "headline", before=instant_of(3), days=9) == (1000, 1000)


def test_a_price_counts_when_only_the_extras_were_misread(ledger: Ledger) -> None:
    save_scrape(ledger, 2, make_plan(extras=("roaming",)))
    save_scrape(ledger, 4, make_plan(extras=("data gifts",)), rereads=True)
    save_scrape(ledger, 5, make_plan(price_pence=900))
    plan_id = _find(ledger, "headline").plan_id

    assert _range(ledger, plan_id, "headline", before=instant_of(4), days=9) == (1000, 1000)


def test_the_price_of_a_plan_that_was_never_gone_counts(ledger: Ledger) -> None:
    stays, other = make_plan(gb=99), make_plan(price_pence=900)
    save_scrape(ledger, 2, stays, other)
    for day in (3, 4):
        save_scrape(ledger, day, stays)
    save_scrape(ledger, 4, stays, other, rereads=True)
    save_scrape(ledger, 5, stays, make_plan(price_pence=950))
    plan_id = _find(ledger, "headline").plan_id

    assert _range(ledger, plan_id, "headline", before=instant_of(6), days=9) == (900, 950)
