"""Vodafone: a dropdown of contract lengths, and cards that a choice replaces a little later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from tests.support.market.html import links, long_date, pounds, short_pounds
from tests.support.market.offer import Offer, printed_prices
from tests.support.market.render_vodafone import benefits_of
from tests.support.market.sites.contract import Scene
from tests.support.market.sites.scripted import build_site

_HEAD: Final = """
<style>.sc-a { display: flex; flex-wrap: wrap; gap: 1rem; }
.sc-b { border: 1px solid #ccc; padding: 1rem; width: 14rem; } .sc-c { font-size: 2rem; }
#contractLength, li[role="option"] { border: 1px solid #888; padding: 0.5rem; cursor: pointer; }
</style><script>window.__ENV__ = {"release": "24.3"};</script>"""
_BODY: Final = f"""
<div id="onetrust-consent-sdk" class="consent" style="display:none"><div><p>We use cookies.</p>
<button id="onetrust-reject-all-handler">Reject all cookies</button>
<button id="onetrust-accept-btn-handler">Accept all cookies</button></div></div>
<div id="root"><header><nav><ul>{links(("Phones", "SIM only", "Broadband", "Help"))}</ul></nav>
</header><main><section class="sc-hero"><h1>Best SIM only deals</h1>
<p>With home broadband a plan can be £3 a month less. Ask in the basket.</p></section>
<div id="plans"></div>
<section class="sc-terms"><h2>Small print</h2><p>Illustrative prices. On 1 April of each year the
monthly price goes up by £2.50 for contracts of 12 and 24 months.</p><p>The fair use limit for
roaming is 25GB where a plan includes it.</p></section></main>
<footer><ul>{links(("Store locator", "Terms", "Privacy centre"))}</ul></footer></div>"""


def read_data(query: Mapping[str, str], scene: Scene) -> Any:
    months = query.get("contractLength")
    return {
        "plans": [
            _plan(offer, scene.day) for offer in scene.offers if str(offer.term_months) == months
        ]
    }


def _plan(offer: Offer, day: date) -> dict[str, Any]:
    speed = offer.max_speed_mbps
    return {
        "name": offer.name,
        "speed": f"Download speed up to {speed}Mbps" if speed else None,
        "price": short_pounds(offer.price_pence).removeprefix("£"),
        "rises": [
            f"Increases to {pounds(later.price_pence)} on {long_date(later.starts)}"
            for later in printed_prices(offer, day)
        ],
        "benefits": benefits_of(offer),
    }


SITE: Final = build_site(
    source="vodafone",
    host="www.vodafone.co.uk",
    paths=("/mobile/best-sim-only-deals", "/sim-only/best-sim-only-deals"),
    title="Our best SIM only deals | Vodafone",
    head=_HEAD,
    body=_BODY,
    read_data=read_data,
    renames={"plan-card-item": "offer-tile", "price-wrapper": "offer-price"},
)
