"""Which addresses of scraped pages a reader may follow."""

from __future__ import annotations

from urllib.parse import urlsplit


def find_link(url: str | None) -> str | None:
    """Return an address that a reader may follow: http or https with a host; else None."""
    if not url or any(letter.isspace() or ord(letter) < 32 for letter in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
