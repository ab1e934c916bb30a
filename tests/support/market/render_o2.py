"""O2: client-rendered cards, one page a contract length.

Traps kept: cards nest (the price block is a card of its own), a card for broadband customers with a
price of its own, "Unlimited UK Minutes & Texts" on capped plans, the price after the rise in the
same text, a card template in a script, and a first view that shows only some of the cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.support.market.html import document, escape, links, month_and_year, pounds
from tests.support.market.offer import GB, Offer, printed_prices

CARDS_AT_FIRST = 3

_HEAD = """
<style>.sim-grid{display:grid;grid-template-columns:repeat(3,1fr);gap:24px}
[data-role="card"]{border-radius:16px;padding:24px}[data-role="card"] [data-role="card"]{padding:0}
.visually-hidden{position:absolute;clip:rect(0 0 0 0)}</style>
<script>window.ncPortlets = window.ncPortlets || {};
window.ncPortlets['HeaderPortlet'] = {"initData":{"basket":{"items":0},"channel":"shop"}};</script>
<script type="text/x-handlebars-template" id="tariff-card"><div data-role="card"><p>{{tier}}</p>
<p>{{data}}</p><p>Data</p><p>{{term}} Month Airtime Plan</p><p>MONTHLY</p><p>£{{price}}</p></div>
</script>"""


def render(
    offers: Sequence[Offer], as_of: date, *, term_months: int, is_expanded: bool = True
) -> bytes:
    """Return the page of one contract length; not `is_expanded` is it before "View all results"."""
    shown = [offer for offer in offers if offer.term_months == term_months]
    button = ""
    if not is_expanded and len(shown) > CARDS_AT_FIRST:
        shown = shown[:CARDS_AT_FIRST]
        button = '<button type="button" class="link-button">View all results</button>'
    cards = [_card(offer, as_of) for offer in shown]
    cards.insert(2, _VIRGIN_MEDIA_CARD)
    return document(
        title="SIM only deals | O2",
        head=_HEAD,
        body_class="dfe shop",
        body=f"""
<div id="pref_banner" role="dialog" aria-hidden="true" style="display:none"><p>Choose what we may
store on this device.</p><button id="pref_optin">Accept all</button><button id="pref_optout">Only
what is needed</button></div>
<header><nav aria-label="Main"><ul>{links(_NAVIGATION)}</ul></nav></header>
<main id="main-content">
<section class="hero"><h1>SIM only deals</h1><p>Keep the phone, change the
plan. Save up to £240 on a second line.</p></section>
<div class="filters" role="group" aria-label="Contract length">{_tabs(term_months)}</div>
<p class="count">{len(shown)} plans</p>
<section class="sim-grid" aria-live="polite">{"".join(cards)}</section>{button}
<section class="notes"><h2>The details</h2><p>Illustrative prices. The airtime
 charge goes up by £2.50
a month on the April bill of each year; data-only plans by 75p.</p><p>Roaming in the Europe Zone has
a fair use limit of 25GB. Above it, 1MB costs 0.35p.</p><ol><li>Minutes and texts are for use in the
UK.</li><li>Plans can be changed once in each billing month.</li></ol></section></main>
<footer><ul>{links(_FOOTER)}</ul><p>Registered in England. Prices include VAT.</p></footer>
<div class="toast" hidden>Added to basket: £0.00</div>""",
    )


def _card(offer: Offer, as_of: date) -> str:
    words = roaming_words(offer)
    roaming = f"<p>{words}</p>" if words else ""
    return f"""
<div data-role="card" class="c-tariff c-tariff--{offer.variant.lower()}">
<div class="c-tariff__head"><p class="c-tariff__tier">{escape(offer.variant.upper())}</p></div>
<div class="c-tariff__allowance"><p class="c-tariff__size">{data_words(offer)}</p><p>Data</p></div>
<p>{term_words(offer.term_months)}</p><p>Unlimited UK Minutes &amp; Texts</p>{roaming}
<div data-role="card" class="c-tariff__price"><p>MONTHLY</p><p>{pounds(offer.price_pence)}</p>
{_rises(offer, as_of)}</div>
<div class="c-tariff__action"><button type="button">Choose this plan</button>
<a href="#details">Plan details</a></div></div>"""


def data_words(offer: Offer) -> str:
    return "Unlimited" if offer.data_mb is None else f"{offer.data_mb // GB}GB"


def roaming_words(offer: Offer) -> str | None:
    return f"EU roaming up to {offer.eu_roaming_mb // GB}GB" if offer.eu_roaming_mb else None


def term_words(months: int) -> str:
    return "1 month contract" if months == 1 else f"{months} Month Airtime Plan"


def _rises(offer: Offer, as_of: date) -> str:
    return "".join(
        "<p>Total monthly cost increasing to:</p>"
        f"<p>{pounds(later.price_pence)} from</p><p>{month_and_year(later.starts)} bill</p>"
        for later in printed_prices(offer, as_of)
    )


def _tabs(term_months: int) -> str:
    return "".join(
        f'<a role="tab" aria-selected="{str(months == term_months).lower()}" '
        f'href="?contractMonths={months}">{months} month{"" if months == 1 else "s"}</a>'
        for months in (24, 12, 1)
    )


_VIRGIN_MEDIA_CARD = """
<div data-role="card" class="c-banner"><p>VOLT</p><p>Are you a Virgin Media broadband customer</p>
<p>200GB</p><p>Data</p><p>24 Month Airtime Plan</p><div data-role="card"><p>MONTHLY</p><p>£9.00</p>
</div><button type="button">Check your address</button></div>"""

_NAVIGATION = (
    "Phones", "SIM only", "Tablets", "Watches", "Broadband", "Priority", "International roaming",
    "Refurbished", "Upgrade", "Help", "My account",
)  # fmt: skip
_FOOTER = (
    "Coverage checker", "Find a shop", "Accessibility", "Price changes", "Terms and conditions",
    "Privacy", "Cookies", "Modern slavery statement", "Careers", "Recycling",
)  # fmt: skip
