"""Market events beside what moved: in the digest, and on the chart of several plans."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planwatch.ledger.store.connection import Ledger
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import save_market
from tests.support.plans import make_plan

DAYS = (date(2026, 1, 5), date(2026, 2, 20), date(2026, 3, 10))


@pytest.fixture(autouse=True)
def _spring(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sky and O2 are sold from January to 10 March 2026; Sky's price rises in February."""
    monkeypatch.setenv("PLANWATCH_NOW", "2026-03-10T12:00:00Z")
    for number, day in enumerate(DAYS):
        sky = make_plan(brand="Sky Mobile", price_pence=1150 if number else 1000)
        save_market(ledger, [make_plan(price_pence=1000 + number), sky], day)


def _events(*arguments: str) -> list[tuple[str, str]]:
    document: dict[str, Any] = read_json("digest", *arguments)["digest"]
    [section] = [each for each in document["sections"] if each["id"] == "events"]
    tables = section["tables"]
    assert section["sentences"][0].startswith(f"{len(tables and tables[0]['rows']) or 'No'} ")
    return [(row["day"], row["text"]) for table in tables for row in table["rows"]]


def test_a_digest_has_the_events_of_the_period_and_of_the_next_30_days() -> None:
    found = _events("--since", "2026-02-10")

    assert [day for day, _ in found] == [
        "2026-02-01",
        "2026-02-14",
        "2026-04-01",
        "2026-04-01",
        "2026-04-01",
    ]
    assert any("30 days to leave" in text for _, text in found)
    assert all(text.split(":")[0] not in ("EE", "Three", "Vodafone") for _, text in found)


@pytest.mark.parametrize(
    ("since", "brand", "named"),
    [
        ("2026-02-14", "O2", "O2: yearly rise of £2.50 a month"),
        ("2026-02-14", "sky", "Sky Mobile: most customers pay £1.50 a month more"),
    ],
)
def test_a_digest_of_a_brand_has_its_events_and_those_of_the_market(
    since: str, brand: str, named: str
) -> None:
    texts = [text for _, text in _events("--since", since, "--brand", brand)]

    assert any(text.startswith(named) for text in texts)
    assert any(text.startswith("Telecoms Consumer Charter") for text in texts)
    assert len({text.split(":")[0] for text in texts} & {"O2", "Sky Mobile"}) == 1


def test_events_are_printed_in_every_form_of_a_digest() -> None:
    for form in ("table", "md", "html"):
        printed = run_planwatch("digest", "--since", "2026-02-10", "--format", form).stdout
        assert "Market events" in printed
        assert "30 days to leave" in " ".join(printed.split())


def test_a_chart_of_plans_marks_the_events_of_their_brands() -> None:
    plans = ("--plan", "o2-25gb-24m", "--plan", "sky-25gb-24m")
    chart = run_planwatch("history", *plans).stdout
    page = run_planwatch("history", *plans, "--format", "html").stdout
    alone = run_planwatch("history", "o2-25gb-24m", "--format", "html").stdout

    assert "Sky Mobile: most customers pay" in chart
    assert "Telecoms Consumer Charter" in chart
    assert "Sky Mobile: most customers pay" in page
    assert "Sky Mobile" not in alone
    assert "Go Roam" not in page
