"""`plans --as-of` and `--signing`: the market of a former day, the cost of a later month."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planwatch.domain.plan import PriceStep
from planwatch.ledger.store.connection import Ledger
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import save_market
from tests.support.plans import make_plan


def _day(number: int) -> date:
    return date(2026, 11, number)


@pytest.fixture(autouse=True)
def history(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """5 GB is cut on the 2nd; 50 GB is gone from the 3rd, withdrawn on the 4th, back on the 6th."""
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-06T12:00:00Z")
    rise = (PriceStep(date(2027, 4, 1), 1200),)
    for number in range(1, 7):
        small = make_plan(gb=5, price_pence=1000 if number == 1 else 900, price_steps=rise)
        large = [] if number in (3, 4, 5) else [make_plan(gb=50, price_pence=1500)]
        save_market(ledger, [small, *large], _day(number))


def _plans(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_json("plans", *arguments)["plans"]
    return found


def test_a_former_day_has_the_plans_that_stood_at_its_end() -> None:
    seen = {
        day: [
            (plan["plan_key"], plan["price_pence"], plan["as_of"][-2:])
            for plan in _plans("--as-of", str(_day(day)))
        ]
        for day in (1, 2, 3, 4, 6)
    }

    assert seen == {
        1: [("o2-5gb-24m", 1000, "01"), ("o2-50gb-24m", 1500, "01")],
        2: [("o2-5gb-24m", 900, "02"), ("o2-50gb-24m", 1500, "02")],
        3: [("o2-5gb-24m", 900, "03"), ("o2-50gb-24m", 1500, "03")],  # absent once
        4: [("o2-5gb-24m", 900, "04")],
        6: [("o2-5gb-24m", 900, "06"), ("o2-50gb-24m", 1500, "06")],
    }


def test_a_later_signing_meets_the_rise_earlier() -> None:
    today, later = _plans("--data", "5GB")[0], _plans("--data", "5GB", "--signing", "2027-01")[0]

    assert (later["as_of"], later["plan_key"]) == ("2027-01-01", today["plan_key"])
    # 5 months of 24 at £9.00, then £12.00 at first; 3 of 24 in January. In April 2028 by the rule
    # £2.50 more, for 7 months or for 9
    assert (today["printed_effective_pence"], later["printed_effective_pence"]) == (1138, 1163)
    assert (today["effective_pence"], later["effective_pence"]) == (1210, 1256)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--as-of", "2026-11-07"], "--as-of 2026-11-07 is in the future"),
        (["--as-of", "2026-10-31"], "the first scrape was on 2026-11-01"),
        (["--as-of", "yesterday"], "--as-of 'yesterday' is not a valid date"),
        (["--signing", "2026-10"], "--signing 2026-10 is in the past"),
        (["--signing", "2026-13"], "--signing '2026-13' is not a valid date"),
        (
            ["--as-of", "2026-11-02", "--signing", "2026-12"],
            "--as-of and --signing cannot be combined",
        ),
    ],
)
def test_a_day_that_cannot_be_meant_is_refused(arguments: list[str], said: str) -> None:
    done = run_planwatch("plans", *arguments)

    assert done.returncode == 2
    assert said in done.stderr
