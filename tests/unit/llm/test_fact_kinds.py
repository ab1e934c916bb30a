"""Kinds of facts beyond gap and price: what each lets a sentence say, and how it is put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest

from planwatch.analysis.facts import StoredFact
from planwatch.llm.grounding.gate import judge_text
from planwatch.llm.grounding.prompt_facts import Sayable, choose_facts
from planwatch.llm.grounding.render import render_text
from tests.support.plans import make_plan
from tests.support.prompt_facts import PLANTED

O2: Final = make_plan(gb=50, price_pence=1500, variant=PLANTED)
VODAFONE: Final = make_plan(brand="Vodafone", gb=50, price_pence=1200)
STRANGER: Final = make_plan(brand="O2 Rivers", source="uswitch", gb=50, price_pence=1000)
PLANS: Final = (O2, VODAFONE, STRANGER)
OWN: Final = f"{O2.source}:{O2.plan_key}"
RIVAL: Final = f"{VODAFONE.source}:{VODAFONE.plan_key}"
PLAN: Final = "O2 50 GB, 24 months"
BASE: Final = "Vodafone 50 GB, 24 months"


def _about(kind: str, brand: str | None = None, place: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "brand": brand, "plan_id": None, "place": place}


SUBJECTS: Final = {
    PLAN: _about("plan", "O2"),
    f"{PLAN} against {BASE}": _about("plan", "O2"),
    "O2": _about("brand", "O2"),
    "O2 Rivers": _about("brand", "O2 Rivers"),
    "50 GB, any term at O2": _about("basket", "O2", "50gb-any"),
    "O2 in the low data tier": _about("tier", "O2", "low"),
    "the market": _about("market"),
    "the market of 2 November 2026": _about("market"),
    "the market of 16 November 2026": _about("market"),
}
AGAINST: Final = {
    BASE: _about("plan", "Vodafone"),
    "Vodafone": _about("brand", "Vodafone"),
    "O2": _about("brand", "O2"),
    "its price at O2": _about("brand", "O2"),
    "O2 Rivers 50 GB": _about("brand", "O2 Rivers"),
    "O2 Rivers 50 GB, 24 months": _about("plan", "O2 Rivers"),
}


def _record(
    kind: str,
    value: float,
    unit: str,
    subject: str = PLAN,
    *,
    key: str = "a",
    base: str | None = None,
    label: str = "label",
    plan_ids: tuple[str, ...] = (),
) -> dict[str, Any]:
    return {
        "id": f"{kind}.{key}",
        "kind": kind,
        "label": label,
        "value": value,
        "unit": unit,
        "subject": subject,
        "about": SUBJECTS[subject],
        "base": base,
        "against": AGAINST.get(base) if base else None,
        "formula": "Formula",
        "plan_ids": list(plan_ids),
    }


MONTH: Final = "pence_per_month"
RECORDS: Final = {
    "ROSE": _record(
        "move_percent",
        10.0,
        "percent",
        base="its cost before",
        label="move of effective cost",
        plan_ids=(OWN,),
        key="o2.a",
    ),
    "FELL": _record(
        "move_percent", -5.0, "percent", base="its cost before", plan_ids=(OWN,), key="o2.b"
    ),
    "EXPOSURE": _record(
        "rise_exposure_percent",
        45.5,
        "percent",
        base="its yearly bill before rises",
        label="rise exposure",
        plan_ids=(OWN,),
    ),
    "MEAN_RISE": _record(
        "rise_mean",
        4800,
        "pence_per_year",
        "O2",
        label="mean yearly rise exposure",
        plan_ids=(OWN, OWN),
        key="o2",
    ),
    "SHARE": _record(
        "promo_share",
        31.0,
        "percent",
        "O2",
        base="O2's plans",
        label="plans that are promoted",
        plan_ids=(OWN, OWN),
        key="o2",
    ),
    "CUT": _record(
        "match_cut",
        300,
        MONTH,
        base=BASE,
        label="cut of every month that matches",
        plan_ids=(OWN, RIVAL),
    ),
    "PROMOTION": _record("match_promo", 600, MONTH, base=BASE, plan_ids=(OWN, RIVAL)),
    "DATA": _record(
        "match_data", 151_000, "mb", base=BASE, label="least data", plan_ids=(OWN, RIVAL)
    ),
    "WIN": _record(
        "win",
        1199,
        MONTH,
        "50 GB, any term at O2",
        base=BASE,
        label="cost that wins the basket",
        plan_ids=(OWN, RIVAL),
        key="50gb-any.o2",
    ),
    "ROOM": _record("basket_room", 200, MONTH, "50 GB, any term at O2", base="O2", key="50gb-any"),
    "ELSEWHERE": _record("offer_gap", -200, MONTH, base="its price at O2", plan_ids=(OWN, OWN)),
    "DEARER_ELSEWHERE": _record(
        "offer_gap", 200, MONTH, base="its price at O2", plan_ids=(OWN, OWN), key="b"
    ),
    "OFFER": _record("offer", 1300, MONTH, plan_ids=(OWN, OWN)),
    "TIER_GAP": _record("tier_gap", 300, MONTH, "O2 in the low data tier", base=BASE, key="low"),
    "BASKET_GAP": _record(
        "basket_gap", -100, MONTH, "50 GB, any term at O2", base="Vodafone", key="50gb-any"
    ),
    "RANK": _record("tier_rank", 11, "rank", "O2 in the low data tier", label="rank", key="low"),
    "INDEX": _record(
        "index",
        103.2,
        "index",
        "the market of 16 November 2026",
        base="the market of 2 November 2026",
        label="market index",
        key="2026-11-16",
    ),
    "INDEX_AT_START": _record(
        "index",
        100.0,
        "index",
        "the market of 2 November 2026",
        base="the market of 2 November 2026",
        key="2026-11-02",
    ),
    "SCORE": _record("score", 24.2, "points", label="competitiveness score", plan_ids=(OWN,)),
    "PER_GB": _record("per_gb", 30, "pence_per_gb", plan_ids=(OWN,)),
    "DEARER_COUNT": _record(
        "dearer", 8, "count", "O2", label="plans or sizes dearer than the rival", key="o2"
    ),
    "NONE_CHEAPER": _record("cheaper", 0, "count", "O2", key="o2"),
    "RISING": _record("rising", 10, "count", "O2", label="contracts that rise", key="o2"),
    "WON": _record("baskets_won", 6, "count", "O2", label="baskets won", key="o2"),
    "EMPTY": _record("empty_cells", 2, "count", "the market", label="cells nobody sells in"),
}
FACTS: Final[Mapping[str, Sayable]] = choose_facts(
    map(StoredFact.read, RECORDS.values()), PLANS, most=150
)
TOKENS: Final = {
    name: next(token for token, fact in FACTS.items() if fact.fact.id == record["id"])
    for name, record in RECORDS.items()
}


def _fill(text: str) -> str:
    for name, token in TOKENS.items():
        text = text.replace(f"<{name}>", f"{{{{{token}}}}}")
    return text


def _rules_against(text: str) -> set[str]:
    return {offence.rule for offence in judge_text(_fill(text), FACTS, longest=500)}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("O2 cut its price by <ROSE>.", "direction"),
        ("O2 raised its price by <FELL>.", "direction"),
        ("O2 should raise its price by <ROSE>.", "direction"),
        ("O2 is cheaper by <ROSE>.", "direction"),
        ("The bill of O2 falls by <EXPOSURE>.", "direction"),
        ("O2 contracts fall by <MEAN_RISE>.", "direction"),
        ("O2 is cheaper by <SHARE>.", "comparative"),
        ("O2 cut its price by <CUT>.", "direction"),
        ("O2 should raise its price by <CUT>.", "direction"),
        ("O2 is dearer by <CUT>.", "direction"),
        ("Vodafone should cut its price by <CUT>.", "direction"),
        ("O2 should raise its price by <PROMOTION>.", "direction"),
        ("O2 charges <CUT>.", "wrong_kind"),
        ("O2 charges <WIN>.", "wrong_kind"),
        ("O2 wins at <WIN>.", "superlative"),
        ("Vodafone would win at <WIN>.", "wrong_brand"),
        ("O2 should cut its price by <ROOM>.", "direction"),
        ("O2 is cheaper by <ELSEWHERE>.", "direction"),
        ("O2 is dearer elsewhere by <ELSEWHERE>.", "direction"),
        ("O2 is cheaper than elsewhere by <ELSEWHERE>.", "direction"),
        ("O2 is cheaper elsewhere by <DEARER_ELSEWHERE>.", "direction"),
        ("O2 undercuts other sellers by <ELSEWHERE>.", "direction"),
        ("O2 charges <OFFER>.", "wrong_kind"),
        ("O2 is cheaper by <TIER_GAP>.", "direction"),
        ("O2 is dearer than Vodafone by <BASKET_GAP>.", "direction"),
        ("Vodafone is cheaper by <BASKET_GAP>.", "direction"),
        ("The market fell to <INDEX>.", "direction"),
        ("The market rose to <INDEX_AT_START>.", "direction"),
        ("O2 fell to <INDEX>.", "wrong_brand"),
        ("O2 is dearer, <DEARER_COUNT>.", "comparative"),
        ("With <DEARER_COUNT> O2 is dearer.", "comparative"),
        ("O2 is cheaper on <DEARER_COUNT>.", "comparative"),
        ("O2 is cheaper on <NONE_CHEAPER>.", "comparative"),
        ("Vodafone is dearer on <DEARER_COUNT>.", "wrong_brand"),
        ("Of O2 contracts <RISING> fall.", "comparative"),
        ("O2 wins the market with <WON>.", "superlative"),
        ("O2 ranks <RANK>.", "superlative"),
        ("O2 charges <RANK>.", "wrong_kind"),
        ("O2 leaves <EMPTY> empty.", "wrong_brand"),
    ],
)
def test_a_word_that_its_fact_does_not_carry_is_refused(text: str, rule: str) -> None:
    assert rule in _rules_against(text)


@pytest.mark.parametrize(
    "text",
    [
        "O2 raised its price by <ROSE>.",
        "O2 cut its price by <FELL>.",
        "O2 has a rise of <ROSE>.",
        "The bill of O2 rises by <EXPOSURE>.",
        "O2 contracts rise by <MEAN_RISE>.",
        "O2 promotes <SHARE>.",
        "To match Vodafone, O2 should cut <CUT>.",
        "O2 could trim its price by <PROMOTION>.",
        "To match Vodafone, O2 would have to give <DATA>.",
        "O2 would win the basket at <WIN>.",
        "O2 could raise its price by <ROOM>.",
        "O2 is cheaper elsewhere by <ELSEWHERE>.",
        "O2 is dearer than elsewhere by <ELSEWHERE>.",
        "O2 is cheaper than elsewhere by <DEARER_ELSEWHERE>.",
        "Elsewhere the price is <OFFER>.",
        "O2 is dearer by <TIER_GAP>.",
        "O2 is cheaper than Vodafone by <BASKET_GAP>.",
        "Vodafone is dearer than O2 by <BASKET_GAP>.",
        "The market rose to <INDEX>.",
        "O2 comes <RANK>.",
        "The figure of O2 is <SCORE>.",
        "O2 is dearer on <DEARER_COUNT>.",
        "At O2 <RISING> of its contracts rise.",
        "O2 wins <WON>.",
        "The market leaves <EMPTY> free.",
    ],
)
def test_a_word_that_its_fact_carries_passes(text: str) -> None:
    assert _rules_against(text) == set()


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("It is <ROSE>.", "It is +10 % of its cost before (move of effective cost, {plan})."),
        (
            "It is <EXPOSURE>.",
            "It is +46 % of its yearly bill before rises (rise exposure, {plan}).",
        ),
        ("It is <MEAN_RISE>.", "It is +£48.00 a year (mean yearly rise exposure, O2)."),
        ("It is <SHARE>.", "It is 31 % of O2's plans (plans that are promoted, O2)."),
        ("It is <CUT>.", "It is £3.00 (cut of every month that matches, {plan} against {base})."),
        ("It is <DATA>.", "It is 151 GB (least data, {plan} against {base})."),
        (
            "It is <WIN>.",
            "It is £11.99 (cost that wins the basket, 50 GB any term at O2 against {base}).",
        ),
        ("It is <ELSEWHERE>.", "It is −£2.00, {plan} against its price at O2."),
        ("It is <TIER_GAP>.", "It is +£3.00, O2 in the low data tier against {base}."),
        ("It is <BASKET_GAP>.", "It is −£1.00, 50 GB any term at O2 against Vodafone."),
        ("It is <RANK>.", "It is 11th (rank, O2 in the low data tier)."),
        (
            "It is <INDEX>.",
            "It is 103.2 (market index, the market of 16 November 2026, where the market of"
            " 2 November 2026 is 100).",
        ),
        ("It is <SCORE>.", "It is 24.2 points (competitiveness score, {plan})."),
        ("It is <PER_GB>.", "It is £0.30 a GB, {plan}."),
        ("It is <WON>.", "It is 6 (baskets won, O2)."),
        ("It is <EMPTY>.", "It is 2 (cells nobody sells in, the market)."),
    ],
)
def test_a_figure_of_every_unit_is_put_in_with_its_subject_and_base(
    text: str, rendered: str
) -> None:
    expected = rendered.format(plan=PLAN.replace(",", ""), base=BASE.replace(",", ""))

    assert render_text(_fill(text), FACTS) == expected


@pytest.mark.parametrize(
    "record",
    [
        _record("surprise", 5, "count", "O2", key="o2"),
        _record("moves", 5, "count", "O2 Rivers", key="rivers.30d"),
        _record("tier_gap", 5, MONTH, "O2 in the low data tier", base="O2 Rivers 50 GB", key="low"),
        _record(
            "tier_gap",
            5,
            MONTH,
            "O2 in the low data tier",
            base="O2 Rivers 50 GB, 24 months",
            key="low",
        ),
        _record("score", 5, "points", plan_ids=(OWN, "uswitch:gone")),
    ],
    ids=["unknown kind", "unknown brand", "unknown base", "base of a stranger", "unknown plan"],
)
def test_a_fact_whose_kind_or_brand_is_not_known_is_not_told(record: dict[str, Any]) -> None:
    assert choose_facts([StoredFact.read(record)], PLANS, most=150) == {}


def test_the_facts_of_a_brand_do_not_name_its_plans() -> None:
    told = FACTS[TOKENS["SHARE"]].as_prompt()

    assert (told["of"], "against" in told) == ("O2", False)


def test_no_kind_keeps_another_from_being_told() -> None:
    gaps = [
        _record("gap", n, MONTH, f"{PLAN} against {BASE}", plan_ids=(OWN, RIVAL), key=f"{n}")
        for n in range(1, 100)
    ]

    told = choose_facts(map(StoredFact.read, [*gaps, *RECORDS.values()]), PLANS, most=60)

    kinds = {fact.kind for fact in told.values()}
    assert {"move_percent", "match_cut", "promo_share", "rising", "index", "score"} <= kinds
