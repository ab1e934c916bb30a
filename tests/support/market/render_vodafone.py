"""Vodafone: React cards with test ids; one page for each setting of the contract-length dropdown.

Traps kept: white space between £ and the number, the contract length only in the dropdown,
unlimited minutes on capped plans, a roaming allowance in GB among the benefits, a hidden modal
with prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.support.market.html import (
    document,
    escape,
    links,
    list_items,
    long_date,
    pounds,
    short_pounds,
)
from tests.support.market.offer import GB, Offer, printed_prices

_TERMS = (1, 12, 24)

_HEAD = """
<style>.sc-a{display:flex}.sc-b{border:1px solid #ccc}.sc-c{font-size:2rem}</style>
<script>window.__ENV__={"release":"24.3","features":{"planDetailsModal":true}};</script>"""


def render(offers: Sequence[Offer], as_of: date, *, term_months: int) -> bytes:
    """Return the page as it stands after `term_months` was chosen."""
    shown = [offer for offer in offers if offer.term_months == term_months]
    cards = "".join(_card(offer, as_of) for offer in shown)
    return document(
        title="Our best SIM only deals | Vodafone",
        head=_HEAD,
        body=f"""
<div id="onetrust-consent-sdk" style="display:none"><button id="onetrust-accept-btn-handler">Accept
all cookies</button></div><div id="root"><header><nav><ul>{links(_NAVIGATION)}</ul></nav></header>
<main><section class="sc-hero"><h1>Best SIM only deals</h1><p>With home broadband a plan can be
£3 a month less. Ask in the basket.</p></section>
<div class="sc-filter">{_dropdown(term_months)}</div>
<div class="sc-a" data-testid="plan-list-content">{cards}</div>
<div data-testid="plan_card_details_modal" aria-hidden="true" style="display:none"><header><button
type="button">Close</button></header><button role="tab" aria-selected="true">Plan</button><button
role="tab" aria-selected="false">Charges</button><div role="tabpanel" aria-hidden="true">Outside the
plan: calls £0.65 a minute, texts £0.65, 45p for 10MB.</div></div>
<section class="sc-terms"><h2>Small print</h2><p>Illustrative prices. On 1 April of each year the
monthly price goes up by £2.50 for contracts of 12 and 24 months.</p><p>The fair use limit for
roaming is 25GB where a plan includes it. Speeds depend on place and device.</p></section></main>
<footer><ul>{links(_FOOTER)}</ul></footer></div>""",
    )


def _dropdown(term_months: int) -> str:
    options = "".join(
        f'<li id="{months} Months" role="option" '
        f'aria-selected="{str(months == term_months).lower()}">{months} Months</li>'
        for months in _TERMS
    )
    return (
        '<label for="contractLength">Contract length</label>'
        f'<div id="contractLength" role="combobox" aria-expanded="false">{term_months} Months</div>'
        f'<ul role="listbox" aria-label="Contract length">{options}</ul>'
    )


def _card(offer: Offer, as_of: date) -> str:
    speed = ""
    if offer.max_speed_mbps:
        speed = f"<p>Download speed up to {offer.max_speed_mbps}Mbps</p>"
    return f"""
<div class="sc-b" data-testid="plan-card-item"><div class="sc-d"><h2>{escape(offer.name)}</h2>
<p>data</p>{speed}</div>
<div class="sc-c" data-testid="price-wrapper"><span>£</span>
 <span>{short_pounds(offer.price_pence).removeprefix("£")}</span> <span>a month</span></div>
{_rises(offer, as_of)}
<ul>{list_items(benefits_of(offer), ' data-testid="common-benefit-item"')}</ul>
<a href="#" role="button">See plan details</a><button type="button">Add to basket</button></div>"""


def benefits_of(offer: Offer) -> list[str]:
    benefits = ["Unlimited UK minutes and texts", "5G included"]
    if offer.eu_roaming_mb:
        benefits.append(f"EU roaming up to {offer.eu_roaming_mb // GB}GB")
    return benefits


def _rises(offer: Offer, as_of: date) -> str:
    return "".join(
        f'<p data-testid="price-rise-text">Increases to {pounds(later.price_pence)} on '
        f"{long_date(later.starts)}</p>"
        for later in printed_prices(offer, as_of)
    )


_NAVIGATION = (
    "Phones", "SIM only", "Pay as you go", "Broadband", "Watches", "Rewards", "Roaming",
    "Trade in", "Business", "Help and information", "Network status",
)  # fmt: skip
_FOOTER = (
    "Store locator", "Terms", "Privacy centre", "Cookies", "Accessibility", "Complaints",
    "Social tariff", "About us", "Careers", "Sustainability", "News",
)  # fmt: skip
