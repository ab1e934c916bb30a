"""Sky Mobile: consent in a frame of another host, a tab, and cards that come while scrolling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.support.market.html import document, links, short_pounds
from tests.support.market.render_sky import BENEFITS
from tests.support.market.sites.contract import Answer, Asked, Scene
from tests.support.market.sites.scripted import build_site

CONSENT_HOST: Final = "cdn.privacy-mgmt.com"

_HEAD: Final = """
<style>.c-plan, .c-phone { display: inline-block; width: 28%; border: 1px solid #009; margin: 1%;
padding: 1rem; } .c-visually-hidden { position: absolute; left: -9999px; }
.c-banner { height: 110vh; background: linear-gradient(#003, #eef); color: #fff; }
[id^="sp_message_container"] { position: fixed; inset: 0; z-index: 2147483647; }
[id^="sp_message_iframe"] { width: 100%; height: 100%; border: 0; }</style>
<script>window.skyTags = {"page": "mobile plans", "basket": {"monthly": 0}};</script>"""
_BODY: Final = f"""
<header><nav><ul>{links(("TV", "Broadband", "Mobile", "Help"))}</ul></nav></header>
<main><h1>Pick a data plan</h1><div role="tablist"></div><div id="range"></div>
<section class="legal"><p>Illustrative prices. Roaming Passport: £2 a day in 55 places. Outside the
plan: 10p for 1MB.</p><p>Set-up is free; a replacement SIM costs £5.</p></section></main>
<footer><ul>{links(("Terms", "Privacy options", "Complaints"))}</ul></footer>"""
_PHONES: Final = ({"name": "Pixel 10a", "price": "£18 a month"}, {"name": "A17", "price": "£9"})

_MESSAGE: Final = document(
    title="Privacy message",
    head="""
<style>body { background: rgba(0, 0, 0, 0.6); font: 16px sans-serif; }
.message { background: #fff; margin: 20vh auto; max-width: 30rem; padding: 2rem; }</style>
<script>const accept = () =>
  parent.postMessage({ name: "sp.hideMessage", actions: ["accept"] }, "*");</script>""",
    body="""
<div class="message" role="dialog"><p>We value your privacy.</p>
<button title="Options" type="button">Options</button>
<button title="Accept all" type="button" onclick="accept()">Accept all</button></div>""",
)


def answer_consent(asked: Asked) -> Answer | None:
    """Answer for the host that the frame of the consent message is from."""
    if asked.host != CONSENT_HOST:
        return None
    if asked.path != "/index.html":
        return Answer(kind="unknown", status=404)
    return Answer(kind="consent", body=_MESSAGE)


def read_data(query: Mapping[str, str], scene: Scene) -> Any:
    if query.get("tab") != "sim-only":
        return {"phones": _PHONES}
    return {
        "plans": [
            {"data": offer.ref, "price": short_pounds(offer.price_pence)} for offer in scene.offers
        ],
        "benefits": BENEFITS,
    }


SITE: Final = build_site(
    source="sky",
    host="www.sky.com",
    paths=("/shop/mobile/plans",),
    title="Mobile data plans | Sky",
    head=_HEAD,
    body=_BODY,
    read_data=read_data,
    renames={"data-plan": "sim-plan"},
    is_never_idle=True,
)
