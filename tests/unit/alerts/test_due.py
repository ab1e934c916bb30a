"""What a target is due to hear: what stands beside what it was last told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from planwatch.alerts.change_lines import group_by_plan, list_changes
from planwatch.alerts.due import Due, find_due
from planwatch.domain.alternation import Figure, Spell
from planwatch.ledger.alerts.baselines import Baseline, MovedFigure, PriceRange
from planwatch.settings.notify import AlertRule, NotifySettings

AT = "2026-11-23T09:00:00.000Z"
PLAN = {
    "brand": "O2",
    "source": "o2",
    "plan_key": "o2-50gb-24m",
    "name": "Classic 50GB",
    "plan": "O2 Classic 50 GB, 24 months",
    "verified": 1,
    "currency": "GBP",
    "price_pence": 1000,
    "by_rule": 0,
    "was_withdrawn": 0,
}
POUND = {"kinds": ["headline"], "min_pounds": 1}
KEY = (1, "headline")


def _moved(
    *values: Any,
    baseline: Any,
    figure: str = "headline",
    alternating_since: str | None = None,
    **plan: Any,
) -> MovedFigure:
    return MovedFigure(
        plan_id=1,
        figure=figure,
        known=Figure(
            spells=tuple(Spell(at=AT, value=value) for value in values),
            alternating_since=alternating_since,
        ),
        baseline=baseline,
        plan={**PLAN, **plan},
        changed_at=AT,
        job_id=None,
    )


def _due(
    moved: MovedFigure,
    *rules: Mapping[str, Any],
    told: Baseline | None = None,
    known: tuple[int, int] | None = None,
    watched_since: str | None = None,
) -> Due:
    found = (
        None
        if known is None
        else PriceRange(lowest=known[0], highest=known[1], watched_since=watched_since)
    )
    return find_due(
        [moved],
        {} if told is None else {moved.key: told},
        [AlertRule.model_validate({"on": ["changes"], **rule}) for rule in rules],
        lambda _figure, _days: found,
    )


def _said(due: Due) -> str:
    return list_changes(group_by_plan(due.news)) if due.news else ""


@pytest.mark.parametrize(
    ("baseline", "value", "rule", "is_told"),
    [
        (1000, 951, POUND, False),
        (1000, 900, POUND, True),
        (1000, 901, POUND, False),
        (1000, 1100, POUND, True),
        (1000, 1000, {"kinds": ["headline"]}, False),
        (1000, 999, {"kinds": ["headline"]}, True),
        (1000, 940, {"min_percent": 5}, True),
        (1000, 960, {"min_percent": 5}, False),
        (0, 100, {"min_percent": 500}, True),
        (1000, 800, {"kinds": ["new"]}, False),
        (1000, 800, {"brands": ["EE"]}, False),
        (1000, 800, {**POUND, "direction": "up"}, False),
    ],
)
def test_a_rule_judges_the_move_from_the_value_last_reported(
    baseline: int, value: int, rule: dict[str, Any], is_told: bool
) -> None:
    assert bool(_due(_moved(baseline, value, baseline=baseline), rule).news) is is_told


def test_a_price_that_creeps_is_told_as_one_move() -> None:
    told: Baseline | None = None
    said = []
    for value in range(950, 700, -50):
        due = _due(_moved(value + 50, value, baseline=value + 50), POUND, told=told)
        told = due.baselines.get(KEY, told)
        said.append(_said(due))

    assert said == [
        "",
        "- O2 Classic 50 GB, 24 months: headline price £10.00 → £9.00 a month (−10 %)",
        "",
        "- O2 Classic 50 GB, 24 months: headline price £9.00 → £8.00 a month (−11 %)",
        "",
    ]


def test_who_is_told_knows_the_value_and_who_is_not_keeps_theirs() -> None:
    moved = _moved(1000, 950, baseline=1000)

    assert _due(moved, {}).baselines == {}, "it knows what stands, as everybody does"
    assert _due(moved, {}, told=Baseline(value=1100)).baselines == {KEY: None}
    assert _due(moved, POUND).baselines == {KEY: Baseline(value=1000)}
    kept = _due(moved, POUND, told=Baseline(value=1020)).baselines
    assert kept == {KEY: Baseline(value=1020)}


def test_what_no_rule_asks_for_leaves_nothing_behind() -> None:
    moved = _moved(1000, 950, baseline=1000)

    assert _due(moved).baselines == {}
    assert _due(moved, {"kinds": ["new"]}).baselines == {}
    assert _due(moved, {"brands": ["EE"]}, told=Baseline(value=900)).baselines == {KEY: None}


def test_who_asks_for_rises_measures_them_from_the_lowest_price() -> None:
    rule = {**POUND, "direction": "up"}
    fell = _due(_moved(1000, 700, baseline=1000), rule)
    assert (fell.news, fell.baselines) == ([], {})

    assert "£7.00 → £9.00" in _said(_due(_moved(700, 900, baseline=700), rule))


def test_an_alternation_is_told_once_as_such_and_once_when_it_ends() -> None:
    flapping = _moved(1000, 1200, 1000, 1200, baseline=1000, alternating_since=AT)
    begun = _due(flapping, POUND)
    assert _said(begun) == (
        "- O2 Classic 50 GB, 24 months: headline price alternates between £10.00 and £12.00 a month"
    )
    told = begun.baselines[KEY]
    assert told == Baseline(value=1000, alternation=AT)

    assert _due(flapping, POUND, told=told) == Due([], {KEY: told})

    moved = _due(_moved(1200, baseline=1000), POUND, told=told)
    assert "£10.00 → £12.00 a month" in _said(moved)
    assert moved.baselines == {KEY: None}
    same = _due(_moved(1000, baseline=1200), POUND, told=told)
    assert _said(same) == "- O2 Classic 50 GB, 24 months: headline price stands at £10.00 again"
    assert same.baselines == {KEY: None}


@pytest.mark.parametrize(
    ("rule", "is_told"),
    [
        (POUND, True),
        ({**POUND, "min_pounds": 3}, False),
        ({**POUND, "direction": "down"}, True),
        ({**POUND, "direction": "up"}, True),
        ({"kinds": ["new"]}, False),
        ({"min_percent": 20}, True),
        ({"min_percent": 21}, False),
    ],
)
def test_an_alternation_is_told_to_whom_its_moves_would_be(
    rule: dict[str, Any], is_told: bool
) -> None:
    flapping = _moved(1000, 1200, 1000, 1200, baseline=1000, alternating_since=AT)

    assert bool(_due(flapping, rule).news) is is_told


def test_another_alternation_is_told_anew() -> None:
    later = "2026-12-23T09:00:00.000Z"
    flapping = _moved(900, 1200, baseline=900, alternating_since=later)

    due = _due(flapping, POUND, told=Baseline(value=900, alternation=AT))

    assert "alternates between £9.00 and £12.00" in _said(due)
    assert due.baselines == {KEY: Baseline(value=900, alternation=later)}


def test_who_was_not_told_of_an_alternation_hears_of_its_end_as_of_a_move() -> None:
    rule = {**POUND, "min_pounds": 3}
    base = Baseline(value=1000)

    assert _due(_moved(1200, baseline=1200), rule, told=base).news == []
    assert "£10.00 → £13.50" in _said(_due(_moved(1350, baseline=1200), rule, told=base))


@pytest.mark.parametrize(
    ("values", "was_withdrawn", "said"),
    [
        ((False, True), 0, "new at £10.00 a month"),
        ((False, True), 1, "relaunched at £10.00 a month"),
        ((True, False), 0, "withdrawn, was £10.00 a month"),
    ],
)
def test_a_plan_that_appears_or_goes_is_told(
    values: tuple[bool, bool], was_withdrawn: int, said: str
) -> None:
    moved = _moved(*values, baseline=values[0], figure="presence", was_withdrawn=was_withdrawn)

    assert _said(_due(moved, {})).endswith(said)
    assert _due(moved, {"kinds": ["headline"]}) == Due([], {})


def test_a_plan_that_comes_and_goes_is_told_once() -> None:
    flapping = _moved(
        False, True, baseline=True, figure="presence", alternating_since=AT, was_withdrawn=1
    )
    begun = _due(flapping, {"kinds": ["withdrawn"]})
    assert _said(begun) == "- O2 Classic 50 GB, 24 months: comes and goes"

    told = begun.baselines[1, "presence"]
    stays = _moved(True, baseline=True, figure="presence", was_withdrawn=1)
    assert _said(_due(stays, {"kinds": ["withdrawn"]}, told=told)).endswith(
        "sold again at £10.00 a month"
    )
    gone = _moved(False, baseline=True, figure="presence", was_withdrawn=1)
    assert _said(_due(gone, {"kinds": ["withdrawn"]}, told=told)).endswith(
        "withdrawn, was £10.00 a month"
    )


@pytest.mark.parametrize(
    ("kinds", "value", "known", "said"),
    [
        (["new_low"], 890, (900, 1200), "the lowest seen in 30 days"),
        (["new_low"], 900, (900, 1200), None),
        (["new_low"], 1300, (900, 1200), None),
        (["new_high"], 1201, (900, 1200), "the highest seen in 30 days"),
        (["new_high"], 1200, (900, 1200), None),
        (["new_high"], 800, (900, 1200), None),
        (["new_low", "new_high"], 1201, (900, 1200), "the highest seen in 30 days"),
        (["new_low"], 890, None, None),
    ],
)
def test_a_rule_may_ask_for_a_price_beyond_all_of_some_days(
    kinds: list[str], value: int, known: tuple[int, int] | None, said: str | None
) -> None:
    rule = {"kinds": kinds, "within_days": 30}

    due = _due(_moved(1000, value, baseline=1000), rule, known=known)

    assert (_said(due) or None) == said or _said(due).endswith(f", {said}")


@pytest.mark.parametrize(
    ("kind", "value", "watched_since", "said"),
    [
        ("new_low", 890, "2026-11-20T06:15:00.000Z", "lowest since 20 November 2026, when"),
        ("new_low", 100, "2026-11-02T06:15:00.000Z", "lowest since 2 November 2026, when"),
        ("new_high", 1300, "2026-06-01T00:00:00.000Z", "highest since 1 June 2026, when"),
        ("new_low", 890, None, "lowest seen in 180 days"),
    ],
)
def test_an_extreme_claims_no_day_on_which_the_plan_was_not_watched(
    kind: str, value: int, watched_since: str | None, said: str
) -> None:
    due = _due(
        _moved(1000, value, baseline=1000),
        {"kinds": [kind], "within_days": 180},
        known=(900, 1200),
        watched_since=watched_since,
    )

    assert f", the {said}" in _said(due)
    assert ("in 180 days" in _said(due)) == (watched_since is None)


def test_a_new_low_has_thresholds_too() -> None:
    rule = {"kinds": ["new_low"], "min_pounds": 2}

    small = _due(_moved(1000, 890, baseline=1000), rule, known=(900, 1200))
    assert (small.news, small.baselines) == ([], {KEY: Baseline(value=1000)})
    assert _due(_moved(1000, 800, baseline=1000), rule, known=(900, 1200)).news


def test_without_rules_prices_from_a_pound_and_plans_that_come_or_go_are_told() -> None:
    settings = NotifySettings.model_validate({"urls": "json://a", "targets": {"b": "json://b"}})
    rules = [rule for rule in settings.rules_in_force if "changes" in rule.on and rule.to == "b"]

    def is_told(moved: MovedFigure) -> bool:
        return bool(find_due([moved], {}, rules, lambda _figure, _days: None).news)

    assert is_told(_moved(1000, 1100, baseline=1000))
    assert not is_told(_moved(1000, 1099, baseline=1000))
    assert is_told(_moved(False, True, baseline=False, figure="presence"))
    assert is_told(_moved(True, False, baseline=True, figure="presence"))
    assert not is_told(_moved(None, {"promo_months": 6}, baseline=None, figure="promotion"))


@pytest.mark.parametrize(
    ("figure", "values", "said"),
    [
        ("allowance", (5000, None), "alternates between 5 GB and unlimited data"),
        ("term", (24, 12), "alternates between 12 months and 24 months"),
        ("promotion", (None, {"promo_months": 6}), "promotion comes and goes"),
        ("promotion", ({"promo_months": 3}, {"promo_months": 6}), "promotion alternates"),
        ("rise", ([], [1]), "scheduled price rises alternate"),
        ("extras", ({"extras": []}, {"extras": ["a"]}), "extras alternate"),
        ("renamed", ("Lite", "Plus"), "its name alternates between Lite and Plus"),
    ],
)
def test_each_kind_of_figure_has_its_words(figure: str, values: tuple[Any, Any], said: str) -> None:
    flapping = _moved(*values, baseline=values[0], figure=figure, alternating_since=AT)

    assert _said(_due(flapping, {})) == f"- O2 Classic 50 GB, 24 months: {said}"
    told = Baseline(value=values[1], alternation=AT)
    stands = _said(_due(_moved(values[1], baseline=None, figure=figure), {}, told=told))
    assert stands.endswith("again")
