from datetime import date

import pytest

from planwatch.domain.page import Page
from planwatch.errors import LayoutChanged, NothingFound
from planwatch.sources.contract import Reading
from planwatch.sources.sites.sky import SOURCE

CARD = """
<div id="data-plan"><p>5GB</p><p>data plan</p><span>£6.50 a month</span>
<span>£6.50</span><span>a month</span><h3>Choose a SIM type</h3></div>"""
TERM = "<p>Every SIM only plan is a 12 month contract.</p>"
BENEFITS = """
<section data-testid="data-plan-benefits"><h2>With every plan</h2><ul>
<li>Unlimited UK calls and texts</li><li>5G included</li><li>Roll your data</li></ul></section>"""


def read(*cards: str, term: str = TERM, benefits: str = BENEFITS) -> Reading:
    body = f"<main>{term}{''.join(cards)}{benefits}</main>".encode()
    return SOURCE.parse(Page(body=body), date(2026, 11, 2))


def test_every_card_counts_although_all_carry_the_same_id() -> None:
    reading = read(CARD, CARD.replace("5GB", "40GB"))

    assert [plan.plan_key for plan in reading.plans] == ["sky-5gb-12m", "sky-40gb-12m"]


def test_a_plan_below_a_gigabyte_is_read_with_its_space() -> None:
    assert read(CARD.replace("5GB", "100 MB")).plans[0].allowance.data_mb == 100


def test_data_and_label_on_one_line_are_the_same_plan() -> None:
    card = CARD.replace("<p>5GB</p><p>data plan</p>", "<p>5GB data plan</p>")

    assert read(card).plans == read(CARD).plans


def test_a_price_given_twice_is_one_price() -> None:
    assert read(CARD).plans[0].price_pence == 650


def test_a_price_given_twice_and_differently_is_unreadable() -> None:
    reading = read(CARD.replace("5GB", "40GB"), CARD.replace("£6.50 a month", "£7 a month"))

    assert len(reading.plans) == 1
    assert "not one monthly price" in reading.unreadable[0].reason


def test_a_was_price_or_a_price_for_a_gigabyte_is_never_the_headline() -> None:
    card = CARD.replace("<span>£6.50 a", "<p>Was £8 a month</p><p>£1.30 per GB</p><span>£6.50 a")

    (plan,) = read(card).plans

    assert (plan.price_pence, plan.list_price_pence) == (650, 800)


def test_benefits_of_the_page_belong_to_every_plan() -> None:
    reading = read(CARD, CARD.replace("5GB", "40GB"))

    assert [(plan.minutes, plan.texts, plan.generation, plan.extras) for plan in reading.plans] == [
        ("unlimited", "unlimited", "5g", ("Roll your data",))
    ] * 2


@pytest.mark.parametrize(
    "term",
    [
        "<p>SIM only plans run for 12 months.</p>",
        "<p>12-month minimum term on every SIM plan.</p>",
        "<p>Phones come on a 36 month contract.</p><p>SIM plans: 12 month contract.</p>",
    ],
)
def test_the_term_comes_from_what_the_page_says_about_its_sim_plans(term: str) -> None:
    assert read(CARD, term=term).plans[0].term_months == 12


def test_a_term_on_the_card_counts_before_the_term_of_the_page() -> None:
    card = CARD.replace("<p>data plan</p>", "<p>data plan</p><p>1 month rolling contract</p>")

    assert read(card).plans[0].term_months == 1


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        ("", "neither the card nor the page states a minimum term"),
        ("<p>Phones come on a 36 month contract.</p>", "neither the card nor the page"),
        (
            "<p>SIM plan: 12 month contract.</p><p>SIM plan: 1 month contract.</p>",
            "two different terms",
        ),
    ],
)
def test_a_term_that_is_not_clear_is_not_taken_to_be_twelve_months(term: str, reason: str) -> None:
    with pytest.raises(LayoutChanged, match=reason):
        read(CARD, term=term)


def test_a_page_without_cards_or_benefits_is_a_changed_layout() -> None:
    with pytest.raises(LayoutChanged, match="data-plan-benefits"):
        read(benefits="")


def test_benefits_beside_renamed_cards_are_a_changed_layout() -> None:
    with pytest.raises(LayoutChanged, match=r"yet the page prints '£6\.50 a month'"):
        read(CARD.replace("data-plan", "tile"))


def test_benefits_without_any_price_are_an_empty_list() -> None:
    with pytest.raises(NothingFound):
        read()
