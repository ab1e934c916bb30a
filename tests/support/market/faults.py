"""What goes wrong with a site, by name; each may be switched on and off while the market runs.

A fault changes the offers, the script, the words, the answer or the way in which it is sent, in
that order. What it does to one answer is here; when it is on is known by `replica.py`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, get_args
from urllib.parse import urlencode

from tests.support.market.html import document, links, short_pounds
from tests.support.market.offer import Offer
from tests.support.market.sites.contract import Answer, Asked, Front, Site, Wire

BOMB_BYTES: Final = 50_000_000
# long words in few elements: a million elements would take gigabytes from a browser in a test
FILLER: Final = b"<p>" + b"more " * 1_600 + b"</p>\n"
SLOW_JS_MS: Final = 6_000
AWAY_HOST: Final = "www.best-deals.example"
LOGIN_PATH: Final = "/sign-in"
_WRONG_CHARSET: Final = "iso-8859-1"
_PRICE_IN_NAME: Final = re.compile(r"£[0-9]+")


@dataclass(slots=True)
class Fault:
    """A fault that is on.

    Attributes:
        left: how many requests it still spoils; None is for ever.
        retry_after_s: what a 429 asks for.
    """

    name: str
    left: int | None = None
    retry_after_s: int = 2


def _sell_nothing(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    return offers[:0]


def _lose_half(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    return offers[::2]


def _print_ten_times(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    return tuple(at_price(offer, lambda pence: pence * 10) for offer in offers)


def hold_a_sale(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """Return the offers at half price, rounded up to a penny; rises stay as they are."""
    return tuple(at_price(offer, lambda pence: -(-pence // 2)) for offer in offers)


def at_price(offer: Offer, change: Callable[[int], int]) -> Offer:
    """Return the offer with every price changed, the one in its name too."""

    def changed(pence: int | None) -> int | None:
        return None if pence is None else change(pence)

    price_pence = change(offer.price_pence)
    return replace(
        offer,
        price_pence=price_pence,
        list_price_pence=changed(offer.list_price_pence),
        clubcard_pence=changed(offer.clubcard_pence),
        name=_PRICE_IN_NAME.sub(short_pounds(price_pence), offer.name),
    )


OFFER_FAULTS: Final[Mapping[str, Callable[[tuple[Offer, ...]], tuple[Offer, ...]]]] = {
    "empty": _sell_nothing,
    "half": _lose_half,
    "times_ten": _print_ten_times,
    "sale": hold_a_sale,
}
FRONT_FAULTS: Final[Mapping[str, Callable[[Front], Front]]] = {
    "no_consent": lambda front: replace(front, asks_consent=False),
    "slow_js": lambda front: replace(front, delay_ms=SLOW_JS_MS),
    "js_error": lambda front: replace(front, throws=True),
}


def _rename(answer: Answer, site: Site) -> Answer:
    body = answer.body
    for old, new in site.renames.items():
        body = body.replace(old.encode(), new.encode())
    return replace(answer, body=body)


def _declare_wrong_charset(answer: Answer, _site: Site) -> Answer:
    return replace(answer, charset=_WRONG_CHARSET) if answer.charset else answer


# they touch whatever a shop itself answers: page, data and script
TEXT_FAULTS: Final[Mapping[str, Callable[[Answer, Site], Answer]]] = {
    "renamed": _rename,
    "charset": _declare_wrong_charset,
}


def _too_many(_asked: Asked, _site: Site, fault: Fault) -> Answer:
    wait = {"Retry-After": str(fault.retry_after_s)}
    return Answer(kind="page", status=429, body=b"Too Many Requests", headers=wait)


def _break_down(_asked: Asked, _site: Site, _fault: Fault) -> Answer:
    return Answer(kind="page", status=500, body=b"<h1>Internal Server Error</h1>")


def _forbid(_asked: Asked, _site: Site, _fault: Fault) -> Answer:
    return Answer(kind="page", status=403, body=b"<h1>Access denied</h1>")


def _challenge(_asked: Asked, site: Site, _fault: Fault) -> Answer:
    body = _INCAPSULA if site.guard == "incapsula" else _CLOUDFLARE
    return Answer(kind="page", body=body)


def _ask_to_log_in(asked: Asked, site: Site, _fault: Fault) -> Answer:
    """Send a reader to the log-in page; an API answers with the page itself."""
    if asked.method != "GET":
        return Answer(kind="page", body=LOGIN_PAGE)
    wanted = urlencode({"return": asked.path})
    return _redirect(f"https://{site.host}{LOGIN_PATH}?{wanted}")


def _go_round(asked: Asked, site: Site, _fault: Fault) -> Answer:
    turn = {**asked.query, "round": str(int(asked.query.get("round", "0")) + 1)}
    return _redirect(f"https://{site.host}{asked.path}?{urlencode(turn)}")


def _send_away(_asked: Asked, _site: Site, _fault: Fault) -> Answer:
    return _redirect(f"https://{AWAY_HOST}/sim-only")


def _swell(_asked: Asked, _site: Site, _fault: Fault) -> Answer:
    return Answer(kind="page", body=b"<!DOCTYPE html><html><body>", padding=BOMB_BYTES)


def _swell_packed(_asked: Asked, _site: Site, _fault: Fault) -> Answer:
    return Answer(kind="page", body=_packed_bomb(), headers={"Content-Encoding": "gzip"})


def _redirect(location: str) -> Answer:
    return Answer(kind="page", status=302, headers={"Location": location})


@cache
def _packed_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    packed = packer.compress(b"<!DOCTYPE html><html><body>")
    step = FILLER * 125
    packed += b"".join(packer.compress(step) for _ in range(-(-BOMB_BYTES // len(step))))
    return packed + packer.flush()


# they stand in for a page, or for the answer of an API
ANSWER_FAULTS: Final[Mapping[str, Callable[[Asked, Site, Fault], Answer]]] = {
    "429": _too_many,
    "500": _break_down,
    "403": _forbid,
    "challenge": _challenge,
    "login": _ask_to_log_in,
    "redirect_loop": _go_round,
    "redirect_away": _send_away,
    "bomb": _swell,
    "gzip_bomb": _swell_packed,
}
WIRE_FAULTS: Final[Mapping[str, Wire]] = {wire: wire for wire in get_args(Wire) if wire != "whole"}
ROBOTS_FAULTS: Final[Mapping[str, Answer]] = {
    "robots": Answer(kind="robots", body=b"User-agent: *\nDisallow: /\n", media_type="text/plain"),
    "robots_500": Answer(kind="robots", status=500, body=b"broken", media_type="text/plain"),
}
# of these a number of requests can be spoilt; the others last until they are switched off
COUNTED: Final = frozenset({*ANSWER_FAULTS, *WIRE_FAULTS, *ROBOTS_FAULTS})
NAMES: Final = frozenset({*COUNTED, *OFFER_FAULTS, *FRONT_FAULTS, *TEXT_FAULTS})

_INCAPSULA: Final = (
    b'<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW">'
    b'<script src="/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3"></script></head>'
    b'<body style="margin:0px;height:100%"><iframe id="main-iframe" src="/_Incapsula_Resource?'
    b'SWUDNSAI=31&xinfo=1-23456-0" frameborder=0 width="100%" height="100%">Request unsuccessful. '
    b"Incapsula incident ID: 1234000120000456789-123456789</iframe></body></html>"
)
_CLOUDFLARE: Final = (
    b'<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>'
    b'<meta name="robots" content="noindex,nofollow"></head><body><div class="main-content">'
    b"<h1>Checking your browser</h1><noscript>Enable JavaScript and cookies to continue</noscript>"
    b'</div><script>window._cf_chl_opt={cType:"managed"};</script></body></html>'
)
LOGIN_PAGE: Final = document(
    title="Sign in",
    body=f"""
<header><nav><ul>{links(("Help", "Register"))}</ul></nav></header><main><h1>Sign in</h1>
<p>Please sign in to see this page.</p><form method="post" action="/sign-in">
<label>Email <input type="email" name="email" autocomplete="username"></label>
<label>Password <input type="password" name="password"></label>
<button type="submit">Sign in</button></form></main>""",
)
AWAY_PAGE: Final = document(title="Best deals", body="<main><h1>This domain has moved</h1></main>")
