"""How old what we know is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from planwatch.workflows.freshness import freshness

PRESENT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last_good_at", "age_h", "word"),
    [
        (None, None, "none"),
        ("2026-11-23T09:00:00.000Z", 0.0, "fresh"),
        ("2026-11-22T09:00:01.000Z", 23.9997, "fresh"),
        ("2026-11-22T09:00:00.000Z", 24.0, "ageing"),
        ("2026-11-21T09:00:00.000Z", 48.0, "ageing"),
        ("2026-11-21T08:59:59.000Z", 48.0003, "stale"),
    ],
)
def test_freshness_goes_by_the_age_of_the_last_good_data(
    last_good_at: str | None, age_h: float | None, word: str
) -> None:
    found = freshness(last_good_at, PRESENT)

    assert found == (None if age_h is None else pytest.approx(age_h, abs=1e-4), word)


@pytest.mark.parametrize("ahead", ["2026-11-23T09:00:00.001Z", "2031-01-01T09:00:00.000Z"])
def test_data_from_the_future_are_not_fresh(ahead: str) -> None:
    assert freshness(ahead, PRESENT) == (0.0, "stale")
