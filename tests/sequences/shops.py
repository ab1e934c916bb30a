"""Three small shops on loopback whose every page a test decides: what they sell, and what fails.

An own source (HTML cards, read by the card miner), SMARTY (JSON) and giffgaff (JSON-LD). Nothing
here knows how planwatch reads, keeps or reports what they show.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from tests.support.builders import build_giffgaff_page, build_smarty_answer
from tests.support.server import Answer, page, reset_in_body, status, truncated


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One plan as a shop shows it; what a shop does not print is passed over.

    Attributes:
        tier: the name without figures, such as "Lite".
        badge: words that the shop prints beside the name.
        was_pence: a former price, which states that `pence` is a promotion.
        ref: the shop's own id; SMARTY prints it.
        category: SMARTY's kind of plan.
        notes: a further line of the card.
        is_readable: False where the shop has spoilt the card's figures.
    """

    gb: int
    pence: int
    months: int = 12
    tier: str = ""
    badge: str = ""
    was_pence: int | None = None
    ref: str = ""
    category: str = "classic"
    notes: str = ""
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop.

    Attributes:
        url: where its plans stand.
        label: what its messages call a plan of so many GB and such a tier.
    """

    source: str
    url: str
    media_type: str
    render: Callable[[Sequence[Card]], bytes]
    label: Callable[[Card], str]

    @property
    def route(self) -> str:
        address = urlsplit(self.url)
        return f"/{address.netloc}{address.path}"

    @property
    def robots_route(self) -> str:
        return f"/{urlsplit(self.url).netloc}/robots.txt"


def pounds(pence: int) -> str:
    return f"£{pence // 100}.{pence % 100:02d}"


def _render_own(cards: Sequence[Card]) -> bytes:
    items = "".join(map(_own_card, cards))
    return (
        '<!doctype html><html lang="en"><head><title>SIM only deals</title></head><body>'
        f"<h1>SIM only deals</h1><div><ul>{items}</ul></div></body></html>"
    ).encode()


def _own_card(card: Card) -> str:
    assert card.is_readable, "the miner passes over what it cannot read; use another shop"
    name = f"{card.tier} {card.gb}GB {card.badge}".strip()
    was = f"<p>Was {pounds(card.was_pence)} a month</p>" if card.was_pence else ""
    notes = f"<p>{card.notes}</p>" if card.notes else ""
    return (
        f"<li class=card><h3>{name}</h3><p>Unlimited minutes and texts</p>{notes}"
        f"<p>{card.months} month plan</p>{was}<p>{pounds(card.pence)} a month</p>"
        "<a href=/buy>Buy now</a></li>"
    )


def _render_smarty(cards: Sequence[Card]) -> bytes:
    answer = json.loads(build_smarty_answer(map(_smarty_row, cards)))
    rows = answer["data"]["attributes"]["plans"]
    for row, card in zip(rows, cards, strict=True):
        if not card.is_readable:
            row["finalPrice"]["value"] = None
    return json.dumps(answer).encode()


def _smarty_row(card: Card) -> dict[str, Any]:
    return {
        "id": card.ref or f"SM_{card.tier}_{card.gb}GB",
        "name": f"{card.tier} {card.gb}GB {card.badge}".strip(),
        "description": card.notes or f"{card.gb}GB Data, Unlimited Text, Unlimited Voice",
        "categoryType": card.category,
        "price_gbp_month": card.pence / 100,
        "raw_sim_data": card.gb,
        "promo_data_gb": None,
        "promo_text": "",
        "slug": f"{card.gb}gb",
    }


def _render_giffgaff(cards: Sequence[Card]) -> bytes:
    return build_giffgaff_page(map(_giffgaff_row, cards), range_page=False)


def _giffgaff_row(card: Card) -> dict[str, Any]:
    named_pence = card.pence if card.is_readable else card.pence + 1_000
    return {
        "name": f"giffgaff SIM - {card.gb} GB for {pounds(named_pence)} - 18 Month Contract",
        "plan_kind": "contract",
        "unlimited": False,
        "data_gb": card.gb,
        "url": "https://www.giffgaff.com/sim-only-deals",
        "price_gbp_month": card.pence / 100,
    }


def _label_own(card: Card) -> str:
    return f"{card.gb} GB {card.tier}".strip()


def _own(source: str) -> Shop:
    url = f"https://www.{source}.example/sim-only"
    return Shop(source, url, "text/html; charset=utf-8", _render_own, _label_own)


SHOPS: Final[Mapping[str, Shop]] = {
    **{source: _own(source) for source in ("acme", "bolt", "corner")},
    "smarty": Shop(
        "smarty",
        "https://smarty.co.uk/api/v3/plans",
        "application/json",
        _render_smarty,
        lambda card: f"{card.gb} GB",
    ),
    "giffgaff": Shop(
        "giffgaff",
        "https://www.giffgaff.com/sim-only-deals",
        "text/html; charset=utf-8",
        _render_giffgaff,
        lambda card: f"{card.gb} GB",
    ),
}
OWN_SOURCES: Final = "".join(
    f'[[sources]]\nid = "{source}"\nname = "{source.title()} Mobile"\n'
    f'urls = ["{SHOPS[source].url}"]\n\n'
    for source in ("acme", "bolt", "corner")
)

_CHALLENGE: Final = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
    b"<h1>Checking your browser</h1><noscript>Enable JavaScript and cookies to continue</noscript>"
    b'<script>window._cf_chl_opt={cType:"managed"};</script></body></html>'
)
_LOGIN: Final = (
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1>"
    b'<form method="post" action="/sign-in"><input type="email" name="email">'
    b'<input type="password" name="password"><button>Sign in</button></form></body></html>'
)
_REDESIGNED: Final = (
    b"<!DOCTYPE html><html><head><title>New</title></head><body><h1>Our new shop</h1></body></html>"
)


def answer_of(shop: Shop, cards: Sequence[Card], fault: str | None = None) -> Answer:
    """Return what a shop answers, spoilt by a fault of `FAULTS` or whole."""
    if fault is None:
        return page(shop.render(cards), shop.media_type)
    return FAULTS[fault](shop, cards)


def _page(body: bytes) -> Callable[[Shop, Sequence[Card]], Answer]:
    return lambda _shop, _cards: page(body)


def _cut(share: float) -> Callable[[Shop, Sequence[Card]], Answer]:
    """Answer with the beginning of the page, announced at just that length."""

    def answer(shop: Shop, cards: Sequence[Card]) -> Answer:
        body = shop.render(cards)
        return page(body[: round(len(body) * share)], shop.media_type)

    return answer


def _partial_content(shop: Shop, cards: Sequence[Card]) -> Answer:
    """Answer 206 with a page that is well formed and lacks half of the cards."""
    body = shop.render(cards[: (len(cards) + 1) // 2])
    return status(
        206,
        body,
        Content_Type=shop.media_type,
        Content_Range=f"bytes 0-{len(body) - 1}/{2 * len(body)}",
    )


FAULTS: Final[Mapping[str, Callable[[Shop, Sequence[Card]], Answer]]] = {
    "500": lambda _shop, _cards: status(500, b"no"),
    "403": lambda _shop, _cards: status(403, b"no"),
    "404": lambda _shop, _cards: status(404, b"no"),
    "reset": lambda _shop, _cards: reset_in_body,
    "challenge": _page(_CHALLENGE),
    "login": _page(_LOGIN),
    "redesigned": _page(_REDESIGNED),
    "few": lambda shop, cards: page(shop.render(cards[: len(cards) // 3]), shop.media_type),
    "truncated": lambda shop, cards: truncated(shop.render(cards), 300),
    "206": _partial_content,
    "cut": _cut(0.6),
    "cut_late": _cut(0.95),
}
