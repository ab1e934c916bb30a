from datetime import date

import pytest

from planwatch.domain.page import Page
from planwatch.domain.plan import PriceStep
from planwatch.errors import LayoutChanged, NothingFound
from planwatch.sources.contract import Reading
from planwatch.sources.sites.vodafone import SOURCE

CARD = """
<div data-testid="plan-card-item"><div><h2>20GB data</h2></div>
<div data-testid="price-wrapper">£
 19 <span>a month</span></div>
<p data-testid="price-rise-text">Increases to £21.50 on 1 April 2027</p>
<ul><li data-testid="common-benefit-item">Unlimited UK minutes and texts</li></ul></div>"""
CHOSEN = '<div id="contractLength"><span>24 Months</span></div>'


def read(*cards: str, dropdown: str = CHOSEN) -> Reading:
    listed = f'<section data-testid="plan-list-content">{"".join(cards)}</section>'
    return SOURCE.parse(Page(body=f"<main>{dropdown}{listed}</main>".encode()), date(2026, 11, 2))


@pytest.mark.parametrize(
    "price",
    ["£ 19 a month", "£\n19\na month", "<span>£</span><span>19</span><span>a month</span>"],
)
def test_white_space_after_the_pound_sign_does_not_hide_the_price(price: str) -> None:
    card = CARD.replace("£\n 19 <span>a month</span>", price)

    assert read(card).plans[0].price_pence == 1900


def test_a_was_price_is_never_the_headline() -> None:
    for was in ("<s>£25</s>", "<span>Was £25</span>"):
        (plan,) = read(CARD.replace("£\n 19 ", f"{was}<span>£ 19</span>")).plans

        assert (plan.price_pence, plan.list_price_pence) == (1900, 2500)


def test_both_rises_of_one_sentence_are_read() -> None:
    card = CARD.replace("2027</p>", "2027 and £24.00 on 1 April 2028</p>")

    assert read(card).plans[0].price_steps == (
        PriceStep(date(2027, 4, 1), 2150),
        PriceStep(date(2028, 4, 1), 2400),
    )


def test_a_rise_without_a_date_makes_the_card_unreadable() -> None:
    reading = read(
        CARD.replace("20GB", "5GB"), CARD.replace("on 1 April 2027", "and £24.00 next year")
    )

    assert [plan.allowance.data_mb for plan in reading.plans] == [5_000]
    assert "a rise without its price or date" in reading.unreadable[0].reason


@pytest.mark.parametrize(
    "dropdown",
    [
        '<div id="contractLength"><span>12 Months</span></div>',
        '<div id="contractLength"><ul><li id="1 Months">1 Months</li>'
        '<li id="12 Months" aria-selected="true">12 Months</li></ul></div>',
        '<div id="contractLength"></div><ul><li id="24 Months" aria-selected="false">24 Months</li>'
        '<li id="12 Months" aria-selected="true">12 Months</li></ul>',
        '<select id="contractLength"><option>24 Months</option>'
        "<option selected>12 Months</option></select>",
    ],
)
def test_the_contract_length_is_the_one_chosen_in_the_dropdown(dropdown: str) -> None:
    assert read(CARD, dropdown=dropdown).plans[0].term_months == 12


def test_the_contract_length_on_the_card_counts_before_the_dropdown() -> None:
    card = CARD.replace("</h2>", "</h2><p>12 month contract</p>")

    assert read(card).plans[0].term_months == 12


def test_the_months_of_a_perk_are_no_contract_length() -> None:
    card = CARD.replace("<ul>", "<ul><li>Music stream: 6 months free with this plan</li>")

    assert read(card).plans[0].term_months == 24


def test_a_contract_length_that_nothing_states_is_not_guessed() -> None:
    closed = '<div id="contractLength"><ul><li>1 Months</li><li>24 Months</li></ul></div>'

    with pytest.raises(LayoutChanged, match="none chosen at #contractLength"):
        read(CARD, dropdown=closed)


def test_one_month_counts_as_rolling() -> None:
    chosen = '<div id="contractLength">1 Months</div>'

    assert read(CARD, dropdown=chosen).plans[0].plan_kind == "rolling"


def test_the_speed_tiers_of_unlimited_data_are_plans_of_their_own() -> None:
    lite = CARD.replace("20GB data</h2>", "Unlimited Lite</h2><p>Speeds up to 10Mbps</p>")

    reading = read(
        lite, CARD.replace("20GB data", "Unlimited Max"), CARD.replace("20GB data", "Unlimited")
    )

    assert [(plan.plan_key, plan.max_speed_mbps) for plan in reading.plans] == [
        ("vodafone-unlimited-24m-lite", 10),
        ("vodafone-unlimited-24m-max", None),
        ("vodafone-unlimited-24m", None),
    ]


def test_unlimited_minutes_do_not_make_the_data_unlimited() -> None:
    (plan,) = read(CARD).plans

    assert (plan.allowance.data_mb, plan.minutes, plan.texts) == (20_000, "unlimited", "unlimited")


@pytest.mark.parametrize(
    ("text", "roaming", "roaming_mb"),
    [
        ("EU roaming up to 25GB", "eu", 25_000),
        ("No EU roaming", "none", None),
        ("No roaming charges in the EU", "eu", None),
        ("Global roaming", "global", None),
        ("EU roaming from £2.59 a day", None, None),
        ("Roam in 83 places", None, None),
    ],
)
def test_roaming_is_known_only_where_it_is_stated(
    text: str, roaming: str | None, roaming_mb: int | None
) -> None:
    item = f'<li data-testid="common-benefit-item">{text}</li></ul>'

    (plan,) = read(CARD.replace("</ul>", item)).plans

    assert (plan.roaming, plan.roaming_mb) == (roaming, roaming_mb)


def test_a_card_in_the_hidden_modal_is_no_plan() -> None:
    hidden = f'<div style="display: none">{CARD.replace("20GB", "5GB")}</div>'

    assert [plan.allowance.data_mb for plan in read(CARD, hidden).plans] == [20_000]


def test_renamed_cards_are_a_changed_layout_and_an_empty_list_is_not() -> None:
    with pytest.raises(LayoutChanged, match="plan-card-item"):
        read(CARD.replace("plan-card-item", "tile"))
    with pytest.raises(NothingFound):
        read("<p>No plans match.</p>")


@pytest.mark.parametrize(
    "heading",
    [
        "Unlimited Max",
        "Best seller Unlimited Max",
        "Unlimited Max - ends Monday",
        "Unlimited Max (Web exclusive)",
        "NEW! Unlimited Max",
    ],
)
def test_a_badge_in_the_heading_is_no_tier(heading: str) -> None:
    (plan,) = read(CARD.replace("20GB data", heading)).plans

    assert (plan.name, plan.variant) == ("Unlimited Max", "Max")
