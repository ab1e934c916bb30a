"""What a digest says of a week: plans by name, what went back and forth, what was not read."""

from __future__ import annotations

from typing import Any

import pytest

from planwatch.alerts.messages import write_digest
from planwatch.domain.outcome import Outcome
from planwatch.domain.plan import Plan
from planwatch.ledger.store.connection import Ledger
from planwatch.workflows.reports.digest import make_digest
from tests.support.plans import make_plan
from tests.support.scrapes import instant_of, save_scrape


def _digest(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, *days: list[Plan], since: int = 3
) -> dict[str, Any]:
    """Return the digest of scrapes from 2 November 2026 on, made after the last one."""
    for day, plans in enumerate(days, start=2):
        save_scrape(ledger, day, *plans)
    monkeypatch.setenv("PLANWATCH_NOW", instant_of(len(days) + 1).replace("T09", "T12"))
    return make_digest(ledger, instant_of(since).replace("T09", "T00"), "")


def _said(document: dict[str, Any], number: int = 0) -> list[str]:
    return list(document["sections"][number]["sentences"])


def _message(document: dict[str, Any]) -> str:
    return write_digest(document, "2026-11-03T00:00:00.000Z").body


KEPT = make_plan(price_pence=2000)


def _plans(number: int) -> list[Plan]:
    return [make_plan(gb=100 + at, price_pence=3000 + at) for at in range(number)]


def test_new_and_withdrawn_plans_are_named_in_the_message(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, new = make_plan(gb=5, price_pence=800), make_plan(gb=50, price_pence=1800)
    week = [[KEPT, gone], [KEPT, gone], [KEPT, new], [KEPT, new], [KEPT, new], [KEPT, new]]
    document = _digest(ledger, monkeypatch, *week)

    assert "1 new plan and 1 withdrawal" in document["verdict"]
    assert "\n- New: O2 50 GB, 24 months at £18.00.\n" in _message(document)
    assert "\n- Withdrawn: O2 5 GB, 24 months, was £8.00.\n" in _message(document)


def test_a_plan_that_is_sold_again_is_named(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = make_plan(gb=5, price_pence=800)
    week = [[KEPT, back], [KEPT], [KEPT], [KEPT], [KEPT], [KEPT, back]]
    document = _digest(ledger, monkeypatch, *week, since=6)

    assert "- Sold again: O2 5 GB, 24 months at £8.00." in _message(document)


@pytest.mark.parametrize(("number", "more"), [(10, False), (11, True), (40, True)])
def test_the_list_of_names_is_bounded(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, number: int, more: bool
) -> None:
    new = _plans(number)
    document = _digest(ledger, monkeypatch, [KEPT], [KEPT], [KEPT, *new])

    [said] = [each for each in _said(document) if each.startswith("New: ")]
    assert said.count(" at £") == 10
    assert said.endswith(f"; and {number - 10} more.") is more


def test_moves_beyond_the_findings_are_named_too(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [make_plan(gb=10 * at, price_pence=2000) for at in range(1, 8)]
    after = [make_plan(gb=10 * at, price_pence=2000 + 200 * at) for at in range(1, 8)]
    document = _digest(ledger, monkeypatch, before, before, after)

    text = _message(document)
    assert all(f"O2 {10 * at} GB" in text for at in range(1, 8))


def test_old_data_are_in_the_message_as_on_the_terminal(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_scrape(ledger, 2, make_plan(brand="Three"), source="three")
    document = _digest(ledger, monkeypatch, *[[KEPT]] * 6)

    assert document["caveats"][-1] == "The data from three are over 48 hours old."
    assert all(f"- {caveat}" in _message(document) for caveat in document["caveats"])


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        ((1200, 1000, 1200, 1000, 1200, 1000, 1200), "price between £10.00 and £12.00, 6 changes"),
        ((1000, 1200, 1000, 1200), "price between £10.00 and £12.00, 3 changes"),
        ((1000, 1500, 1000, 1500, 1000), "price between £10.00 and £15.00, 4 changes"),
    ],
)
def test_a_price_that_went_back_and_forth_is_one_line(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, prices: tuple[int, ...], said: str
) -> None:
    week = [[make_plan(price_pence=pence)] for pence in (prices[0], *prices)]
    document = _digest(ledger, monkeypatch, *week)

    [line] = [each for each in _said(document) if "Back and forth" in each]
    assert line == f"Back and forth within the period: O2 25 GB, 24 months ({said})."
    assert line in _message(document)


@pytest.mark.parametrize("sizes", [(25, 50, 25, 50, 25), (25, 50, 25, 50)])
def test_data_that_went_back_and_forth_are_said(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...]
) -> None:
    week = [[make_plan(gb=gb, source_ref="a")] for gb in (sizes[0], *sizes)]
    document = _digest(ledger, monkeypatch, *week)

    assert any("Back and forth" in each for each in _said(document))


@pytest.mark.parametrize("prices", [(1000, 1200, 1000), (1000, 900, 800, 700), (1000, 1000)])
def test_a_price_that_moves_or_returns_once_is_no_alternation(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, prices: tuple[int, ...]
) -> None:
    week = [[make_plan(price_pence=pence)] for pence in (prices[0], *prices)]

    assert not [s for s in _said(_digest(ledger, monkeypatch, *week)) if "Back and forth" in s]


def test_what_comes_to_nothing_is_said_to_be_net(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    week = [[make_plan(price_pence=pence)] for pence in (1000, 1000, 1200, 1000)]
    document = _digest(ledger, monkeypatch, *week)

    assert "there was no net change that matters" in document["verdict"]
    assert _said(document)[0].startswith("Net over the period, no plan came or went")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({4: Outcome.PARTIAL}, "o2: 1 of 6 visits not read in full."),
        (
            {4: Outcome.NETWORK, 5: Outcome.BLOCKED, 6: Outcome.PARTIAL},
            "o2: 3 of 6 visits not read in full.",
        ),
        ({2: Outcome.PARTIAL, 8: Outcome.SUSPICIOUS}, "o2: 1 of 6 visits not read in full."),
    ],
)
def test_visits_that_did_not_read_a_source_in_full_are_counted(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, bad: dict[int, Outcome], said: str
) -> None:
    for day in range(2, 9):
        save_scrape(ledger, day, KEPT, outcome=bad.get(day, Outcome.OK))
    monkeypatch.setenv("PLANWATCH_NOW", instant_of(8).replace("T09", "T12"))
    document = make_digest(ledger, instant_of(3), "")

    assert said in _said(document, 3)
    assert f"- {said}" in _message(document)


def test_the_worst_read_source_comes_first_and_visits_before_the_period_do_not_count(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(2, 8):
        bad = Outcome.PARTIAL
        save_scrape(ledger, day, KEPT, outcome=bad if day in (2, 4) else Outcome.OK)
        rival = make_plan(brand="Three")
        save_scrape(
            ledger, day, rival, source="three", outcome=bad if day in (4, 5) else Outcome.UNCHANGED
        )
    monkeypatch.setenv("PLANWATCH_NOW", instant_of(7).replace("T09", "T12"))
    said = _said(make_digest(ledger, instant_of(3), ""), 3)

    assert said == [
        "Every source that was visited is in order now.",
        "three: 2 of 5 visits not read in full; o2: 1 of 5 visits not read in full.",
    ]
