"""The ranking over a ledger: what is left out of it, and which sources it rests on."""

from __future__ import annotations

from typing import Any

import pytest

from planwatch.analysis.cheapest import Need
from planwatch.domain.allowance import Allowance
from planwatch.domain.outcome import Outcome
from planwatch.errors import NoPlans
from planwatch.ledger.store.connection import Ledger
from planwatch.services.market.cheapest import find_cheapest_plans
from planwatch.workflows.freshness import source_records, sources_note
from tests.support.plans import make_plan
from tests.support.scrapes import save_scrape

NEED = Need(needed=Allowance.of_gb(10))


@pytest.fixture(autouse=True)
def _present(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-16T12:00:00Z")


def _find(ledger: Ledger, need: Need = NEED, *, unverified: bool = False) -> dict[str, Any]:
    return find_cheapest_plans(ledger, need, source_records(ledger), unverified=unverified)


def _sources(found: dict[str, Any]) -> list[str]:
    return [record["source"] for record in found["sources"]]


def test_unverified_plans_and_other_currencies_are_left_out_with_the_reason(
    ledger: Ledger,
) -> None:
    mined = make_plan(variant="mined", price_pence=100, verified=False)
    euros = make_plan(variant="euros", price_pence=200, currency="EUR")
    save_scrape(ledger, 16, make_plan(variant="ours"), mined, euros)

    found = _find(ledger)

    assert [plan["variant"] for plan in found["plans"]] == ["ours"]
    assert sorted(line.split(": ")[1] for line in found["left_out"]) == [
        "not verified",
        "priced in EUR, not in GBP",
    ]
    taken_in = _find(ledger, unverified=True)
    assert [plan["variant"] for plan in taken_in["plans"]] == ["mined", "ours"]


def test_only_unverified_plans_are_an_error_that_says_so(ledger: Ledger) -> None:
    save_scrape(ledger, 16, make_plan(verified=False))

    with pytest.raises(NoPlans, match="unverified"):
        _find(ledger)


def test_sources_that_were_not_read_in_full_or_are_stale_are_named(ledger: Ledger) -> None:
    save_scrape(ledger, 16, make_plan(brand="Vodafone"), source="vodafone")
    save_scrape(ledger, 12, make_plan(brand="EE"), source="ee")
    save_scrape(ledger, 16, make_plan(), source="o2", outcome=Outcome.PARTIAL)
    without_o2 = Need(needed=Allowance.of_gb(10), excluded=["O2"])
    only_vodafone = Need(needed=Allowance.of_gb(10), brands=["Vodafone"])

    assert sources_note(_find(ledger)["sources"]) == (
        "Not read in full: O2 (partial, never read in full). Stale: EE (last read 12 Nov 2026)."
    )
    assert _sources(_find(ledger, without_o2)) == ["ee"]
    assert _sources(_find(ledger, only_vodafone)) == []


def test_a_withdrawn_plan_is_not_ranked(ledger: Ledger) -> None:
    gone, stays = make_plan(variant="gone", price_pence=100), make_plan(variant="stays")
    save_scrape(ledger, 14, gone, stays)
    save_scrape(ledger, 15, stays)
    save_scrape(ledger, 16, stays)

    assert [plan["variant"] for plan in _find(ledger)["plans"]] == ["stays"]
