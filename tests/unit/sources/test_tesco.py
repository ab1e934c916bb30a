from datetime import date

import pytest

from planwatch.domain.page import Page
from planwatch.errors import LayoutChanged, NothingFound
from planwatch.sources.contract import Reading, group_offers
from planwatch.sources.sites.tesco import SOURCE

CARD = """
<div class="product-item simo"><h3 class="result-title">60GB SIM Only</h3>
<ul><li>Unlimited minutes and texts</li><li>EU roaming</li><li>5G</li></ul>
<div class="price-wrapper">£15 a month</div><p>12-month contract</p>
<div class="clubcard-price-wrapper"><span>Clubcard Price</span><span>£12 a month</span></div>
<button>Add</button></div>"""
REGULAR = CARD.replace(CARD[CARD.index('<div class="clubcard') : CARD.index("<button>")], "")


def read(*cards: str) -> Reading:
    body = f'<div class="ais-InfiniteHits">{"".join(cards)}</div>'.encode()
    return SOURCE.parse(Page(body=body), date(2026, 11, 2))


def test_a_clubcard_price_is_a_second_offer_of_the_same_plan() -> None:
    reading = read(CARD)

    assert [(plan.plan_key, plan.price_pence, plan.condition) for plan in reading.plans] == [
        ("tesco-60gb-12m", 1500, None),
        ("tesco-60gb-12m", 1200, "Clubcard"),
    ]
    assert list(group_offers(reading.plans)) == ["tesco-60gb-12m"]


def test_a_clubcard_price_is_never_the_price_for_everybody() -> None:
    inside = CARD.replace("£15 a month</div>", "<p>£15 a month</p><p>Clubcard Price £12</p></div>")
    start, end = inside.index('<div class="clubcard'), inside.index("<button>")

    for card in (CARD, inside[:start] + inside[end:]):
        assert [(plan.price_pence, plan.condition) for plan in read(card).plans] == [
            (1500, None),
            (1200, "Clubcard"),
        ]


def test_a_clubcard_wrapper_that_is_also_a_price_wrapper_is_not_the_regular_price() -> None:
    card = CARD.replace("clubcard-price-wrapper", "price-wrapper clubcard-price-wrapper")

    assert read(card).plans == read(CARD).plans


def test_a_clubcard_price_that_cannot_be_read_is_not_dropped() -> None:
    card = CARD.replace('<div class="clubcard-price-wrapper">', "<div>")

    reading = read(REGULAR.replace("60GB", "5GB"), card.replace("£12 a month", "soon"))

    assert [plan.allowance.data_mb for plan in reading.plans] == [5_000]
    assert "a Clubcard price without a readable amount" in reading.unreadable[0].reason


def test_two_different_regular_prices_are_unreadable() -> None:
    two = REGULAR.replace("<p>12-month", '<div class="price-wrapper">£14 a month</div><p>12-month')

    with pytest.raises(LayoutChanged, match="not one regular price"):
        read(two)


def test_a_card_with_one_price_is_one_offer() -> None:
    assert [plan.condition for plan in read(REGULAR).plans] == [None]


def test_a_was_price_is_never_the_headline() -> None:
    for was in ("Was £20", "<s>£20</s>"):
        (plan,) = read(REGULAR.replace("£15 a month", f"{was} <span>£15 a month</span>")).plans

        assert (plan.price_pence, plan.list_price_pence) == (1500, 2000)


@pytest.mark.parametrize(("text", "months"), [("12-month", 12), ("24 month", 24), ("1-month", 1)])
def test_the_term_is_read_with_a_hyphen_or_a_space(text: str, months: int) -> None:
    assert read(REGULAR.replace("12-month", text)).plans[0].term_months == months


def test_a_card_without_a_term_is_not_taken_to_be_twelve_months() -> None:
    with pytest.raises(LayoutChanged, match="no line states the contract length"):
        read(REGULAR.replace("<p>12-month contract</p>", ""))


@pytest.mark.parametrize(
    ("text", "roaming"), [("EU roaming", "eu"), ("no EU roaming", "none"), ("4G", None)]
)
def test_roaming_is_known_only_where_the_card_states_it(text: str, roaming: str | None) -> None:
    assert read(REGULAR.replace("<li>EU roaming<", f"<li>{text}<")).plans[0].roaming == roaming


def test_a_card_that_grants_and_denies_roaming_is_unreadable() -> None:
    with pytest.raises(LayoutChanged, match="both included and excluded"):
        read(REGULAR.replace("<li>5G<", "<li>No EU roaming<"))


def test_a_frozen_price_belongs_to_the_offer_that_it_names() -> None:
    frozen = "<li>Price frozen</li><li>Clubcard Price frozen to the end</li></ul>"

    regular, clubcard = read(CARD.replace("</ul>", frozen)).plans

    assert regular.extras == ("Price frozen",)
    assert clubcard.extras == ("Price frozen", "Clubcard Price frozen to the end")


def test_a_phone_in_the_list_is_no_plan() -> None:
    phone = CARD.replace("simo", "handset").replace("60GB SIM Only", "Astra Phone 128GB")

    assert read(phone, REGULAR).plans == read(REGULAR).plans


def test_a_plan_that_lost_its_class_is_known_by_its_name() -> None:
    assert read(REGULAR.replace(" simo", "")).plans == read(REGULAR).plans


def test_a_page_saved_before_show_more_is_not_complete() -> None:
    waiting, done = "<button>Show more</button>", "<button disabled>Show more</button>"

    assert [entry.where for entry in read(REGULAR, waiting).unreadable] == ["end of the list"]
    assert read(REGULAR, done).unreadable == ()


def test_renamed_hits_are_a_changed_layout_and_an_empty_list_is_not() -> None:
    with pytest.raises(LayoutChanged, match=r"\.product-item"):
        read(CARD.replace("product-item", "hit"))
    with pytest.raises(NothingFound):
        read()
