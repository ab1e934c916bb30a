from __future__ import annotations

import json
from typing import Any

import pytest

from planwatch.analysis.report.market_report import compute_section, write_market_report
from planwatch.analysis.report.sections.section import sections_of
from planwatch.analysis.report.study import study_market
from planwatch.analysis.report.writing import write_top
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.plan import Plan
from planwatch.errors import NoPlans
from tests.support.plans import make_plan, make_three_plan
from tests.support.reports import SECTION_NAMES, report_section


def _market() -> list[Plan]:
    return [
        make_plan(price_pence=1500),  # O2 25 GB
        make_plan(gb=120, price_pence=1800),  # O2 120 GB
        make_plan(gb=50, price_pence=2500),  # O2 50 GB, beaten by O2's own 120 GB
        make_plan(brand="Vodafone", price_pence=1200),
        make_plan(brand="Vodafone", gb=120, price_pence=2100),
        make_plan(brand="Lebara", source="uswitch", gb=5, term_months=1, price_pence=500),
    ]


def _rows(section: dict[str, Any], table_id: str) -> list[dict[str, Any]]:
    [table] = [table for table in section["tables"] if table["id"] == table_id]
    return list(table["rows"])


def test_the_overview_says_who_sells() -> None:
    section = report_section("overview", _market(), "O2")

    assert [(row["brand"], row["plans"], row["seen_at"]) for row in _rows(section, "brands")] == [
        ("Lebara", 1, "Uswitch"),
        ("O2", 3, "the brand"),
        ("Vodafone", 2, "the brand"),
    ]
    assert section["sentences"][0] == (
        "The market has 6 comparable plans from 3 brands; O2 sells 3 of them."
    )


def test_each_data_tier_says_where_the_focus_stands_in_it() -> None:
    section = report_section("tiers", _market(), "O2")

    assert [(row["tier"], row["gap_pence"], row["rank"]) for row in _rows(section, "tiers")] == [
        ("low", None, None),
        ("medium", 300, 2),
        ("high", 0, 1),
    ]
    # medium: O2 1500 against Vodafone 1200; 300 / 1200 = 25 %
    assert section["sentences"][:3] == [
        "O2 sells nothing for up to 20 GB; the cheapest plan there is Lebara 5 GB, 1 month at "
        "£5.00 a month.",
        "For over 20 and up to 100 GB, O2 ranks 2nd of 2 brands: its cheapest plan costs £15.00 a "
        "month, £3.00 (25 %) more than Vodafone 25 GB, 24 months at £12.00.",
        "O2 has the lowest effective cost for over 100 GB: £18.00 a month (120 GB, 24 months).",
    ]
    facts = {f["id"]: f["value"] for f in section["facts"] if f["id"].startswith("tier.")}
    assert facts == {
        "tier.low": 500,
        "tier.medium": 1200,
        "tier.medium.o2": 1500,
        "tier.high": 1800,
        "tier.high.o2": 1800,
    }


def test_the_ladder_sets_each_size_of_the_focus_against_its_cheapest_rival() -> None:
    section = report_section("tiers", _market(), "O2")

    assert [
        (row["plan"], row["rival"], row["gap_pence"], row["basis"])
        for row in _rows(section, "gaps")
    ] == [
        ("25 GB, 24 months", "Vodafone 25 GB, 24 months", 300, "same data and term"),
        ("50 GB, 24 months", "Vodafone 120 GB, 24 months", 400, "as much data, no longer term"),
        ("120 GB, 24 months", "Vodafone 120 GB, 24 months", -300, "same data and term"),
    ]
    assert section["sentences"][3:] == [
        "Of 3 sizes with a rival, O2 is dearer than the cheapest rival at 2, cheaper at 1 and tied "
        "at 0.",
        "Like for like, O2's widest gap above the cheapest rival is on "
        "50 GB, 24 months: £25.00, which is £4.00 (19 %) more than Vodafone 120 GB, 24 months at "
        "£21.00; cutting £4.00 off every month would match it.",
        "O2's widest gap below the cheapest rival is on 120 GB, 24 months: £18.00, which is £3.00 "
        "(14 %) less than Vodafone 120 GB, 24 months at £21.00; its price could rise by that much "
        "before the two tie.",
    ]


def test_the_ladder_says_which_sizes_no_rival_covers() -> None:
    section = report_section("tiers", [*_market(), make_plan(gb=None, price_pence=2600)], "O2")

    assert section["sentences"][-2:] == [
        "No rival sells as much data on as short a term as O2 does: unlimited data, 24 months.",
        "O2's unlimited data costs £8.00 more a month than its largest capped plan.",
    ]


def test_baskets_show_each_brands_price_the_winner_and_the_gap_to_the_market() -> None:
    section = report_section("baskets", _market(), "O2")
    first = _rows(section, "baskets")[0]

    # 5 GB, any term: Lebara 500, Vodafone 1200, O2 1500; 1000 / 500 = 200 %
    assert first == {
        "basket": "5 GB, any term",
        "focus_pence": 1500,
        "market_pence": 500,
        "winner": "Lebara",
        "gap_pence": 1000,
        "gap_percent": 200.0,
        "rival_pence": 500,
        "median_pence": 1200,
        "ids": {
            "focus_pence": "basket.5gb-any.o2",
            "gap_pence": "basket_gap.5gb-any.o2",
            "gap_percent": "basket_gap_percent.5gb-any.o2",
        },
    }
    assert [
        (row["brand"], row["5gb-any"], row["5gb-1m"]) for row in _rows(section, "basket_prices")
    ] == [("Lebara", 500, 500), ("O2", 1500, None), ("Vodafone", 1200, None)]
    # served: 5 GB × 4 (Lebara), 15 GB any × 2 (Vodafone), 50 and 100 GB any × 4 (O2)
    assert section["sentences"] == [
        "O2 wins 4 of 10 usage baskets.",
        "Closest to winning: 15 GB, any term, where O2 costs £15.00, £3.00 (25 %) more than "
        "Vodafone at £12.00; it would win at £11.99.",
        "Furthest behind: 5 GB, any term, where O2 costs £15.00, £10.00 (200 %) more than Lebara "
        "at £5.00.",
        "Widest lead: 50 GB, any term, where O2 costs £18.00 and the cheapest rival £21.00; O2 "
        "could charge £3.00 more before they tie.",
        "O2 has no plan for 2 baskets that rivals serve, such as 5 GB, 1 month (Lebara at £5.00).",
    ]


def test_the_rival_that_wins_most_baskets_is_named() -> None:
    section = report_section("baskets", [make_plan(), make_plan(brand="EE", price_pence=900)], "O2")

    assert section["sentences"][0] == ("O2 wins none of 4 usage baskets; EE leads with 4.")


def test_the_frontier_lists_efficient_plans_and_what_ends_each_domination() -> None:
    section = report_section("frontier", _market(), "O2")

    assert [row["plan"] for row in _rows(section, "frontier")] == [
        "Lebara 5 GB, 1 month",
        "Vodafone 25 GB, 24 months",
        "O2 120 GB, 24 months",
    ]
    # 25 GB: 1500 − 1200, 1200 ends it; 50 GB: 2500 − 1800, 120 GB is more, so 1799 ends it
    assert [
        (row["plan"], row["dominator"], row["gap_pence"], row["ends_at_pence"])
        for row in _rows(section, "dominated")
    ] == [
        ("O2 25 GB, 24 months", "Vodafone 25 GB, 24 months", 300, 1200),
        ("O2 50 GB, 24 months", "O2 120 GB, 24 months", 700, 1799),
    ]
    assert section["sentences"] == [
        "3 of 6 plans in the market are efficient: no other plan costs as little and offers as "
        "much.",
        "2 of O2's 3 plans are dominated: another plan costs no more and offers no less.",
        "Efficient O2 plan: O2 120 GB, 24 months.",
        "1 of the dominated plans is dominated by another O2 plan: reprice or withdraw it.",
        "O2 50 GB, 24 months at £25.00 a month is dominated by O2 120 GB, 24 months at £18.00; "
        "after a cut of £7.01 a month, to £17.99, it is no longer dominated by that plan.",
    ]


def test_the_summary_puts_the_sections_under_one_verdict() -> None:
    plans = [*_market(), make_plan(verified=False, gb=1)]
    study = study_market(plans, "O2")
    computed = [compute_section(section, study) for section in sections_of(ANALYSE)]
    kept = json.loads(json.dumps(computed, allow_nan=False))

    document = write_market_report(kept, write_top(kept), "O2")

    assert document["verdict"] == (
        "O2 wins 4 of 10 usage baskets. 2 of O2's 3 plans are dominated: another plan costs no "
        "more and offers no less."
    )
    # O2's 50 GB is both the dearest and the widest dominated: it is told of once
    assert [finding.split(":")[0] for finding in document["findings"]] == [
        "Like for like, O2's widest gap above the cheapest rival is on 50 GB, 24 months",
        "For over 20 and up to 100 GB, O2 ranks 2nd of 2 brands",
        "Widest lead",
    ]
    assert (document["kind"], document["focus"]) == ("analyse", "O2")
    assert document["as_of"] == "2025-11-21"
    assert document["brands"] == ["O2"]
    assert document["market_brands"] == ["Lebara", "O2", "Vodafone"]
    assert [section["id"] for section in document["sections"]] == [
        *(name for name in SECTION_NAMES if name != "market"),
        "summary",
        "market",
    ]
    assert all(set(part) == {"id", "title", "sentences", "tables"} for part in document["sections"])
    assert [item["plan_id"] for item in document["left_out"]] == ["o2:o2-1gb-24m"]
    assert document["caveats"][0] == "1 plan that no parser has verified is left out."
    assert document["caveats"][1].startswith("Lebara is seen only through Uswitch")
    ids = [fact["id"] for fact in document["facts"]]
    assert len(ids) == len(set(ids))


def test_every_row_of_every_section_holds_a_value_for_every_column() -> None:
    for name in SECTION_NAMES:
        for table in report_section(name, _market(), "O2")["tables"]:
            keys = [column["key"] for column in table["columns"]]
            assert all([key for key in row if key != "ids"] == keys for row in table["rows"])


@pytest.mark.parametrize("name", SECTION_NAMES)
def test_a_focus_brand_without_plans_stops_every_section(name: str) -> None:
    with pytest.raises(NoPlans, match="no plans of EE to compare"):
        report_section(name, _market(), "EE")


@pytest.mark.parametrize("name", SECTION_NAMES)
def test_a_market_of_one_brand_is_still_reported(name: str) -> None:
    section = report_section(name, [make_three_plan()], "Three")

    assert section["id"] == name
    assert section["sentences"]
