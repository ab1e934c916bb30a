"""The fetcher of the recorded market."""

from __future__ import annotations

import pytest

from planwatch.domain.page import PageRequest
from planwatch.errors import FetchError, UnknownName
from planwatch.fetch.recorded import RecordedFetcher, list_dates


def test_the_recorded_dates_are_in_order() -> None:
    dates = list_dates()

    assert dates == tuple(sorted(dates))
    assert len(dates) == 3


@pytest.mark.parametrize("market_date", list_dates())
def test_every_date_has_pages_with_a_name_an_address_and_bytes(market_date: str) -> None:
    pages = RecordedFetcher(market_date).fetch_pages("o2", [], None, needs_browser=True)

    assert [page.name for page in pages] == ["24-months", "12-months", "1-months"]
    assert [page.url.rpartition("=")[2] for page in pages] == ["24", "12", "1"]
    assert all(page.body and page.media_type == "text/html" for page in pages)


def test_a_recording_ignores_what_it_is_asked_for() -> None:
    fetcher = RecordedFetcher(list_dates()[0])
    request = PageRequest(name="other", url="https://smarty.co.uk/other")

    asked = fetcher.fetch_pages("smarty", [request], lambda _page, same: same, needs_browser=False)

    assert asked == fetcher.fetch_pages("smarty", [], None, needs_browser=False)
    assert [page.media_type for page in asked] == ["application/json"]


def test_a_date_that_was_not_recorded_is_refused_with_the_ones_that_were() -> None:
    with pytest.raises(UnknownName, match="2020-01-01") as caught:
        RecordedFetcher("2020-01-01")

    assert list_dates()[0] in caught.value.hint


def test_a_source_that_was_not_recorded_is_an_error() -> None:
    with pytest.raises(FetchError, match="no pages of bt"):
        RecordedFetcher(list_dates()[0]).fetch_pages("bt", [], None, needs_browser=False)
