"""Documents of versions whose facts were texts are read into the form of today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from planwatch.ledger.reports.old_documents import renew_document
from tests.support.plans import make_plan
from tests.support.reports import compare

_NEW = ("kind", "about", "against")


def _new() -> Mapping[str, Any]:
    plans = [
        make_plan(brand=brand, gb=gb, price_pence=pence)
        for brand, gb, pence in (
            ("O2", 25, 1500),
            ("O2", 100, 2100),
            ("Vodafone", 25, 1200),
            ("Vodafone", 100, 2300),
        )
    ]
    return compare(plans, "O2", "Vodafone")


def _as_it_was(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the document as versions before 2026-11-29 wrote it."""
    facts = [
        {key: value for key, value in fact.items() if key not in _NEW} for fact in document["facts"]
    ]
    for fact in facts:
        fact["id"] = fact["id"].replace("match_", "match.").replace("match.promo.", "match.promo_")
    return {**document, "facts": facts}


def test_the_facts_of_an_old_document_have_the_kinds_of_today() -> None:
    new = _new()
    old = renew_document(_as_it_was(new))

    assert [fact["kind"] for fact in old["facts"]] == [fact["kind"] for fact in new["facts"]]
    assert all(set(fact) == set(new["facts"][0]) for fact in old["facts"])


def test_a_figure_of_one_plan_is_about_that_plan() -> None:
    old = renew_document(_as_it_was(_new()))
    about = {fact["id"]: fact["about"] for fact in old["facts"]}

    assert about["effective.o2-25gb-24m"]["plan_id"] == "o2:o2-25gb-24m"
    assert about["gap.o2-25gb-24m"]["plan_id"] is None, "it is of two plans"
    assert about["baskets"]["kind"] == "market"
    assert about["basket.5gb-any.o2"]["place"] == "5gb-any"


def test_a_document_of_today_is_left_as_it_is() -> None:
    new = _new()

    assert renew_document(new) is new


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"facts": None},
        {"facts": [{"id": "gap"}]},
        {"facts": [{"id": "match"}], "considered": [{"plan_id": "o2:a"}]},
        {"facts": [{"id": "basket", "plan_ids": None}]},
    ],
)
def test_a_document_that_lacks_keys_is_read(document: Mapping[str, Any]) -> None:
    assert all(fact["kind"] for fact in renew_document(document).get("facts") or ())
