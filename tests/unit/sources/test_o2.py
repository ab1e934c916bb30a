from datetime import date

import pytest

from planwatch.domain.page import Page
from planwatch.domain.plan import PriceStep
from planwatch.errors import LayoutChanged, NothingFound
from planwatch.sources.contract import Reading, Unreadable
from planwatch.sources.sites.o2 import SOURCE

CARD = """
<div data-role="card"><p>CLASSIC</p><p>100GB</p><p>Data</p><p>24 Month Airtime Plan</p>
<p>Unlimited UK Minutes &amp; Texts</p><p>MONTHLY</p><p>£24.00</p>
<p>Total monthly cost increasing to:</p><p>£26.50 from</p><p>Apr 2027 bill</p>
<button>Choose</button></div>"""


def read(*cards: str) -> Reading:
    body = f"<main><h1>SIM only</h1>{''.join(cards)}</main>".encode()
    return SOURCE.parse(Page(body=body), date(2026, 11, 2))


def test_the_price_is_the_one_after_monthly_not_the_price_after_the_rise() -> None:
    (plan,) = read(CARD).plans

    assert plan.price_pence == 2400
    assert plan.price_steps == (PriceStep(date(2027, 4, 1), 2650),)


def test_a_later_price_printed_above_is_still_not_the_headline() -> None:
    card = CARD.replace("<p>CLASSIC</p>", "<p>£26.50 from Apr 2027 bill</p><p>CLASSIC</p>")

    assert read(card).plans[0].price_pence == 2400


def test_a_was_price_is_never_the_headline() -> None:
    for was in ("<p>Was £30.00</p>", "<p>Was</p><p>£30.00</p>", "<p><s>£30.00</s></p>"):
        (plan,) = read(CARD.replace("<p>£24.00</p>", f"{was}<p>£24.00</p>")).plans

        assert (plan.price_pence, plan.list_price_pence) == (2400, 3000)


def test_a_price_cut_into_two_elements_keeps_its_pence() -> None:
    card = CARD.replace("<p>£24.00</p>", "<p><span>£24</span><span>.50</span></p>")

    assert read(card).plans[0].price_pence == 2450


def test_unlimited_minutes_do_not_make_the_data_unlimited() -> None:
    (plan,) = read(CARD).plans

    assert (plan.allowance.data_mb, plan.minutes, plan.texts) == (
        100_000,
        "unlimited",
        "unlimited",
    )


def test_the_tier_tells_two_plans_of_the_same_data_apart() -> None:
    plus = CARD.replace("CLASSIC", "ALL ROUNDER PLAN").replace("£24.00", "£29.00")

    reading = read(CARD, plus)

    assert [plan.plan_key for plan in reading.plans] == [
        "o2-100gb-24m-classic",
        "o2-100gb-24m-all-rounder",
    ]


def test_a_card_inside_the_same_card_is_counted_once() -> None:
    reading = read(f'<div data-role="card">{CARD}</div>')

    assert [plan.price_pence for plan in reading.plans] == [2400]
    assert reading.unreadable == ()


def test_a_card_that_holds_two_different_plans_is_unreadable_not_one_plan() -> None:
    other = CARD.replace("100GB", "50GB").replace("£24.00", "£20.00")

    reading = read(CARD.replace("CLASSIC", "PLUS"), f'<div data-role="card">{CARD}{other}</div>')

    assert [plan.variant for plan in reading.plans] == ["Plus"]
    assert [entry.reason for entry in reading.unreadable] == [
        "one card, but not one value: ['100GB', '50GB']"
    ]


def test_the_card_for_virgin_media_customers_is_no_plan_for_everybody() -> None:
    virgin = CARD.replace("CLASSIC", "Are you a Virgin Media broadband customer?")

    reading = read(CARD, virgin.replace("£24.00", "£9.00"))

    assert [plan.price_pence for plan in reading.plans] == [2400]
    assert reading.unreadable == ()


def test_a_page_of_banners_only_holds_no_plan() -> None:
    with pytest.raises(NothingFound):
        read('<div data-role="card"><p>Save £240 on a tablet</p></div>')


def test_a_page_without_cards_is_a_changed_layout() -> None:
    with pytest.raises(LayoutChanged, match=r'\[data-role="card"\]'):
        read(CARD.replace("data-role", "data-kind"))


def test_a_card_without_a_contract_length_is_unreadable() -> None:
    reading = read(CARD, CARD.replace("<p>24 Month Airtime Plan</p>", "").replace("100GB", "5GB"))

    assert reading.unreadable == (
        Unreadable(where="card 2: CLASSIC 5GB Data", reason="no line states the contract length"),
    )


def test_a_rise_that_cannot_be_read_is_not_dropped() -> None:
    reading = read(CARD, CARD.replace("£26.50 from", "More from").replace("100GB", "5GB"))

    assert len(reading.plans) == 1
    assert "a rise is announced" in reading.unreadable[0].reason


def test_two_plans_with_one_key_at_two_prices_are_not_merged() -> None:
    reading = read(CARD, CARD.replace("£24.00", "£22.00"))

    assert [plan.price_pence for plan in reading.plans] == [2400]
    assert "it is not known how they differ" in reading.unreadable[0].reason


def test_a_page_saved_before_view_all_results_is_not_complete() -> None:
    reading = read(CARD, "<button>View all results</button>")

    assert [entry.where for entry in reading.unreadable] == ["end of the list"]


def test_a_page_cut_short_is_refused_not_read_in_part() -> None:
    whole = f"<html><body>{CARD}</body></html>"

    assert len(read(whole).plans) == 1
    with pytest.raises(LayoutChanged, match="cut short"):
        SOURCE.parse(Page(body=f"<html><body>{CARD}".encode()), date(2026, 11, 2))


def test_a_placeholder_price_of_nothing_is_unreadable() -> None:
    reading = read(CARD, CARD.replace("£24.00", "£0.00").replace("100GB", "5GB"))

    assert [plan.price_pence for plan in reading.plans] == [2400]
    assert [entry.where for entry in reading.unreadable] == ["card 2: CLASSIC 5GB Data"]


def test_a_hidden_template_is_no_plan() -> None:
    hidden = CARD.replace("CLASSIC", "MINI")

    reading = read(CARD, f"<template>{hidden}</template>", f"<div hidden>{hidden}</div>")

    assert [plan.variant for plan in reading.plans] == ["Classic"]


def test_each_contract_length_is_a_page_of_its_own() -> None:
    assert [(request.name, dict(request.params)) for request in SOURCE.requests] == [
        ("24-months", {"contractMonths": "24"}),
        ("12-months", {"contractMonths": "12"}),
        ("1-months", {"contractMonths": "1"}),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "<p>Best seller</p><p>CLASSIC</p><p>100GB</p>",
        "<p>CLASSIC</p><p>Best seller</p><p>100GB</p>",
        "<p>CLASSIC</p><p>Ends Monday!</p><p>100GB</p>",
        "<p>CLASSIC PLAN NEW</p><p>100GB</p>",
    ],
)
def test_a_badge_above_below_or_beside_the_tier_is_no_part_of_it(lines: str) -> None:
    (plan,) = read(CARD.replace("<p>CLASSIC</p><p>100GB</p>", lines)).plans

    assert (plan.variant, plan.name, plan.plan_key) == (
        "Classic",
        "Classic 100GB",
        "o2-100gb-24m-classic",
    )
