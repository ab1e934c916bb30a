from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from planwatch.domain.brand import find_brand
from planwatch.domain.market_events import (
    events_between,
    load_market_events,
    mark_events,
    parse_events,
)
from planwatch.domain.rise_rules import RiseRule

DAY = date(2026, 2, 14)


def _row(**values: Any) -> dict[str, Any]:
    return {
        "day": DAY,
        "kind": "rise",
        "text": "a rise",
        "source": "a page",
        "checked": date(2026, 11, 28),
        **values,
    }


def _rule(**values: Any) -> RiseRule:
    base: dict[str, Any] = {
        "brand": "O2",
        "kind": "stated",
        "pence_a_year": 250,
        "month": 4,
        "day": 1,
        "source": "a page",
        "checked": date(2026, 11, 28),
    }
    return RiseRule(**{**base, **values})


def _on(day: date, *brands: str) -> list[str]:
    return [event.text for event in events_between(day, day + timedelta(days=1), brands)]


def test_the_events_of_the_market_are_known_by_their_day() -> None:
    assert "customers pay £1.50 a month more" in _on(date(2026, 2, 14), "Sky Mobile")[1]
    assert _on(date(2026, 2, 10), "O2")[0].startswith("Telecoms Consumer Charter")
    assert "Go Roam Extra costs £8.00 a day" in _on(date(2025, 12, 18))[0]
    assert any("linked to inflation" in text for text in _on(date(2026, 4, 15)))


@pytest.mark.parametrize(
    ("day", "brand", "said"),
    [
        (date(2025, 7, 31), "EE", "EE: contracts signed from 31 July 2025: £2.50 a month more"),
        (date(2025, 11, 12), "Vodafone", "(before: £1.80)"),
        (date(2025, 11, 9), "Three", "£1.80 to £2.30 a month more each year (before: £1.00 to"),
        (date(2026, 4, 1), "O2", "O2: rises from 1 April 2026: £2.50 a month more each year"),
        (date(2027, 3, 31), "EE", "EE: yearly rise of £1.50 to £2.50 a month"),
        (date(2027, 4, 1), "O2", "O2: yearly rise of £2.50 a month"),
        (date(2027, 4, 1), "Vodafone", "Vodafone: yearly rise of £1.80 to £2.50 a month"),
        (date(2028, 4, 1), "Vodafone", "Vodafone: yearly rise of £2.50 a month"),
    ],
)
def test_days_of_rises_and_of_other_amounts_follow_from_the_rules(
    day: date, brand: str, said: str
) -> None:
    assert any(said in text for text in _on(day, brand))


def test_a_brand_with_a_fixed_price_or_no_stated_rise_has_no_day() -> None:
    assert [text for text in _on(date(2027, 4, 1)) if "SMARTY" in text or "Sky" in text] == []
    assert [text for text in _on(date(2027, 4, 1)) if "Essential" in text] == []


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (DAY, DAY + timedelta(days=1), True),
        (DAY - timedelta(days=7), DAY, False),
        (DAY + timedelta(days=1), DAY + timedelta(days=9), False),
    ],
)
def test_the_first_day_of_a_period_is_in_it_and_its_end_is_not(
    since: date, until: date, found: bool
) -> None:
    recorded = parse_events({"event": [_row()]})

    assert bool(events_between(since, until, recorded=recorded, rules=())) is found


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(2026, 2, 28), date(2026, 3, 7)), (date(2026, 1, 1), date(2026, 2, 2))],
)
def test_an_event_of_a_span_of_days_is_in_every_period_that_meets_it(
    since: date, until: date
) -> None:
    row = _row(day=date(2026, 2, 1), last_day=date(2026, 2, 28))

    assert events_between(since, until, recorded=parse_events({"event": [row]}), rules=())


def test_the_whole_market_is_everybodys_and_a_brand_only_its_own() -> None:
    recorded = parse_events({"event": [_row(text="all"), _row(text="sky", brands=["Sky Mobile"])]})

    def texts(*brands: str) -> list[str]:
        found = events_between(DAY, DAY + timedelta(days=1), brands, recorded=recorded, rules=())
        return [event.text for event in found]

    assert texts() == ["all", "sky"]
    assert texts("O2") == ["all"]
    assert texts("O2", "Sky Mobile") == ["all", "sky"]


@pytest.mark.parametrize(
    "rule",
    [
        _rule(signed_from=date(2027, 4, 1)),
        _rule(signed_to=date(2025, 4, 1)),
        _rule(rises_to=date(2027, 3, 31)),
        _rule(rises_from=date(2027, 4, 2)),
        _rule(family=("Essential",)),
        _rule(kind="fixed", pence_a_year=0, month=None, day=None),
    ],
)
def test_a_rule_that_raises_no_running_contract_on_the_day_makes_no_event(rule: RiseRule) -> None:
    day = date(2027, 4, 1)

    assert events_between(day, day + timedelta(days=1), recorded=(), rules=[rule]) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "sale"}, "the kind of an event is one of"),
        ({"text": ""}, "has a text and a source"),
        ({"source": ""}, "has a text and a source"),
        ({"last_day": date(2026, 2, 13)}, "ends before it begins"),
        ({"when": DAY}, "not in shape"),
    ],
)
def test_an_event_that_is_not_in_shape_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_events({"event": [_row(**values)]})


def test_the_events_of_a_chart_are_days_of_its_period_and_texts() -> None:
    (charter, said), *others = mark_events(date(2026, 2, 10), date(2026, 2, 15), ["Sky Mobile"])

    assert (charter, said[:16]) == (date(2026, 2, 10), "Telecoms Consume")  # it began before
    assert [day for day, _ in others] == [date(2026, 2, 14)]


def test_every_event_that_comes_with_the_package_names_known_brands() -> None:
    for event in load_market_events():
        for name in event.brands:
            brand = find_brand(name)
            assert brand is not None
            assert brand.name == name
