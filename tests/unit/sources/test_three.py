import json
from datetime import date
from pathlib import Path

import pytest

from planwatch.domain.page import Page
from planwatch.domain.plan import PriceStep
from planwatch.domain.record import plan_record
from planwatch.errors import LayoutChanged
from planwatch.sources.contract import Reading
from planwatch.sources.sites.three import SOURCE

ROOT = Path(__file__).parents[3]
CAPTURE = ROOT / ".." / "shared" / "captures" / "three-2025-11"
CASE = ROOT / "tests" / "pages" / "three" / "2026-11-02-ordinary"
AS_OF = date(2026, 11, 2)


def read_case(*changes: tuple[str, str], file: str = "unlimited-lite-24.html") -> Reading:
    text = (CASE / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return SOURCE.parse(Page(body=text.encode()), AS_OF)


def read_capture() -> Reading:
    if not CAPTURE.exists():
        pytest.skip("the third-party captures are not beside the project")
    return SOURCE.parse(Page(body=(CAPTURE / "page.html").read_bytes()), date(2025, 11, 17))


@pytest.mark.captures
def test_the_real_capture_gives_exactly_its_three_plans() -> None:
    reading = read_capture()

    found = []
    for plan in reading.plans:
        record = plan_record(plan)
        steps = {step["from"]: step["price_pence"] for step in record["price_steps"]}
        found.append(
            (
                plan.source_ref,
                plan.variant,
                plan.allowance.data_mb,
                plan.allowance.unlimited,
                plan.term_months,
                plan.price_pence,
                plan.list_price_pence,
                plan.promo_months,
                steps,
                plan.generation,
                plan.minutes,
                plan.texts,
                plan.extras,
            )
        )
    true = []
    for plan in json.loads((CAPTURE / "truth.json").read_text(encoding="utf-8"))["plans"]:
        steps = {
            step["from"] if len(step["from"]) == 10 else f"{step['from']}-01": round(
                step["price"] * 100
            )
            for step in plan["price_schedule"][1:]
        }
        true.append(
            (
                plan["name"],
                plan["tier"],
                plan["data_gb"] and plan["data_gb"] * 1000,
                plan["unlimited"],
                plan["contract_months"],
                round(plan["price_gbp_month"] * 100),
                round(plan["price_full_gbp_month"] * 100),
                plan["promo_months"],
                steps,
                "5g",
                plan["minutes"],
                plan["texts"],
                ("Three+ Rewards",),
            )
        )
    assert found == true
    assert reading.unreadable == ()


@pytest.mark.captures
def test_the_real_capture_costs_more_than_its_headlines() -> None:
    reading = read_capture()

    assert {plan.plan_key: plan.effective_pence for plan in reading.plans} == {
        "three-unlimited-24m-lite": 2249,
        "three-25gb-24m-lite": 1427,
        "three-120gb-24m-lite": 1644,
    }


def test_a_was_price_is_never_the_headline() -> None:
    reading = read_case()

    assert [(plan.price_pence, plan.list_price_pence) for plan in reading.plans] == [
        (2100, 2900),
        (750, 1500),
        (900, 1800),
    ]


def test_the_price_is_read_from_the_accessible_copy_not_from_the_split_digits() -> None:
    reading = read_case(('<p class="price-small-digits" aria-hidden="true">.50</p>', ""))

    assert reading.plans[1].price_pence == 750


def test_a_plan_in_a_card_and_in_the_panel_is_one_plan() -> None:
    reading = read_case()

    assert [plan.source_ref for plan in reading.plans] == [
        "Unlimited Lite SIMO 24M",
        "30GB Lite SIMO 24M",
        "150GB Value SIMO 24M",
    ]


def test_the_same_plan_at_two_prices_is_said_to_be_unreadable() -> None:
    reading = read_case(("<span>£21</span>", "<span>£19</span>"))

    assert len(reading.plans) == 3
    assert [entry.where for entry in reading.unreadable] == ["card 4: From £19.00 a month"]


def test_the_panel_is_believed_against_the_options_that_look_selected() -> None:
    panel = read_case(file="substituted-12.html").plans[-1]

    assert panel.plan_key == "three-12gb-12m-complete"
    assert panel.price_pence == 1300


def test_options_and_templates_without_a_price_are_no_plans() -> None:
    reading = read_case()

    assert {plan.allowance.data_mb for plan in reading.plans} == {None, 30_000, 150_000}


def test_a_saving_over_the_whole_term_is_a_promotion_of_the_whole_term() -> None:
    assert read_case().plans[0].promo_months == 24


def test_a_saving_that_does_not_fit_the_term_leaves_the_months_unknown() -> None:
    reading = read_case((">Save £192<", ">Save £96<"))

    assert reading.plans[0].promo_months is None


def test_a_promotion_that_ends_in_a_month_is_kept_as_a_month_number() -> None:
    plan = read_case().plans[1]

    assert plan.price_steps == (
        PriceStep(date(2027, 4, 1), 845),
        PriceStep(7, 1690),
        PriceStep(date(2028, 4, 1), 1880),
    )


def test_a_month_that_does_not_fit_the_badge_stays_a_date() -> None:
    plan = read_case(("from  May 27", "from  Jun 27")).plans[1]

    assert plan.price_steps[1] == PriceStep(date(2027, 6, 1), 1690)


def test_a_tier_that_nobody_knew_is_read_from_the_page() -> None:
    reading = read_case(("24 month Value plan", "24 month Grand Tour plan"))

    assert reading.plans[2].variant == "Grand Tour"
    assert reading.plans[2].plan_key == "three-150gb-24m-grand-tour"


def test_a_card_without_a_tier_is_unreadable() -> None:
    reading = read_case(("24 month Value plan", "24 month plan"))

    assert [entry.reason for entry in reading.unreadable] == ["no tier in '24 month plan'"]


def test_rises_that_are_announced_and_not_found_make_the_card_unreadable() -> None:
    reading = read_case(("ofcom-text ofcom-text-redesign flex", "rise-line flex"))

    assert [plan.source_ref for plan in reading.plans] == ["Unlimited Lite SIMO 24M"]
    assert {entry.reason for entry in reading.unreadable} == {
        "rises are announced, and nothing is at .ofcom-text"
    }


def test_roaming_is_known_only_where_the_page_states_it() -> None:
    lite, *_, complete = read_case(file="substituted-12.html").plans

    assert (lite.roaming, lite.roaming_mb) == (None, None)
    assert (complete.roaming, complete.roaming_mb) == ("eu", 20_000)
    assert complete.extras == ("Film channel included", "Shop Rewards")


def test_renamed_cards_beside_a_known_panel_are_said_to_be_missing() -> None:
    reading = read_case(("plans-card-root-redesign", "plan-tile"))

    assert [plan.source_ref for plan in reading.plans] == ["Unlimited Lite SIMO 24M"]
    assert [entry.reason for entry in reading.unreadable] == ["not on the page"]


def test_renamed_cards_without_a_panel_are_a_changed_layout() -> None:
    with pytest.raises(LayoutChanged, match=r"\.simo-top-ranking-plans \.plans-card-root"):
        read_case(("plans-card-root-redesign", "plan-tile"), ("plan-details-section", "box"))


def test_a_renamed_price_on_every_card_is_a_changed_layout() -> None:
    with pytest.raises(LayoutChanged, match="none of 4 cards"):
        read_case(
            ('class="visually-hidden"', 'class="for-readers"'),
            ('class="plan-cost-monthly-number"', 'class="cost"'),
        )
