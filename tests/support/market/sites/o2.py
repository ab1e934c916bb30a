"""O2: a page a contract length; the first cards, and the rest behind "View all results"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from tests.support.market.html import links, month_and_year, pounds
from tests.support.market.offer import Offer, printed_prices
from tests.support.market.render_o2 import CARDS_AT_FIRST, data_words, roaming_words, term_words
from tests.support.market.sites.contract import Scene
from tests.support.market.sites.scripted import build_site

_HEAD: Final = """
<style>.sim-grid { display: grid; grid-template-columns: repeat(3, 1fr); gap: 24px; }
.sim-grid > * { border: 1px solid #007; border-radius: 16px; padding: 24px; }</style>
<script>window.ncPortlets = window.ncPortlets || {};
window.ncPortlets["HeaderPortlet"] = {"initData": {"basket": {"items": 0}}};</script>
<script type="text/x-handlebars-template" id="tariff-card"><div data-role="card"><p>{{tier}}</p>
<p>{{data}}</p><p>Data</p><p>MONTHLY</p><p>£{{price}}</p></div></script>"""
_BODY: Final = f"""
<div id="pref_banner" class="consent" role="dialog" style="display:none"><div><p>Choose what we may
store on this device.</p><button id="pref_optin">Accept all</button>
<button id="pref_optout">Only what is needed</button></div></div>
<header><nav aria-label="Main"><ul>{links(("Phones", "SIM only", "Broadband", "Help"))}</ul></nav>
</header>
<main id="main-content"><section class="hero"><h1>SIM only deals</h1>
<p>Keep the phone, change the plan.</p></section>
<div class="filters" role="group" aria-label="Contract length"></div>
<p class="count"></p><section class="sim-grid" aria-live="polite"></section>
<section class="notes"><h2>The details</h2><p>Illustrative prices. The airtime charge goes up by
£2.50 a month on the April bill of each year.</p></section></main>
<footer><ul>{links(("Coverage checker", "Price changes", "Privacy"))}</ul></footer>"""


def read_data(query: Mapping[str, str], scene: Scene) -> Any:
    months = query.get("contractMonths")
    return {
        "shownAtFirst": CARDS_AT_FIRST,
        "tariffs": [
            _tariff(offer, scene.day) for offer in scene.offers if str(offer.term_months) == months
        ],
    }


def _tariff(offer: Offer, day: date) -> dict[str, Any]:
    return {
        "tier": offer.variant.upper(),
        "data": data_words(offer),
        "term": term_words(offer.term_months),
        "roaming": roaming_words(offer),
        "monthly": pounds(offer.price_pence),
        "increases": [
            {"cost": pounds(later.price_pence), "bill": month_and_year(later.starts)}
            for later in printed_prices(offer, day)
        ],
    }


SITE: Final = build_site(
    source="o2",
    host="www.o2.co.uk",
    paths=("/shop/sim-cards/sim-only-deals",),
    title="SIM only deals | O2",
    head=_HEAD,
    body=_BODY,
    read_data=read_data,
    renames={"data-role": "data-part"},
    is_never_idle=True,
)
