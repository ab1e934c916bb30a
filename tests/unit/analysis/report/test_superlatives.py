"""Superlatives as facts: the extreme one, or none where two are level."""

from __future__ import annotations

from planwatch.analysis.facts import StoredFact
from planwatch.analysis.report.superlatives import find_superlatives


def _fact(fact_id: str, value: float) -> StoredFact:
    kind, _, key = fact_id.partition(".")
    place = key.partition(".")[0] if kind == "basket" else None
    return StoredFact(
        id=fact_id,
        kind=kind,
        label="label",
        value=value,
        unit="pence_per_month",
        subject=f"subject of {fact_id}",
        about={"kind": "plan", "brand": "O2", "plan_id": f"o2:{fact_id}", "place": place},
        against=None,
        base=f"base of {fact_id}",
        formula="Formula",
        plan_ids=(f"o2:{fact_id}",),
    )


def _found(**values: float) -> dict[str, tuple[float, str]]:
    facts = [_fact(name.replace("__", "."), value) for name, value in values.items()]
    return {fact.id: (fact.value, fact.plan_ids[0]) for fact in find_superlatives(facts)}


def test_the_widest_gaps_have_a_direction_each() -> None:
    assert _found(gap__a=5, gap__b=-7, gap__c=3, gap__d=-2) == {
        "widest_gap.above": (5, "o2:gap.a"),
        "widest_gap.below": (-7, "o2:gap.b"),
    }


def test_of_two_that_are_level_neither_is_extreme() -> None:
    assert _found(gap__a=5, gap__b=5, uplift__a=2, uplift__b=2, uplift__c=1) == {}


def test_no_gap_is_no_extreme() -> None:
    assert _found(gap__a=0, uplift__a=0, dominated__a=0) == {}


def test_a_basket_has_a_cheapest_seller_where_several_sell_it() -> None:
    found = _found(
        basket__x__o2=900, basket__x__ee=800, basket__y__o2=700, basket__z__o2=1, basket__z__ee=1
    )

    assert found == {"cheapest_basket.x": (800, "o2:basket.x.ee")}


def test_the_largest_uplift_and_the_widest_domination() -> None:
    assert _found(uplift__a=12.5, uplift__b=3, dominated__a=90, dominated__b=91) == {
        "largest_uplift": (12.5, "o2:uplift.a"),
        "widest_domination": (91, "o2:dominated.b"),
    }


def test_a_superlative_keeps_the_base_of_the_figure_that_it_repeats() -> None:
    (fact,) = find_superlatives([_fact("gap.a", 5)])

    assert (fact.id, fact.base) == ("widest_gap.above", "base of gap.a")
