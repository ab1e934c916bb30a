from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from planwatch.analysis.report.comparison import compute_comparison, write_comparison
from planwatch.analysis.report.writing import write_top
from planwatch.domain.plan import Plan, PriceStep
from planwatch.errors import NoPlans, UsageError
from tests.support.plans import make_plan, make_three_plan
from tests.support.reports import compare


def _write(*plans: Plan, a: str = "Three", b: str = "Vodafone") -> dict[str, Any]:
    return compare(plans, a, b)


def _sentences(document: dict[str, Any], section_id: str) -> list[str]:
    [section] = [part for part in document["sections"] if part["id"] == section_id]
    return list(section["sentences"])


def _voda(**overrides: Any) -> Plan:
    return make_plan(**({"brand": "Vodafone", "price_pence": 1200} | overrides))


def test_a_brand_cheaper_on_headline_and_dearer_on_effective_cost_is_told_on() -> None:
    document = _write(make_three_plan(), _voda())

    # Three: £7.00 headline, 34245 / 24 = £14.27 effective; Vodafone: £12.00 flat
    assert document["verdict"] == (
        "On effective cost, Vodafone is cheaper than Three in the one like-for-like pair. "
        "Of 20 usage baskets, Three wins none and Vodafone 4; neither brand serves 16."
    )
    assert document["findings"] == [
        "At 25 GB, 24 months, Three is cheaper than Vodafone on headline price (£7.00 against "
        "£12.00) but dearer on effective cost (£14.27 against £12.00): compare effective costs.",
        "Like for like, Three's widest gap above Vodafone is on 25 GB, "
        "24 months: £14.27, which is £2.27 (19 %) more than Vodafone 25 GB, 24 months at £12.00; "
        "cutting £2.27 off every month would match it.",
        "1 of Three's 1 plan is dominated: Vodafone has one that costs no more and offers no less.",
    ]


def test_the_rival_cheaper_on_headline_only_is_told_on_too() -> None:
    document = _write(make_three_plan(), _voda(), a="Vodafone", b="Three")

    assert document["findings"][0].startswith(
        "At 25 GB, 24 months, Three is cheaper than Vodafone on headline price (£7.00 against "
        "£12.00) but dearer on effective cost (£14.27 against £12.00)"
    )


def test_a_headline_far_below_the_effective_cost_is_told_on() -> None:
    sentences = _sentences(_write(make_three_plan(), _voda()), "ladder")

    # 1427 / 700 − 1 = 103.9 %
    assert sentences[-1] == (
        "The headline price misleads on 1 Three plan, 25 GB, 24 months: it starts at £7.00 but "
        "costs £14.27 a month over the term (+104 %). Quote the effective cost."
    )


def test_baskets_say_who_leads_where_and_the_price_that_would_win() -> None:
    sentences = _sentences(
        _write(
            make_plan(brand="Three", gb=100, price_pence=1500),
            _voda(gb=100, price_pence=2000),
            make_plan(brand="Three", gb=5, term_months=1, price_pence=800),
            _voda(gb=5, term_months=1, price_pence=600),
        ),
        "baskets",
    )

    # 5 GB: Vodafone 600 to Three's 800 (4 baskets); 15, 50, 100 GB any term: Three (6 baskets)
    assert sentences == [
        "Of 20 usage baskets, Three wins 6 and Vodafone 4; neither brand serves 10.",
        "Three's widest lead: 15 GB, any term, where Three costs £15.00, £5.00 (25 %) less than "
        "Vodafone at £20.00.",
        "Vodafone's widest lead: 5 GB, any term, where Three costs £8.00, £2.00 (33 %) more than "
        "Vodafone at £6.00; Three would win it at £5.99.",
    ]


def test_a_lead_says_that_the_price_could_rise_by_it_before_the_brands_tie() -> None:
    sentences = _sentences(_write(make_plan(brand="Three"), _voda()), "gaps")

    assert sentences == [
        "Three's widest gap below Vodafone is on 25 GB, 24 months: £10.00, which is £2.00 (17 %) "
        "less than Vodafone 25 GB, 24 months at £12.00; its price could rise by that much before "
        "the two tie."
    ]


def test_a_plan_that_the_rival_does_not_cover_is_counted() -> None:
    sentences = _sentences(_write(make_plan(brand="Three", gb=None), _voda()), "gaps")

    assert sentences == [
        "1 Three plan has no equivalent: Vodafone is not known to sell as much data on as short a "
        "term with no less speed and roaming."
    ]


def test_brands_that_share_no_size_are_said_to() -> None:
    document = _write(make_plan(brand="Three", gb=5), _voda())

    assert document["verdict"].startswith("Three and Vodafone have no plan with the same data and")


def test_brands_that_tie_everywhere_are_said_to() -> None:
    document = _write(make_plan(brand="Three"), _voda(price_pence=1000))

    assert document["verdict"] == (
        "On effective cost, Three and Vodafone tie in 1 like-for-like pair. Of 20 usage baskets, "
        "Three wins none and Vodafone none; 4 are ties and neither brand serves 16."
    )


def test_domination_is_reported_both_ways() -> None:
    plans = [
        make_plan(brand="Three"),
        _voda(),
        make_plan(brand="Three", gb=100, price_pence=2000, roaming=None),
        _voda(gb=120, price_pence=1800),
    ]
    document = _write(*plans)

    # Three's 100 GB: 2000 − 1800 = 200, and 1799 ends it since 120 GB is more than 100 GB
    assert _sentences(document, "dominated") == [
        "None of Three's 2 plans is clearly dominated; 1 may be dominated: its page does not state "
        "roaming or speed.",
        "Three 100 GB, 24 months at £20.00 a month is dominated by Vodafone 120 GB, 24 months at "
        "£18.00, unless its roaming (not stated) is better; after a cut of £2.01 a month, to "
        "£17.99, it is no longer dominated by that plan.",
        "1 of Vodafone's 2 plans is dominated: Three has one that costs no more and offers no "
        "less.",
        "Vodafone 25 GB, 24 months at £12.00 a month is dominated by Three 25 GB, 24 months at "
        "£10.00; after a cut of £2.00 a month, to £10.00, it is no longer dominated by that plan.",
    ]
    assert document["caveats"][-1].startswith("1 of 2 dominated plans does not state")


def test_the_same_plan_cheaper_at_the_aggregator_is_a_finding() -> None:
    sold_there = make_plan(
        brand="Three", source="uswitch", retailer="Mobiles.co.uk", price_pence=900
    )

    sentences = _sentences(_write(make_plan(brand="Three"), sold_there, _voda()), "direct")

    assert sentences[-1] == (
        "Three 25 GB, 24 months costs £9.00 a month at Mobiles.co.uk, £1.00 below Three's own "
        "price."
    )


def test_brands_that_are_each_cheaper_as_often_are_said_to_be() -> None:
    document = _write(
        make_plan(brand="Three"),
        _voda(),
        make_plan(brand="Three", gb=5),
        _voda(gb=5, price_pence=9),
    )

    assert document["verdict"].startswith(
        "On effective cost, Three and Vodafone are each cheaper in 1 of 2 like-for-like pairs."
    )


def test_of_several_the_widest_in_pounds_is_told() -> None:
    rise = (PriceStep(2, 900),)
    document = _write(
        make_plan(brand="Three", gb=5, price_pence=300),  # 100 above: 50 % of Vodafone's
        _voda(gb=5, price_pence=200),
        make_plan(brand="Three", gb=20, price_pence=1500),  # 300 above: 25 %
        _voda(gb=20, price_pence=1200),
        make_plan(brand="Three", gb=50, price_pence=1600),  # 100 below
        _voda(gb=50, price_pence=1700),
        make_plan(brand="Three", gb=100, price_pence=1700),  # 600 below
        _voda(gb=100, price_pence=2300),
        _voda(gb=3, term_months=2, price_pence=800, price_steps=rise),  # 850 / 800: +6 %
        _voda(gb=4, term_months=2, price_pence=600, price_steps=rise),  # 750 / 600: +25 %
        _voda(gb=2, term_months=2, price_pence=700, price_steps=rise),  # 800 / 700: +14 %
        _voda(gb=1, term_months=2, price_pence=692, price_steps=rise),  # 796 / 692: +15.0 %
    )

    assert [sentence.split(":")[0] for sentence in _sentences(document, "gaps")[:2]] == [
        "Like for like, Three's widest gap above Vodafone is on 20 GB, 24 months",
        "Three's widest gap below Vodafone is on 100 GB, 24 months",
    ]
    assert _sentences(document, "ladder")[1].startswith(
        "The headline price misleads on 2 Vodafone plans, most of all on 4 GB, 2 months:"
    )
    # 15 GB: 1500 − 1200 = 300; 5 GB: 300 − 200 = 100; 100 GB: 1700 − 2300 = −600
    assert [sentence.split(",")[0] for sentence in _sentences(document, "baskets")[1:]] == [
        "Three's widest lead: 100 GB",
        "Vodafone's widest lead: 15 GB",
    ]


def test_a_domination_that_is_certain_is_told_before_a_wider_one_that_is_not() -> None:
    sentences = _sentences(
        _write(
            make_plan(brand="Three", gb=5, price_pence=1300),
            _voda(),
            make_plan(brand="Three", gb=20, price_pence=2500, roaming=None),
        ),
        "dominated",
    )

    assert sentences[1].startswith("Three 5 GB, 24 months at £13.00 a month is dominated by")


def test_a_comparison_has_its_sections_in_order_and_names_what_it_left_out() -> None:
    document = _write(
        make_three_plan(as_of=date(2025, 11, 20)),
        _voda(),
        _voda(gb=77, verified=False),
        make_plan(brand="EE", verified=False),
    )

    assert [section["id"] for section in document["sections"]] == [
        "brands",
        "ladder",
        "gaps",
        "baskets",
        "dominated",
        "rises",
        "promotions",
        "moves",
        "white_space",
        "match",
        "direct",
        "market",
    ]
    assert (document["kind"], document["brands"], document["focus"], document["as_of"]) == (
        "compare",
        ["Three", "Vodafone"],
        None,
        "2025-11-21",
    )
    assert document["left_out"] == [
        {
            "plan_id": "vodafone:vodafone-77gb-24m",
            "name": "O2 SIM",
            "brand": "Vodafone",
            "reason": "not verified: only the card miner found it",
            "captured_at": None,
            "capture_sha256": None,
        }
    ]


def test_every_row_holds_a_raw_value_for_every_column() -> None:
    document = _write(make_three_plan(), _voda(), _voda(gb=None))
    tables = [table for section in document["sections"] for table in section["tables"]]

    first = ["brands", "pairs", "rungs", "gaps", "baskets", "dominated"]
    assert [table["id"] for table in tables][:6] == first
    for table in tables:
        keys = [column["key"] for column in table["columns"]]
        assert all([key for key in row if key != "ids"] == keys for row in table["rows"])
    assert tables[1]["rows"][0] == {
        "data_mb": 25_000,
        "term_months": 24,
        "a_headline_pence": 700,
        "b_headline_pence": 1200,
        "a_effective_pence": 1427,
        "b_effective_pence": 1200,
        "gap_pence": 227,
        "gap_percent": 18.9,
        "rival_lacks": None,
        "ids": {
            "gap_pence": "pair_gap.three.25000-24m",
            "gap_percent": "pair_gap_percent.three.25000-24m",
        },
    }


def test_the_figures_survive_a_checkpoint_and_read_the_same_after_it() -> None:
    computed = compute_comparison([make_three_plan(), _voda()], "Three", "Vodafone")

    kept = json.loads(json.dumps(computed, allow_nan=False))

    again, first = (write_comparison(one, write_top(one["sections"])) for one in (kept, computed))
    assert again == first


def test_the_order_of_the_plans_does_not_change_the_words() -> None:
    rise = (PriceStep(date(2026, 4, 1), 1450),)
    plans = [make_three_plan(), _voda(), _voda(gb=50, price_steps=rise), make_plan(brand="Three")]
    there, back = _write(*plans), _write(*reversed(plans))

    assert (there["verdict"], there["findings"], there["sections"]) == (
        back["verdict"],
        back["findings"],
        back["sections"],
    )


def test_fact_ids_are_unique() -> None:
    document = _write(make_three_plan(), _voda(), _voda(variant="Plus"))
    ids = [fact["id"] for fact in document["facts"]]

    assert len(ids) == len(set(ids))
    assert {"gap.three-25gb-24m", "basket.15gb-any.vodafone"} <= set(ids)


def test_a_brand_without_plans_cannot_be_compared() -> None:
    with pytest.raises(NoPlans) as caught:
        compute_comparison([make_three_plan()], "Three", "Vodafone")

    assert caught.value.message == "no plans of Vodafone to compare"
    assert caught.value.hint == "run: planwatch scrape vodafone"


def test_a_brand_is_not_compared_with_itself() -> None:
    with pytest.raises(UsageError, match="O2 against itself"):
        compute_comparison([make_plan()], "O2", "O2")
