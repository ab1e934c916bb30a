"""Tesco Mobile: search hits rendered as product cards, with a regular and a Clubcard price.

Traps kept: two prices a card, prices without decimals beside prices with them, "12-month contract"
with a hyphen, a roaming allowance in GB, a basket total and an "Add" button, a first view that ends
at "Show more".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.support.market.html import document, escape, links, short_pounds
from tests.support.market.offer import GB, Offer


def render(offers: Sequence[Offer], as_of: date, *, shown: int | None = None) -> bytes:
    """Return the page with the first `shown` hits, all by default; the day does not matter."""
    hits = offers if shown is None else offers[:shown]
    cards = "".join(_card(offer) for offer in hits)
    button = ""
    if len(hits) < len(offers):
        button = '<button type="button" class="ais-InfiniteHits-loadMore">Show more</button>'
    return document(
        title="SIM only contracts | Tesco Mobile",
        head=_HEAD,
        body_class="catalog-category-view",
        body=f"""
<div id="onetrust-consent-sdk" style="display:none"><button id="onetrust-accept-btn-handler">Accept
 all</button></div><header class="page-header"><nav><ul>{links(_NAVIGATION)}</ul></nav><div
 class="minicart">Basket: £0.00</div></header>
<main id="maincontent"><h1>SIM only contracts</h1><p class="category-description">A
Clubcard is free and brings the lower price.</p>
<aside class="filters"><label>Up to <output>£30</output> a month</label>
<ul><li>12-month</li><li>24-month</li></ul></aside>
<div class="ais-InfiniteHits"><ol class="ais-InfiniteHits-list">{cards}</ol>{button}</div>
<div class="terms"><p>Illustrative prices. Clubcard prices are frozen to
 the end of the contract.</p>
<p>Home From Home roaming has a fair use limit of 12GB. Outside the plan:
 25p a minute, 10p a text.</p>
</div></main><footer class="page-footer"><ul>{links(_FOOTER)}</ul></footer>""",
    )


def _card(offer: Offer) -> str:
    clubcard = ""
    if offer.clubcard_pence is not None:
        clubcard = f"""
<div class="clubcard-price-wrapper"><span class="clubcard-price-label">Clubcard Price</span>
<span class="clubcard-price-value">{short_pounds(offer.clubcard_pence)} a month</span></div>"""
    return f"""
<li class="ais-InfiniteHits-item"><div class="product-item simo"><div class="product-item-info">
<h3 class="result-title">{escape(offer.name)}</h3><ul class="allowance">
<li>Unlimited minutes and texts</li><li>{roaming_words(offer)}</li><li>5G included</li></ul>
<div class="price-wrapper regular-price-wrapper">{short_pounds(offer.price_pence)} a month</div>
<p class="contract-length">{offer.term_months}-month contract</p>{clubcard}
<button type="button" class="action tocart">Add</button></div></div></li>"""


def roaming_words(offer: Offer) -> str:
    if not offer.eu_roaming_mb:
        return "No EU roaming"
    return f"EU roaming up to {offer.eu_roaming_mb // GB}GB"


_HEAD = """
<script>window.algoliaConfig = {"indexName":"tm_products","hitsPerPage":12};</script>
<script type="text/x-template" id="hit"><div class="product-item simo">
<h3 class="result-title">{{name}}
</h3><div class="price-wrapper">£{{price}} a month</div></div></script>"""
_NAVIGATION = (
    "Phones", "SIM only", "Pay as you go", "Clubcard", "Offers", "Roaming", "Help", "Find a store",
    "Upgrade", "My account",
)  # fmt: skip
_FOOTER = (
    "Terms", "Privacy", "Cookies", "Accessibility", "Coverage checker", "Tariff guides",
    "Complaints", "Careers", "Recycle", "Groceries", "Bank",
)  # fmt: skip
