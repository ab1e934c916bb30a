"""A source that settings describe: how its plans are told apart."""

from __future__ import annotations

from datetime import date

import pytest

from planwatch.domain.page import Page
from planwatch.errors import NothingFound
from planwatch.settings.sources import CURRENCIES
from planwatch.sources.cards.amounts.figures import _CURRENCIES
from planwatch.sources.contract import read_pages
from planwatch.sources.mined import build_mined, find_tier
from planwatch.sources.own import OwnSource
from planwatch.sources.registry import Catalogue

ACME = OwnSource(id="acme", name="Acme Mobile", urls=("https://acme.example/",), currency="EUR")


def _page(name: str, *prices: str) -> Page:
    cards = "".join(
        f"<li><h3>{10 * number}GB</h3><p>24 months</p><p>{price} a month</p><a>Buy</a></li>"
        for number, price in enumerate(prices, start=1)
    )
    return Page(body=f"<h1>SIM only</h1><ul>{cards}</ul>".encode(), name=name)


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        ("25GB", ""),
        ("Unlimited data SIM only plan", ""),
        ("Lite 25GB", "Lite"),
        ("Acme Mobile Lite – 25 GB for £10.00", "Lite"),
        ("Essential Plus, 24 month", "Essential Plus"),
        ("Max+ Unlimited", "Max Plus"),
        ("5G Ultra", "Ultra"),
        ("Our best seller 25GB", ""),
        ("Black Friday 25GB", ""),
        ("Stream music without using your data allowance", ""),
    ],
)
def test_a_tier_is_what_of_a_name_neither_figures_nor_badges_nor_every_plan_have(
    name: str, tier: str
) -> None:
    assert find_tier(name, "Acme Mobile") == tier


@pytest.mark.parametrize(
    "badge",
    [
        "Best seller",
        "Ends Monday",
        "Save €5",
        "Only €10",
        "New",
        "Web exclusive",
        "Offer ends 12 Nov",
    ],
)
@pytest.mark.parametrize(
    "card",
    [
        "<h3>{badge}</h3><h3>Lite 10GB</h3>",
        "<h3>Lite 10GB | {badge}</h3>",
        "<h3>Lite 10GB ({badge})</h3>",
        "<h3>Lite 10GB</h3><p>{badge}</p>",
        "<p>{badge}</p><h3>Lite 10GB</h3>",
    ],
)
def test_a_plan_is_the_same_with_a_badge_on_its_card_and_without(card: str, badge: str) -> None:
    def read(head: str) -> list[tuple[str, str, int]]:
        others = "".join(
            f"<li><h3>Max {gb}GB</h3><p>24 months</p><p>€{gb}.00 a month</p><a>Buy</a></li>"
            for gb in (20, 30)
        )
        first = f"<li>{head}<p>24 months</p><p>€10.00 a month</p><a>Buy</a></li>"
        page = Page(body=f"<h1>SIM only</h1><ul>{first}{others}</ul>".encode(), name="page-1")
        plans = read_pages(build_mined(ACME), [page], date(2026, 11, 2)).plans
        return [(plan.plan_key, plan.name, plan.price_pence) for plan in plans]

    assert read(card.format(badge=badge)) == read("<h3>Lite 10GB</h3>")


def test_only_prices_in_the_currency_of_the_entry_are_read() -> None:
    source = build_mined(ACME)

    reading = read_pages(source, [_page("page-1", "€10.00", "€15.00")], date(2026, 11, 2))

    assert [(plan.price_pence, plan.currency, plan.verified) for plan in reading.plans] == [
        (1000, "EUR", False),
        (1500, "EUR", False),
    ]
    with pytest.raises(NothingFound, match="no plan in EUR"):
        read_pages(source, [_page("page-1", "£10.00", "£15.00")], date(2026, 11, 2))


def test_one_page_without_plans_among_others_withdraws_nothing() -> None:
    pages = [_page("page-1", "€10.00", "€15.00"), _page("page-2")]

    reading = read_pages(build_mined(ACME), pages, date(2026, 11, 2))

    assert [(len(reading.plans), item.where) for item in reading.unreadable] == [(2, "page page-2")]


def test_a_catalogue_knows_its_own_sources_by_id_and_by_name() -> None:
    catalogue = Catalogue((ACME,))

    assert [catalogue.resolve(text) for text in ("acme", "ACME MOBILE", "O2", "sky mobile")] == [
        "acme",
        "acme",
        "o2",
        "sky",
    ]
    assert catalogue.ids[-1] == "acme"
    assert catalogue.load("acme").is_mined


def test_the_currencies_of_the_settings_are_those_that_the_miner_knows() -> None:
    assert set(CURRENCIES) == set(_CURRENCIES)
