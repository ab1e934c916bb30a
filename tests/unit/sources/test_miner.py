import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planwatch.domain.plan import PriceStep
from planwatch.sources.cards import MinedPage, mine_plans
from tests.support.cases import Case, find_cases
from tests.support.market.pages import pages_on
from tests.support.market.plans import FIRST
from tests.support.market.truth import plans_on

ROOT = Path(__file__).parents[3]
CAPTURE = ROOT / ".." / "shared" / "captures" / "three-2025-11"
AS_OF = date(2025, 11, 17)

Sold = tuple[float | None, int]  # GB (None unlimited), minor units


def page(*parts: str, title: str = "SIM only") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><div id=app>"
        f"{''.join(parts)}</div></body></html>"
    )


def cards(*inner: str) -> str:
    boxes = "".join(f"<div class=x>{one}<a href=/buy>Buy now</a></div>" for one in inner)
    return page("<div>", boxes, "</div>")


def mine(html: str, currency: str = "GBP", url: str = "") -> MinedPage:
    return mine_plans(html, currency=currency, as_of=AS_OF, url=url)


def sold(html: str, currency: str = "GBP") -> list[Sold]:
    """Return data in GB and price of every plan that is found, in order."""
    return [
        (plan.allowance.data_mb and plan.allowance.data_mb / 1000, plan.price_pence)
        for plan in mine(html, currency).plans
    ]


# --- the price now, and the prices beside it --------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "<p>Was £28</p><p>£20 a month</p>",
        "<p>£28 was</p><p>£20 a month</p>",
        "<p>£20 (was £28) a month</p>",
        "<p>Was £28 Now £20</p>",
        "<p>Was £28.00/mo. Now £20.00/mo.</p>",
        "<p>RRP £28</p><p>Our price £20 a month</p>",
        "<p><s>£28</s> £20</p>",
        "<p><del>£28</del></p><p>£20 pm</p>",
        "<p><span style='text-decoration:line-through'>£28</span><span>£20</span></p>",
        "<p><span>£28</span><span>£20</span><span>/mo</span></p>",
        "<p>£20</p><p>/month</p><p>Was £28</p>",
        "<dl><dt>Was</dt><dd>£28</dd><dt>Now</dt><dd>£20</dd></dl>",
    ],
)
def test_a_former_price_is_never_the_price_now(words: str) -> None:
    plans = mine(cards(f"<h3>50GB</h3>{words}", f"<h3>60GB</h3>{words}")).plans

    assert [(plan.price_pence, plan.list_price_pence) for plan in plans] == [(2000, 2800)] * 2


@pytest.mark.parametrize(
    "words",
    [
        "<p>Save £192</p>",
        "<p>£5 off your first month</p>",
        "<p>£0.12 per GB</p>",
        "<p>£10 upfront</p>",
        "<p>Upfront cost: £10</p>",
        "<p>£10</p><p>upfront</p>",
        "<p>Total cost £120</p>",
        "<p>£120 total</p>",
        "<p>Effective monthly cost £7.10</p>",
        "<p>£40 Amazon gift card</p>",
        "<p>Includes £50 cashback</p>",
        "<p>increasing to £26.50 from Apr 2026</p>",
        "<p>increasing to:</p><div><p>£22.30 </p><p>from  1 Apr 26</p></div>",
        "<p>Total monthly cost increasing to:</p><p>£26.50 from</p><p>Apr 2026 bill</p>",
        "<p>£2.50 more each April</p>",
        "<p>£3 a day in the USA</p>",
        "<p>£10 - £20</p>",
        "<p>65p a minute outside the plan</p>",
        "<p>Monthly spend cap £15</p>",
        "<p>Add 5GB for £4</p>",
    ],
)
def test_other_amounts_on_a_card_are_not_its_price(words: str) -> None:
    html = cards(f"<h3>50GB</h3><p>£8 a month</p>{words}", "<h3>60GB</h3><p>£9 a month</p>")

    assert sold(html) == [(50, 800), (60, 900)]


@pytest.mark.parametrize(
    "price",
    [
        "£12.50",
        "£ 12 . 50",
        "<span>£12</span>.<span>50</span>",
        "<span>£</span><span>12</span><span>.50</span>",
        "<p aria-hidden=true>£12</p><p aria-hidden=true>.50</p><sup>[1]</sup>"
        "<span class=vh>£12.50</span>",
        "<span class=vh>£12.50 a month</span><span aria-hidden=true>£12.50</span>",
        "£12<sup>50</sup>",
        "£12.50<sup>1</sup>",
        "£<!-- -->12<!-- -->.<!-- -->50",
        "<b>£12</b><small>.50</small>",
        "£&nbsp;12.50",
        "GBP 12.50",
        "12.50 pounds",
        "£12,50",
    ],
)
def test_a_price_is_read_whole_however_it_is_cut(price: str) -> None:
    html = cards(f"<h3>5GB</h3><div>{price}</div>", f"<h3>6GB</h3><div>{price} a month</div>")

    assert sold(html) == [(5, 1250), (6, 1250)]


@pytest.mark.parametrize(
    ("price", "pence"),
    [("£20<sup>1</sup>", 2000), ("£20<sup><a href=#n>12</a></sup>", 2000), ("£20*", 2000)],
)
def test_a_footnote_mark_adds_no_digit(price: str, pence: int) -> None:
    html = cards(f"<h3>5GB</h3><p>{price}</p>", f"<h3>6GB</h3><p>{price}</p>")

    assert sold(html) == [(5, pence), (6, pence)]


@pytest.mark.parametrize(
    "month", ["a month", "per month", "/mo", "/mth", "pm", "p/m", "for 30 days", "monthly"]
)
def test_a_month_is_told_in_many_ways(month: str) -> None:
    html = page(f"<div><h2>30GB</h2><p>£10 {month}</p><button>Buy</button></div>")

    assert sold(html) == [(30, 1000)]


def test_a_promotion_ends_with_its_months() -> None:
    [plan, _] = mine(
        cards(
            "<h3>20GB</h3><p>£ 7 . 95 a month for 6 months, then £ 10</p><p>12 month contract</p>",
            "<h3>60GB</h3><p>£9</p><p>12 month contract</p>",
        )
    ).plans

    assert plan.price_pence == 795
    assert plan.promo_months == 6
    assert plan.price_steps == (PriceStep(7, 1000),)


def test_rises_keep_their_dates() -> None:
    [plan, _] = mine(
        cards(
            "<h3>20GB</h3><p>£22 £ 22 a month</p><p>£24.50 from 31 March 2026</p>",
            "<h3>30GB</h3><p>£23 a month</p>",
        )
    ).plans

    assert plan.price_steps == (PriceStep(date(2026, 3, 31), 2450),)


def test_a_price_for_card_holders_is_an_offer_of_its_own() -> None:
    plans = mine(
        cards(
            "<p>60GB</p><p>£15 a month</p><p>12-month contract</p>"
            "<p>Clubcard Price</p><p>£12 a month</p>",
            "<p>90GB</p><p>£18 a month</p><p>12-month contract</p>",
        )
    ).plans

    assert [(plan.price_pence, plan.condition) for plan in plans] == [
        (1500, None),
        (1200, "Clubcard"),
        (1800, None),
    ]


# --- the data allowance, and the sizes beside it ----------------------------------------------


@pytest.mark.parametrize(
    ("words", "gb"),
    [
        ("<h3>50 GB</h3>", 50),
        ("<h3>50gb</h3>", 50),
        ("<h3>SIM only 50GB</h3>", 50),
        ("<p><b>50</b><span>GB</span></p><p>data</p>", 50),
        ("<p>0.5GB</p>", 0.5),
        ("<p>500 MB data</p>", 0.5),
        ("<p>1TB</p>", 1000),
        ("<p>Unlimited</p>", None),
        ("<p>UNLIMITED DATA</p>", None),
        ("<p>Unltd data</p>", None),
        ("<p>∞</p><p>data</p>", None),
        ("<p>Unlimited</p><p>Data</p>", None),
        ("<p>Data</p><p>Unlimited</p><p>Minutes</p><p>Unlimited</p>", None),
        ("<p>Unlimited data, calls and texts</p>", None),
        ("<p>Unlimited minutes, texts and data</p>", None),
        ("<p>Unlimited talk, text, and data</p>", None),
        ("<h3>50GB + 50GB free</h3>", 100),
        ("<p>100 GB data (was 50GB)</p>", 100),
        ("<p>was 20GB now 50GB</p>", 50),
        ("<p>Was 20GB Now 50GB</p>", 50),
        ("<h3>50GB</h3><p>12GB EU roaming</p>", 50),
        ("<h3>50GB</h3><p>Roam in Europe with 12GB</p>", 50),
        ("<p>30GB data | 10GB EU data</p>", 30),
        ("<div>Data: <b>30GB</b></div><div>EU Data: <b>10GB</b></div>", 30),
        ("<h3>50GB</h3><p>Unlimited minutes and texts</p>", 50),
        ("<h3>50GB</h3><p>Minutes</p><p>Unlimited</p>", 50),
        ("<h3>Unlimited</h3><p>Max speed 10Mbps</p>", None),
        ("<h3>Unlimited</h3><p>Fair use policy of 650GB</p>", None),
        ("<h3>50GB</h3><p>20GB data reserve</p>", 50),
        ("<h3>50GB</h3><p>Up to 20GB tethering</p>", 50),
        ("<p><span>50GB</span><span>100GB</span></p><p>Double data!</p>", 100),
    ],
)
def test_the_allowance_is_told_from_other_sizes(words: str, gb: float | None) -> None:
    html = cards(f"{words}<p>£10 a month</p>", f"{words}<p>£11 a month</p>")

    assert sold(html) == [(gb, 1000), (gb, 1100)]


def test_roaming_and_former_data_are_kept_beside_the_allowance() -> None:
    [plan, _] = mine(
        cards(
            "<h3>50GB</h3><p>was 20GB</p><p>£10 a month</p><p>12GB EU roaming</p>",
            "<h3>60GB</h3><p>£11 a month</p>",
        )
    ).plans

    assert plan.base_allowance is not None
    assert plan.base_allowance.data_mb == 20_000
    assert (plan.roaming, plan.roaming_mb) == ("eu", 12_000)


# --- the term ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("24 month Lite plan", 24),
        ("12-month contract", 12),
        ("12 months", 12),
        ("2 years", 24),
        ("24M", 24),
        ("30-day rolling", 1),
        ("1 month contract", 1),
        ("No contract", 1),
        ("Cancel anytime", 1),
        ("Pay as you go", 0),
        ("Contract length: 18 months", 18),
    ],
)
def test_a_card_states_its_term(words: str, months: int) -> None:
    extra = "<p>Free for 3 months</p><p>6 months half price</p>"
    html = cards(
        f"<h3>5GB</h3><p>£8</p><p>{words}</p>{extra}", f"<h3>6GB</h3><p>£9</p><p>{words}</p>"
    )

    found = mine(html).found
    assert [(mined.plan.term_months, mined.term_stated) for mined in found] == [(months, True)] * 2


LIST = "<ul><li><h3>5GB</h3><p>£8</p></li><li><h3>6GB</h3><p>£9</p></li></ul>"


@pytest.mark.parametrize(
    "html",
    [
        page("<h2>24 month plans</h2>", LIST),
        page("<section aria-label='24 month plans'>", LIST, "</section>"),
        page("<p>SIM only plans run for 24 months.</p>", LIST),
        page("<button role=tab>12 months</button>"
             "<button role=tab aria-selected=true>24 months</button>", LIST),
        page("<select><option>12 months</option><option selected>24 months</option></select>",
             LIST),
        page("<input type=radio id=a><label for=a>12 months</label>"
             "<input type=radio id=b checked><label for=b>24 months</label>", LIST),
        page("<a role=tab id=t>24 months</a><p>Pick</p><div role=tabpanel aria-labelledby=t>",
             LIST, "</div>"),
        page("<div role=combobox>24 Months</div><ul role=listbox><li role=option>12 Months</li>"
             "<li role=option>24 Months</li></ul>", LIST),
        page(LIST, title="24-month SIM only deals"),
        page(LIST, "<p>All plans have a minimum term of 24 months.</p>"),
        page("<table><tr><td colspan=2>24 months</td></tr><tr><td>5GB</td><td>£8</td></tr>"
             "<tr><td>6GB</td><td>£9</td></tr></table>"),
    ],
)  # fmt: skip
def test_a_card_without_a_term_inherits_the_one_it_stands_under(html: str) -> None:
    assert [plan.term_months for plan in mine(html).plans] == [24, 24]


def test_a_term_may_stand_in_the_address() -> None:
    found = mine(page(LIST), url="https://shop.example/sims?contractMonths=24")

    assert [plan.term_months for plan in found.plans] == [24, 24]


def test_a_page_without_any_term_says_that_one_month_was_assumed() -> None:
    found = mine(page(LIST)).found

    assert [(mined.plan.term_months, mined.term_stated) for mined in found] == [(1, False)] * 2


# --- shapes of pages --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        page(LIST.replace("£8", "£8 a month").replace("£9", "£9 a month")),
        page("<div><h3>5GB</h3><p>£8</p><p>a month</p><h3>6GB</h3><p>£9</p><p>a month</p></div>"),
        page("<dl><dt>5GB</dt><dd>£8</dd><dt>6GB</dt><dd>£9</dd></dl>"),
        page("<dl><dt>Data</dt><dd>5GB</dd><dt>Cost</dt><dd>£8</dd></dl>"
             "<dl><dt>Data</dt><dd>6GB</dd><dt>Cost</dt><dd>£9</dd></dl>"),
        page("<table><tr><th>Data</th><th>Price</th></tr><tr><td>5GB</td><td>£8</td></tr>"
             "<tr><td>6GB</td><td>£9</td></tr></table>"),
        page("<table><tr><th>Data (GB)</th><th>Price (£)</th></tr><tr><td>5</td><td>8.00</td></tr>"
             "<tr><td>6</td><td>9.00</td></tr></table>"),
        page("<table><tr><th>Data</th><td>5GB</td><td>6GB</td></tr>"
             "<tr><th>Was</th><td>£10</td><td>£11</td></tr>"
             "<tr><th>Price</th><td>£8</td><td>£9</td></tr></table>"),
        page("<div><div><i>Data</i><i>5GB</i><i>6GB</i></div>"
             "<div><i>Price</i><i>£8</i><i>£9</i></div></div>"),
        page("<div class=grid><p>5GB</p><p>6GB</p><p>£8</p><p>£9</p></div>"),
        page("<div role=table><div role=row><i role=cell>5GB</i><i role=cell>£8</i></div>"
             "<div role=row><i role=cell>6GB</i><i role=cell>£9</i></div></div>"),
        page("<x-plans><x-plan><x-data>5GB</x-data><x-price>£8</x-price></x-plan>"
             "<x-plan><x-data>6GB</x-data><x-price>£9</x-price></x-plan></x-plans>"),
        page("<x-plan><template shadowrootmode=open><p>5GB</p><p>£8</p></template></x-plan>"
             "<x-plan><template shadowrootmode=open><p>6GB</p><p>£9</p></template></x-plan>"),
        page("<ul><li>5GB for £8 a month</li><li>6GB for £9</li></ul>"),
        page("<label><input type=radio> 5GB £8/mo</label>"
             "<label><input type=radio> 6GB £9/mo</label>"),
        page("<select><option>5GB - £8 a month</option><option>6GB - £9 a month</option></select>"),
        page("<a href=/1><span>5GB</span><span>£8</span></a>"
             "<a href=/2><span>6GB</span><span>£9</span></a>"),
        page("<a><img alt='5GB, £8 a month'></a><a><img alt='6GB, £9 a month'></a>"),
        page("<ul><li>5GB<i aria-label='£8 a month'></i></li>"
             "<li>6GB<i aria-label='£9 a month'></i></li></ul>"),
        page("<article data-price=8.00 data-data=5GB></article>"
             "<article data-price=9.00 data-data=6GB></article>"),
        page("<sim-plan price=8.00 data=5GB></sim-plan><sim-plan price=9.00 data=6GB></sim-plan>"),
    ],
)  # fmt: skip
def test_the_same_two_plans_are_found_in_every_shape(html: str) -> None:
    assert sold(html) == [(5, 800), (6, 900)]


@pytest.mark.parametrize(
    "html",
    [
        page("<section><h3>5GB</h3><ul><li>24 months <b>£8</b></li><li>12 months <b>£9</b></li>"
             "</ul></section>"),
        page("<table><tr><th>Data</th><th>24 months</th><th>12 months</th></tr>"
             "<tr><td>5GB</td><td>£8</td><td>£9</td></tr></table>"),
        page("<table><tr><th>Data</th><th>Contract</th><th>Price</th></tr>"
             "<tr><td rowspan=2>5GB</td><td>24 months</td><td>£8</td></tr>"
             "<tr><td>12 months</td><td>£9</td></tr></table>"),
    ],
)  # fmt: skip
def test_one_allowance_at_a_price_for_each_term_is_several_plans(html: str) -> None:
    plans = mine(html).plans

    assert [(plan.price_pence, plan.term_months) for plan in plans] == [(800, 24), (900, 12)]


@pytest.mark.parametrize("size", ["6GB", "5GB"])
@pytest.mark.parametrize("tag", ["section", "div"])
def test_one_price_over_several_allowances_is_several_plans(tag: str, size: str) -> None:
    folds = (
        "<details><summary><b>5GB</b> 18 month contract</summary></details>"
        f"<details><summary><b>{size}</b> no contract, rolling</summary></details>"
    )
    html = page(f"<{tag}><h3>£8 a month</h3>{folds}</{tag}>")

    found = [(str(plan.allowance), plan.price_pence, plan.term_months) for plan in mine(html).plans]
    assert found == [("5 GB", 800, 18), (size.replace("GB", " GB"), 800, 1)]


@pytest.mark.parametrize(
    "copy",
    [
        f"<div hidden>{LIST}</div>",
        f"<div aria-hidden=true>{LIST}</div>",
        f"<div style='display: none'>{LIST}</div>",
        f"<template>{LIST}</template>",
        f"<noscript>{LIST}</noscript>",
        f"<div class=visually-hidden>{LIST}</div>",
        f"<section class=mobile>{LIST}</section>",
        LIST.replace("8", "3").replace("9", "4").join(("<template>", "</template>")),
        LIST.replace("8", "3").replace("9", "4").join(("<div hidden>", "</div>")),
        LIST.replace("8", "3").replace("9", "4").join(("<div aria-hidden=true>", "</div>")),
    ],
)
def test_a_hidden_or_second_copy_adds_no_plan(copy: str) -> None:
    assert sold(page(f"<section>{LIST}</section>", copy)) == [(5, 800), (6, 900)]


def test_slides_that_are_hidden_beside_shown_ones_are_plans_too() -> None:
    html = page(
        "<div class=track><div><p>5GB</p><p>£8</p></div>"
        "<div aria-hidden=true><p>6GB</p><p>£9</p></div>"
        "<div aria-hidden=true><p>5GB</p><p>£8</p></div></div>"
    )

    assert sold(html) == [(5, 800), (6, 900)]


def test_plans_in_the_panel_of_another_tab_are_kept_apart() -> None:
    found = mine(
        page(
            "<b role=tab aria-selected=true>24 months</b><b role=tab>1 month</b>"
            f"<div role=tabpanel>{LIST}</div>"
            "<div role=tabpanel hidden><h2>1 month plans</h2>"
            "<ul><li><h3>5GB</h3><p>£18</p></li><li><h3>6GB</h3><p>£19</p></li></ul></div>"
        )
    )

    assert [plan.price_pence for plan in found.plans] == [800, 900]
    assert [(m.plan.price_pence, m.plan.term_months) for m in found.hidden] == [
        (1800, 1),
        (1900, 1),
    ]


def test_two_sellers_of_the_same_plan_are_two_offers() -> None:
    html = cards(
        "<p>Alpha</p><p>5GB</p><p>£8 a month</p>", "<p>Beta</p><p>5GB</p><p>£8 a month</p>"
    )

    assert sold(html) == [(5, 800), (5, 800)]


# --- what is no plan --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "<p>A 25GB plan costs £10 a month.</p>",
        "<p>SIM only from £8 a month</p>",
        "<div><h3>SIM only</h3><p>Up to 100GB</p><p>From £8 a month</p><a>Shop</a></div>",
        "<h2>Get 100GB for just £10 a month</h2>",
        "<blockquote>I paid £35 elsewhere for 20GB.</blockquote>",
        "<p>Access stops until the next month, or buy 1GB for £5.</p>",
        "<ul><li><h3>Astra Phone 128GB</h3><p>£20 a month</p><p>36-month contract</p></li>"
        "<li><h3>Astra Phone 256GB</h3><p>£25 a month</p><p>36-month contract</p></li></ul>",
        "<ul><li><h3>Surprise plan</h3><p>£9 a month</p><p>That is £0.16 for 1GB</p></li></ul>",
        "<script type=application/json>{\"data\": \"999GB\", \"price\": \"£9.99\"}</script>",
        "<p>SIM plans at £3 a month</p><button>5GB</button><button>20GB</button>",
        "<nav><ul><li>5GB £3 a month</li><li>6GB £4 a month</li></ul></nav>",
        "<footer><ul><li>5GB £3 a month</li><li>6GB £4 a month</li></ul></footer>",
        "<div><button>1GB - 10GB</button><button>£5 - £10</button></div>",
        "<details><summary>What does 5GB cost?</summary><p>5GB</p><p>£8 a month</p></details>",
        "<section><h2>FAQ</h2><div><h3>How much?</h3><p>5GB</p><p>£8 a month</p></div></section>",
        "<ul><li><h3>iPhone 16 128GB</h3><p>50GB data</p><p>£36 a month</p></li>"
        "<li><h3>Galaxy S25</h3><p>50GB data</p><p>£30 a month</p><p>£29 upfront</p></li></ul>",
        "<ul><li><h3>Full Fibre 150</h3><p>Average speed 150Mbps</p><p>Unlimited data</p>"
        "<p>£26 a month</p></li><li><h3>Broadband 80</h3><p>Unlimited data</p><p>£22 a month</p>"
        "</li></ul>",
        "<ul><li><h3>Data boost 5GB</h3><p>£5</p></li><li><h3>Data boost 9GB</h3><p>£8</p></li>"
        "</ul>",
        "<ul><li><p>EU day pass</p><p>5GB</p><p>£2</p></li><li><p>Travel pass</p><p>1GB</p>"
        "<p>£4</p></li></ul>",
        "<section><p>Are you a broadband customer?</p><p>200GB</p><p>£9 a month</p><a>Check</a>"
        "</section>",
        "<p>Netflix £4.99 a month</p><p>Unlimited films</p>",
        "<div itemscope itemtype='https://schema.org/Answer'><p>5GB</p><p>£8 a month</p></div>",
        "",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_plan_is_left_out(html: str) -> None:
    assert mine(page(html)).found == ()


# --- other countries --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "size", "price", "minor"),
    [
        ("EUR", "100 Go", "12,99 €/mois", 1299),
        ("EUR", "50 Gio", "9<sup>€99</sup>/mois", 999),
        ("EUR", "50 Go", "9€99 par mois", 999),
        ("EUR", "20 GB", "9<sup>99</sup> € mtl.", 999),
        ("EUR", "20 GB", "15,– € pro Monat", 1500),
        ("EUR", "20 GB", "ab 14,99 € mtl.", 1499),
        ("EUR", "20 GB", "<b>31,</b><sup>99</sup> / mtl.", 3199),
        ("EUR", "30 GB", "€13.50 al mes", 1350),
        ("EUR", "100 Giga", "7,99€ al mese", 799),
        ("CHF", "10 GB", "CHF 19.90/Mt.", 1990),
        ("CHF", "10 GB", "29.– CHF / Monat", 2900),
        ("SEK", "20 GB", "199 kr/mån", 19900),
        ("SEK", "20 GB", "199:-/mån", 19900),
        ("PLN", "50 GB", "35 zł/mies.", 3500),
        ("USD", "15 GB", "$20/mo", 2000),
        ("JPY", "20GB", "2,970円 /月", 2970),
    ],
)
def test_money_and_sizes_are_read_as_the_country_writes_them(
    currency: str, size: str, price: str, minor: int
) -> None:
    html = cards(f"<h3>{size}</h3><p>{price}</p>", f"<h3>Plan {size}</h3><p>{price}</p>")

    assert [plan.price_pence for plan in mine(html, currency).plans] == [minor, minor]


def test_prices_in_another_currency_are_not_seen() -> None:
    assert mine(cards("<h3>5GB</h3><p>$8 a month</p>", "<h3>6GB</h3><p>$9 a month</p>")).found == ()


# --- JSON -------------------------------------------------------------------------------------


def plans_json(*plans: dict[str, Any]) -> str:
    return json.dumps({"props": {"plans": plans}})


POUNDS = plans_json(
    {"name": "A", "monthlyPrice": 8, "dataGB": 5}, {"name": "B", "monthlyPrice": 9, "dataGB": 6}
)


@pytest.mark.parametrize(
    "html",
    [
        POUNDS,
        page(f"<script id=__NEXT_DATA__ type=application/json>{POUNDS}</script>"),
        page(f"<script type=application/json><!--{POUNDS}--></script>"),
        page(f"<script>window.__STATE__ = {POUNDS};window.x=1;</script>"),
        page(f"<script>var state = JSON.parse({json.dumps(POUNDS)});</script>"),
        page("<script>window.s={plans:[{name:'A',monthlyPrice:8,dataGB:5,x:undefined},"
             "{name:'B',monthlyPrice:9,dataGB:6,},]};</script>"),
        page(f"<div id=app data-page='{POUNDS}'></div>"),
        page(f"<!--{POUNDS}-->"),
        page("<script>self.__next_f.push([1," + json.dumps(f"5:{POUNDS}\n") + "])</script>"),
        plans_json({"priceInPence": 800, "allowance": [{"type": "DATA", "allocation": 5242880}]},
                   {"priceInPence": 900, "allowance": [{"type": "DATA", "allocation": 6291456}]}),
        plans_json({"price": 8, "dataGB": 2, "badge": "Now 5GB for £8"},
                   {"price": 9, "dataGB": 3, "badge": "Now 6GB for £9"}),
        plans_json({"price": 800, "data": "5GB"}, {"price": 900, "data": "6GB"}),
        plans_json({"cost": "£8", "data": "5GB", "roaming": "1GB"},
                   {"cost": "£9", "data": "6GB", "roaming": "1GB"}),
        plans_json({"price": {"upfront": 10, "monthly": {"gross": "8.00", "net": "6.67"}},
                    "entitlements": [{"name": "Minutes", "quantity": -1},
                                     {"name": "Data", "quantity": 5000, "unit": "MB"}]},
                   {"price": {"upfront": 10, "monthly": {"gross": "9.00", "net": "7.50"}},
                    "entitlements": [{"name": "Data", "quantity": 6000, "unit": "MB"}]}),
        plans_json({"name": "SIM - 5 GB for £8 - 18 Month Contract", "offers": {"price": "8.00"}},
                   {"name": "SIM - 6 GB for £9 - 18 Month Contract", "offers": {"price": "9.00"}}),
        json.dumps({"items": [{"__typename": "Ad", "deal": {"price": 1, "data": "99GB"}},
                              {"price": 8, "data": "5GB"}, {"price": 9, "data": "6GB"}]}),
    ],
)  # fmt: skip
def test_the_same_two_plans_are_found_in_every_json(html: str) -> None:
    found = mine(html)

    assert found.origin == "json"
    assert [(p.allowance.data_mb, p.price_pence) for p in found.plans] == [(5000, 800), (6000, 900)]


def test_shown_cards_win_over_json() -> None:
    found = mine(page(LIST, f"<script type=application/json>{POUNDS.replace('8', '7')}</script>"))

    assert found.origin == "html"
    assert [plan.price_pence for plan in found.plans] == [800, 900]


def test_unlimited_in_json_has_many_spellings() -> None:
    spellings: list[dict[str, object]] = [
        {"dataGB": -1},
        {"dataGB": "Unlimited"},
        {"dataGB": 0},
        {"dataGB": 5},
    ]
    html = plans_json(*({"price": 10 + at, **one} for at, one in enumerate(spellings)))

    assert [plan.allowance.unlimited for plan in mine(html).plans] == [True, True, True, False]


# --- what is handed back ----------------------------------------------------------------------


def test_a_plan_comes_with_its_evidence_and_its_path() -> None:
    found = mine_plans(
        page(LIST).encode(), as_of=AS_OF, url="https://a.example", brand="Alpha", source="alpha"
    )

    first = found.found[0]
    assert first.evidence == "5GB | £8"
    assert first.path == "/html/body/div/ul/li[1]"
    assert first.origin == found.origin == "html"
    assert (first.plan.brand, first.plan.source, first.plan.url, first.plan.verified) == (
        "Alpha",
        "alpha",
        "https://a.example",
        False,
    )
    assert first.plan.name == "5GB"


def test_a_page_in_another_character_set_is_read() -> None:
    html = page(LIST).replace("<title>", "<meta charset=iso-8859-1><title>")

    assert [p.price_pence for p in mine_plans(html.encode("latin-1"), as_of=AS_OF).plans] == [
        800,
        900,
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe\x00", b"{", b"[]", b"null", b"5GB", b"<", b"<table><tr><td rowspan=0>5GB",
        b"<p>" + b"\xc2\xa310 5GB " * 500, b"<div>" * 3000 + b"5GB \xc2\xa310",
        b'{"a":' * 2000, b"<div 4<=x>5GB", b"<x-y a=1 b=2 5GB>",
        b"<script>window.x = {price: " * 200,
    ],
)  # fmt: skip
def test_no_page_is_so_strange_that_it_stops_the_miner(body: bytes) -> None:
    assert mine_plans(body, as_of=AS_OF).found == ()


# --- pages that are known ---------------------------------------------------------------------


@pytest.mark.captures
def test_the_real_capture_gives_exactly_its_three_plans() -> None:
    if not CAPTURE.exists():
        pytest.skip("the third-party captures are not beside the project")
    found = mine_plans((CAPTURE / "page.html").read_bytes(), as_of=AS_OF)

    true = json.loads((CAPTURE / "truth.json").read_text(encoding="utf-8"))["plans"]
    assert found.origin == "html"
    assert [
        (
            plan.allowance.data_mb and plan.allowance.data_mb / 1000,
            plan.price_pence / 100,
            (plan.list_price_pence or 0) / 100,
            plan.term_months,
            plan.promo_months,
            [step.price_pence / 100 for step in plan.price_steps],
        )
        for plan in found.plans
    ] == [
        (
            plan["data_gb"],
            plan["price_gbp_month"],
            plan["price_full_gbp_month"],
            plan["contract_months"],
            plan["promo_months"],
            [step["price"] for step in plan["price_schedule"][1:]],
        )
        for plan in true
    ]


ORDINARY = [case for case in find_cases() if case.folder.name.endswith("ordinary")]


@pytest.mark.parametrize("case", ORDINARY, ids=lambda case: case.name)
def test_the_traps_of_every_case_folder_are_seen_through(case: Case) -> None:
    found = [
        (plan.allowance.data_mb, plan.price_pence, plan.term_months)
        for saved in case.pages
        for plan in mine_plans(saved.body, as_of=case.as_of, url=saved.url).plans
    ]

    expected = json.loads((case.folder / "expected.json").read_text("utf-8"))["plans"]
    assert set(found) == {(p["data_mb"], p["price_pence"], p["term_months"]) for p in expected}


def keys_of(plans: Iterable[Any]) -> set[tuple[int | None, int, int]]:
    return {(plan.allowance.data_mb, plan.price_pence, plan.term_months) for plan in plans}


@pytest.mark.parametrize(
    "source", ["o2", "vodafone", "three", "ee", "giffgaff", "sky", "tesco", "smarty", "uswitch"]
)
def test_the_plans_of_every_recorded_shop_are_found_without_its_parser(source: str) -> None:
    found = [
        plan
        for recorded in pages_on(source, FIRST)
        for plan in mine_plans(recorded.body, as_of=FIRST, url=recorded.url).plans
    ]

    assert keys_of(found) == keys_of(plans_on(source, FIRST))
