"""Hosts that every shop page calls beside its own: measuring, advertising, pictures."""

from __future__ import annotations

from typing import Final

from tests.support.market.sites.contract import Answer, Asked

PICTURES: Final = "images.ctfassets.net"
TRACKERS: Final = frozenset(
    {
        "www.googletagmanager.com",
        "www.google-analytics.com",
        "connect.facebook.net",
        "bat.bing.com",
    }
)
_PIXEL: Final = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
_PICTURE: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20">'
    b'<rect width="60" height="20" fill="#dde"/></svg>'
)
_TAG_MANAGER: Final = b"""(function () {
  new Image().src = "https://www.google-analytics.com/collect?t=pageview";
})();
"""

HEAD: Final = (
    '<script async src="https://www.googletagmanager.com/gtm.js?id=GTM-REPLICA"></script>'
    '<script async src="https://connect.facebook.net/en_US/fbevents.js"></script>'
)
BODY: Final = (
    f'<img src="https://{PICTURES}/replica/hero.svg" alt="" width="60" height="20">'
    '<img src="/assets/images/logo.svg" alt="" width="60" height="20">'
    '<img src="https://bat.bing.com/action/0?ti=1" alt="" width="1" height="1">'
)


def answer(asked: Asked) -> Answer | None:
    """Answer for the hosts beside the shops; None for a host that is none of them."""
    if asked.host == PICTURES:
        return picture()
    if asked.host not in TRACKERS:
        return None
    if asked.path.endswith(".js"):
        return Answer(kind="tracker", body=_TAG_MANAGER, media_type="text/javascript")
    return Answer(kind="tracker", body=_PIXEL, media_type="image/gif", charset=None)


def picture() -> Answer:
    return Answer(kind="image", body=_PICTURE, media_type="image/svg+xml", charset=None)


def add_trackers(page: bytes) -> bytes:
    """Return a page with the calls that shops have beside their own."""
    page = page.replace(b"</head>", HEAD.encode() + b"</head>", 1)
    return page.replace(b"</body>", BODY.encode() + b"</body>", 1)
