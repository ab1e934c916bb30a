"""giffgaff: a server-rendered page with the plans embedded twice, as hypernova JSON and as JSON-LD.

Traps kept: JSON inside an HTML comment, pence here and pounds there, data in KB of 1024 x 1024
to the GB, -1 for unlimited, plans as an object and not a list, two plans at one price with one
address, another hypernova component before the right one, pay as you go beside contracts.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.support.market.html import document, escape, links, pounds, short_pounds
from tests.support.market.offer import GB, Offer

_KB_PER_GB = 1024 * 1024
_ADDRESS = "https://www.giffgaff.com/sim-only-deals"
_SLUGS = {18: "contract-plan", 1: "golden-goodybag", 0: "goodybag"}
_TAGS = {18: ["contract_18", "5g"], 1: ["golden", "5g"], 0: ["5g"]}
_DESCRIPTIONS = {
    18: "18 month contract with one price to the end",
    1: "Monthly rolling plan, stop at any time",
    0: "Pay as you go for a month",
}


def render(offers: Sequence[Offer], as_of: date) -> bytes:
    """Return the one page; giffgaff prints no rises, so that the day does not matter."""
    cards = "".join(_card(offer) for offer in offers)
    return document(
        title="SIM only deals | giffgaff",
        head=f"""
<script type="application/ld+json">{_dump(_product(offers))}</script>
<script type="application/ld+json">{_dump(_ORGANISATION)}</script>
<script src="/_Incapsula_Resource?SWJIYLWA=1" async></script>""",
        body=f"""
<div id="CybotCookiebotDialog" style="display:none"><button
 id="CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll">Allow all</button></div>
<header>{_hypernova("Header", {"links": list(_NAVIGATION), "loggedIn": False})}
<nav><ul>{links(_NAVIGATION)}</ul></nav></header>
<main>{_hypernova("RangePage", _range(offers))}<h1>SIM only deals</h1>{cards}
<section><h2>Good to know</h2><p>Illustrative prices. No yearly rise on
 any plan. Roaming in the EU is
included up to 5GB; then 10p for 100MB. 5G comes with every plan.</p></section></main>
<footer><ul>{links(_FOOTER)}</ul></footer>""",
    )


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _hypernova(key: str, value: Any) -> str:
    component_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{_ADDRESS}#{key}")
    return (
        f'<div data-hypernova-key="{key}" data-hypernova-id="{component_id}"></div>'
        f'<script type="application/json" data-hypernova-key="{key}" '
        f'data-hypernova-id="{component_id}"><!--{_dump(value).replace(">", "&gt;")}--></script>'
    )


def _range(offers: Sequence[Offer]) -> dict[str, Any]:
    return {
        "pageTitle": "SIM only deals",
        "defaultTab": "contract_18",
        "plans": {offer.ref: _plan(offer) for offer in offers},
        "experiments": {"range_order": "control"},
    }


def _plan(offer: Offer) -> dict[str, Any]:
    allocation = -1 if offer.data_mb is None else offer.data_mb // GB * _KB_PER_GB
    return {
        "id": offer.ref,
        "name": f"{short_pounds(offer.price_pence)} {_SLUGS[offer.term_months].replace('-', ' ')}",
        "priceInPence": offer.price_pence,
        "description": _DESCRIPTIONS[offer.term_months],
        "allowance": [
            {"type": "VOICE", "allocation": -1},
            {"type": "DATA", "allocation": allocation},
            {"type": "TEXT", "allocation": -1},
        ],
        "tags": _TAGS[offer.term_months],
    }


def _product(offers: Sequence[Offer]) -> dict[str, Any]:
    contracts = [offer for offer in offers if offer.term_months == 18]
    others = [offer for offer in offers if offer.term_months != 18]
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "giffgaff SIM",
        "brand": {"@type": "Brand", "name": "giffgaff"},
        "isRelatedTo": [_related(offer) for offer in contracts],
        "isSimilarTo": [_related(offer) for offer in others],
    }


def _related(offer: Offer) -> dict[str, Any]:
    size = "Unlimited data" if offer.data_mb is None else f"{offer.data_mb // GB} GB"
    price = offer.price_pence // 100
    return {
        "@type": "Product",
        "name": offer.name,
        "description": f"{size}, Unlimited Calls and Text",
        "url": f"{_ADDRESS}/{price}pound-{_SLUGS[offer.term_months]}",
        "offers": {
            "@type": "Offer",
            "price": pounds(offer.price_pence).removeprefix("£"),
            "priceCurrency": "GBP",
            "availability": "https://schema.org/InStock",
        },
    }


def _card(offer: Offer) -> str:
    size = "Unlimited" if offer.data_mb is None else f"{offer.data_mb // GB}GB"
    kind = {18: ("18 month", "contract"), 1: ("rolling", "no contract"), 0: ("payg", "no contract")}
    length, small = kind[offer.term_months]
    return f"""
<section><details><summary><h3 data-testid="plan-group-header"><span
 data-attribute="louder-regular">
{short_pounds(offer.price_pence)}</span></h3><div data-testid="plan-info"><h2>{escape(size)}</h2>
<h2>{length} <small>{small}</small></h2></div></summary><p>Unlimited UK calls and texts</p>
</details>
</section>"""


_ORGANISATION = {
    "@context": "https://schema.org",
    "@type": "Organization",
    "name": "giffgaff",
    "url": "https://www.giffgaff.com",
}
_NAVIGATION = (
    "SIM only deals", "Phones", "Refurbished", "Recycle", "Broadband", "Roaming", "Community",
    "Help", "Activate",
)  # fmt: skip
_FOOTER = (
    "About", "Jobs", "Press", "Terms", "Privacy", "Cookies", "Accessibility", "Coverage",
    "Complaints",
)  # fmt: skip
