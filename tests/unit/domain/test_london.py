"""Days and times are those of London, in summer as in winter."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.domain.london import (
    _zone,
    end_of_day,
    from_london,
    london_day,
    show_day,
    show_minute,
    show_time,
    start_of_day,
)
from planwatch.domain.phrasing import format_day, short_date
from planwatch.errors import TimeZoneMissing


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-06-30T23:30:00.000Z", "2026-07-01"),
        ("2026-06-30T22:59:59.999Z", "2026-06-30"),
        ("2026-12-31T23:30:00.000Z", "2026-12-31"),
        ("2026-03-29T00:59:59.999Z", "2026-03-29"),  # the clock goes forward
        ("2026-10-24T23:00:00.000Z", "2026-10-25"),  # it goes back that night
        ("2026-10-25T23:30:00.000Z", "2026-10-25"),
        ("2026-07-01", "2026-07-01"),
    ],
)
def test_an_instant_is_on_its_day_in_london(instant: str, day: str) -> None:
    assert show_day(instant) == day


def test_days_and_times_are_written_as_in_london() -> None:
    summer, winter = "2026-06-30T23:30:00.000Z", "2026-11-16T09:12:00.000Z"

    assert (short_date(summer), format_day(summer)) == ("1 Jul 2026", "1 July 2026")
    assert (show_minute(summer), show_time(summer)) == ("2026-07-01 00:30", "2026-07-01 00:30 BST")
    assert show_time(winter) == "2026-11-16 09:12 GMT"


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)]
)
def test_a_day_begins_and_ends_at_midnight_in_london(day: str, hours: int) -> None:
    start, end = start_of_day(date.fromisoformat(day)), end_of_day(date.fromisoformat(day))

    assert end - start == timedelta(hours=hours)
    assert start.tzinfo is UTC


def test_a_time_without_an_offset_is_by_londons_clock() -> None:
    assert from_london(datetime(2026, 7, 1, 9)) == datetime(2026, 7, 1, 8, tzinfo=UTC)  # noqa: DTZ001 - as typed
    assert from_london(datetime(2026, 7, 1, 9, tzinfo=UTC)).hour == 9


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_an_instant_lies_within_its_day(at: datetime) -> None:
    day = london_day(at)

    assert start_of_day(day) <= at < end_of_day(day)


def test_a_machine_without_time_zones_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def find_none(name: str) -> zoneinfo.ZoneInfo:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", find_none)
    _zone.cache_clear()
    try:
        with pytest.raises(TimeZoneMissing, match="Europe/London") as caught:
            show_time("2026-06-30T23:31:00.000Z")
    finally:
        _zone.cache_clear()

    assert "tzdata" in caught.value.hint
