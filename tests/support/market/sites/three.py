"""Three: popular plans, and a configurator that shows one combination at a time.

The script knows every plan and, as the site does, answers a choice that is not sold with the
closest one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from tests.support.market.html import links, months_text, pounds
from tests.support.market.offer import GB, Offer, printed_prices
from tests.support.market.render_three import (
    FEATURES,
    TIERS,
    TOP_CARDS,
    badge_text,
    data_text,
    elevated_features_of,
    rank_of_data,
    starts_text,
)
from tests.support.market.sites.contract import Scene
from tests.support.market.sites.scripted import build_site

_HEAD: Final = """
<style>.simo-top-ranking-plans, #sim-plans-dynamic-wrapper, .choice-card-group-mini
{ display: flex; flex-wrap: wrap; gap: 1rem; }
.sim-only { width: 30%; } .plan-img img { width: 1rem; }
.plans-card-root-redesign, .plan-details-section { border: 1px solid #c39; padding: 1rem; }
.choice-card { border: 1px solid #888; padding: 0.5rem; cursor: pointer; }
.choice-card.selected { border-color: #00f; } .disabled { opacity: 0.4; }</style>
<script>window.buildVersion = "8300:1042";</script>"""
_BODY: Final = f"""
<div id="onetrust-consent-sdk" class="consent" style="display:none"><div><p>Cookies, your way.</p>
<button id="onetrust-pc-btn-handler">Manage</button>
<button id="onetrust-accept-btn-handler">Allow all</button></div></div>
<div id="header" class="threedigital"><nav><ul>{links(("Phones", "SIM only", "Support"))}</ul></nav>
</div><div id="root"></div>
<div class="footer-info"><ol class="additional-info-list-plans"><li><span class="vat-info-bold"
>Illustrative prices. On 1 April of each year the charge goes up by £1.80 for 4GB or less, by £1.90
from 5GB to 99GB, by £2.30 from 100GB and for unlimited data.</span> The price shown contains £5 off
for paying by a recurring method.</li></ol></div>
<div id="customer-footer" class="threedigital"><ul>{links(("Price guide", "Privacy"))}</ul>
<button id="ot-sdk-btn">Cookie settings</button></div>"""


def read_data(_query: Mapping[str, str], scene: Scene) -> Any:
    offers = scene.offers
    terms = sorted({offer.term_months for offer in offers}, reverse=True)
    sizes = sorted({offer.data_mb for offer in offers}, key=rank_of_data, reverse=True)
    return {
        "popular": [offer.ref for offer in offers[:TOP_CARDS]],
        "lengths": [{"value": term, "label": months_text(term, unit="Month")} for term in terms],
        "sizes": [
            {
                "value": rank_of_data(size),
                "label": "Unlimited" if size is None else f"{size // GB}GB",
            }
            for size in sizes
        ],
        "tiers": [{"value": rank, "label": tier} for rank, tier in enumerate(TIERS)],
        "plans": [_plan(offer, scene.day) for offer in offers],
    }


def _plan(offer: Offer, day: date) -> dict[str, Any]:
    was_pence = offer.list_price_pence
    return {
        "ref": offer.ref,
        "choice": [
            offer.term_months,
            rank_of_data(offer.data_mb),
            TIERS.index(offer.variant),
        ],
        "tier": offer.variant,
        "data": data_text(offer),
        "price": pounds(offer.price_pence),
        "was": None if was_pence is None else pounds(was_pence),
        "badge": badge_text(offer),
        "rises": [
            {"price": pounds(later.price_pence), "from": starts_text(later)}
            for later in printed_prices(offer, day)
        ],
        "features": FEATURES,
        "elevated": elevated_features_of(offer),
    }


SITE: Final = build_site(
    source="three",
    host="www.three.co.uk",
    paths=("/shop/sim-only/pay-monthly",),
    title="Pay Monthly SIM Only plans | Three",
    head=_HEAD,
    body=_BODY,
    read_data=read_data,
    renames={
        "simo-top-ranking-plans": "simo-popular-plans",
        "plan-details-section": "plan-summary-section",
        "plans-card-root-redesign": "plans-card-root-2027",
    },
)
