"""What a ledger costs that is written day by day: by its changes, not by what was seen again."""

from __future__ import annotations

from datetime import date

from planwatch.home import Home
from tests.support.ledgers import value
from tests.support.long_history import build_history


def test_a_month_of_scrapes_grows_by_its_changes_and_pages(place: Home) -> None:
    build_history(place, plans=100, days=30, last=date(2026, 11, 22))

    assert value(place.root, "SELECT count(*) FROM plan_versions") == 100 + 29 * 2
    assert value(place.root, "SELECT count(*) FROM captures") == 30 * 34
    assert value(place.root, "PRAGMA page_count") * 4096 < 1_200_000
