"""Sky Mobile: rendered cards that all carry the same id, behind a consent message in an iframe.

Traps kept: "100 MB" with a space, each price printed twice, a heading inside the card that is no
plan, benefits once for the whole page, no rise and no term on a card, a roaming price a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.support.market.html import document, links, list_items, short_pounds
from tests.support.market.offer import Offer


def render(offers: Sequence[Offer], as_of: date) -> bytes:
    """Return the page with the "SIM only" tab chosen; the day does not matter."""
    cards = "".join(_card(offer) for offer in offers)
    return document(
        title="Mobile data plans | Sky",
        head=_HEAD,
        body=f"""
<div id="sp_message_container_474555" style="display:none"><iframe id="sp_message_iframe_474555"
 title="Privacy message"></iframe></div>
<header><nav><ul>{links(_NAVIGATION)}</ul></nav></header>
<main><h1>Pick a data plan</h1><div role="tablist"><button role="tab" aria-selected="false">With a
 phone</button><button role="tab" aria-selected="true">SIM only</button></div>
<p class="intro">SIM only plans run for 12 months.</p><section class="plans">{cards}</section>
<section data-testid="data-plan-benefits"><h2>With every plan</h2><ul>{list_items(BENEFITS)}</ul>
</section><section class="legal"><p>Illustrative prices. Roaming Passport:
 £2 a day in 55 places, and
 up to 25GB a month of the allowance. Outside the plan: 10p for 1MB.</p><p>Set-up is free; a
 replacement SIM costs £5.</p></section></main>
<footer><ul>{links(_FOOTER)}</ul></footer>""",
    )


def _card(offer: Offer) -> str:
    price = short_pounds(offer.price_pence)
    return f"""
<div id="data-plan" class="c-plan"><div class="c-plan__data"><p>{offer.ref}</p>
<p>data plan</p></div><div class="c-plan__price">
<span class="c-visually-hidden">{price} a month</span>
<span aria-hidden="true">{price}</span><span aria-hidden="true">a month</span></div>
<div class="c-plan__sim"><h3>Choose a SIM type</h3><label><input type="radio"> SIM card</label>
<label><input
 type="radio"> eSIM</label></div><button type="button">Add to basket</button></div>"""


BENEFITS = (
    "Unlimited UK calls and texts",
    "Unused data rolls over",
    "5G included",
)
_HEAD = """
<style>.c-plan{display:inline-block;width:30%}.c-visually-hidden{position:absolute;left:-9999px}</style>
<script>window.skyTags = {"page":"mobile plans","basket":{"monthly":0,"upfront":0}};</script>"""
_NAVIGATION = (
    "TV", "Broadband", "Mobile", "Glass", "Stream", "Protect", "Deals", "Help", "My account",
)  # fmt: skip
_FOOTER = (
    "Terms", "Privacy options", "Accessibility", "Contact", "Store finder", "Work for us", "Ofcom",
    "Complaints", "Sports", "News", "Business",
)  # fmt: skip
