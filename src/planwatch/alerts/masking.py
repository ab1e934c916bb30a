"""Addresses of alerts with their secrets masked, and texts from which these are removed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote, urlsplit

from planwatch.printable import printable

_HOST_IS_PUBLIC: Final = frozenset(
    {"http", "https", "json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos"}
)
"""Of other schemes the host is often a token."""
_SHORTEST_SECRET: Final = 4
_PARTS: Final = re.compile(r"[/:@?&=#,\s]+")
_LONGEST: Final = 300
HIDDEN: Final = "…"


def mask_address(address: str) -> str:
    """Return what may be shown of an address: its scheme, and its host where that is no token."""
    scheme = address.partition(":")[0].lower()
    if scheme not in _HOST_IS_PUBLIC:
        return f"{scheme}://{HIDDEN}"
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
        return f"{scheme}://{parts.hostname or ''}{port}/{HIDDEN}"
    except ValueError:
        return f"{scheme}://{HIDDEN}"


def scrub_secrets(text: str, addresses: Iterable[str]) -> str:
    """Return a text without any address, or any part of one that may be a token."""
    secrets: set[str] = set()
    for address in addresses:
        shown = set(_PARTS.split(mask_address(address)))
        for form in (address, unquote(address)):
            secrets.add(form)
            secrets.update(
                part
                for part in _PARTS.split(form)
                if len(part) >= _SHORTEST_SECRET and part not in shown
            )
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return printable(" ".join(text.split()))[:_LONGEST]
