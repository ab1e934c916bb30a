"""Tesco Mobile: search hits a few at a time, and "Show more" until there are no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.support.market.html import links, short_pounds
from tests.support.market.offer import Offer
from tests.support.market.render_tesco import roaming_words
from tests.support.market.sites.contract import Scene
from tests.support.market.sites.scripted import build_site

HITS_A_PAGE: Final = 3

_HEAD: Final = """
<style>.ais-InfiniteHits-list { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1rem;
list-style: none; padding: 0; } .product-item { border: 1px solid #00539f; padding: 1rem; }
.clubcard-price-wrapper { background: #ffd700; }</style>
<script>window.algoliaConfig = {"indexName": "tm_products", "hitsPerPage": 3};</script>
<script type="text/x-template" id="hit"><div class="product-item simo">
<h3 class="result-title">{{name}}</h3><div class="price-wrapper">£{{price}} a month</div></div>
</script>"""
_BODY: Final = f"""
<div id="onetrust-consent-sdk" class="consent" style="display:none"><div><p>Every cookie helps.</p>
<button id="onetrust-reject-all-handler">Reject all</button>
<button id="onetrust-accept-btn-handler">Accept all</button></div></div>
<header class="page-header"><nav><ul>{links(("Phones", "SIM only", "Clubcard"))}</ul></nav>
<div class="minicart">Basket: £0.00</div></header>
<main id="maincontent"><h1>SIM only contracts</h1><p class="category-description">A Clubcard is free
and brings the lower price.</p><aside class="filters"><ul><li>12-month</li><li>24-month</li></ul>
</aside><div id="hits"></div>
<div class="terms"><p>Illustrative prices. Clubcard prices are frozen to the end of the
contract.</p><p>Home From Home roaming has a fair use limit of 12GB.</p></div></main>
<footer class="page-footer"><ul>{links(("Terms", "Tariff guides", "Groceries"))}</ul></footer>"""


def read_data(query: Mapping[str, str], scene: Scene) -> Any:
    page = query.get("page", "0")
    first = int(page) * HITS_A_PAGE if page.isdigit() else 0
    shown = scene.offers[first : first + HITS_A_PAGE]
    return {
        "page": first // HITS_A_PAGE,
        "nbPages": -(-len(scene.offers) // HITS_A_PAGE),
        "hits": [_hit(offer) for offer in shown],
    }


def _hit(offer: Offer) -> dict[str, Any]:
    clubcard_pence = offer.clubcard_pence
    return {
        "objectID": offer.ref,
        "name": offer.name,
        "price": f"{short_pounds(offer.price_pence)} a month",
        "clubcardPrice": None
        if clubcard_pence is None
        else f"{short_pounds(clubcard_pence)} a month",
        "contract": f"{offer.term_months}-month contract",
        "features": ["Unlimited minutes and texts", roaming_words(offer), "5G included"],
    }


SITE: Final = build_site(
    source="tesco",
    host="www.tescomobile.com",
    paths=("/shop/sim-only-deals/sim-only-contracts", "/shop/sim-only"),
    title="SIM only contracts | Tesco Mobile",
    head=_HEAD,
    body=_BODY,
    read_data=read_data,
    renames={"product-item": "hit-card", "ais-InfiniteHits": "ais-Hits"},
)
