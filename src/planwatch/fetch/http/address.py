"""URLs of requests: full address, stand-in on loopback, and where a redirect may lead.

Refuses to be led to another site, or from https back to http.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import httpx

from planwatch.errors import FetchError, SettingsError

MOST_REDIRECTS: Final = 8
MOST_ROBOTS_REDIRECTS: Final = 5  # RFC 9309, 2.3.1.2
_SHOWN_QUERY: Final = 60
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Registries under .uk below which anyone may register; enough for the sites that sources know.
_SHARED_SUFFIXES: Final = frozenset(
    {"co.uk", "org.uk", "me.uk", "ltd.uk", "plc.uk", "net.uk", "gov.uk", "ac.uk"}
)


@dataclass(frozen=True, slots=True)
class Origin:
    """A server on loopback that answers for every host, under `/HOST/PATH`."""

    url: httpx.URL

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read PLANWATCH_ORIGIN.

        Raises:
            SettingsError: anything but http(s) on loopback, without a path.
        """
        try:
            url = httpx.URL(text)
        except httpx.InvalidURL as error:
            raise _not_an_origin(text) from error
        is_bare = url.raw_path in (b"", b"/") and not url.userinfo and not url.fragment
        if url.scheme not in ("http", "https") or not is_bare or not _is_loopback(url.host):
            raise _not_an_origin(text)
        return cls(url)

    def stand_in(self, url: httpx.URL) -> httpx.URL:
        """Return the address on the origin that answers for `url`."""
        return self.url.copy_with(raw_path=b"/" + url.netloc + url.raw_path)

    def true_address(self, url: httpx.URL) -> httpx.URL:
        """Return what `url` stands for; an address that is not on the origin is true already."""
        if url.netloc != self.url.netloc:
            return url
        host, _, rest = url.raw_path.lstrip(b"/").partition(b"/")
        return httpx.URL(f"https://{host.decode('ascii')}/{rest.decode('ascii')}")


def full_address(url: str, params: Mapping[str, str]) -> httpx.URL:
    """Return `url` with `params` added to its query.

    Raises:
        FetchError: no http(s) address.
    """
    try:
        address = httpx.URL(url)
        address = address.copy_merge_params(dict(params)) if params else address
    except httpx.InvalidURL as error:
        raise FetchError(f"not a valid address: {url!r}") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise FetchError(f"not a web address: {url!r}")
    return address


def shown(url: httpx.URL | str) -> str:
    """Return an address as messages show it: without a query that would fill the screen."""
    address = httpx.URL(url)
    return str(address.copy_with(query=None)) if len(address.query) > _SHOWN_QUERY else str(address)


def endless_redirects(url: httpx.URL | str) -> FetchError:
    """Return the error for an address that leads on and on."""
    return FetchError(
        f"{shown(url)}: more than {MOST_REDIRECTS} redirects",
        hint="the site redirects in a circle; open the page in a browser",
    )


def find_redirect(
    response: httpx.Response,
    url: httpx.URL,
    origin: Origin | None,
    *,
    leaves_site: bool = False,
) -> httpx.URL | None:
    """Return where an answer from `url` sends us, None if it stays.

    Args:
        leaves_site: another site, and http instead of https, will do: a robots.txt may lie there.

    Raises:
        FetchError: it sends us to another site, or from https to http.
    """
    location = response.headers.get("Location")
    if response.status_code not in _REDIRECTS or not location:
        return None
    try:
        target = url.join(location)
        target = origin.true_address(target) if origin else target
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(f"{shown(url)}: a redirect to an invalid address") from error
    is_weaker = url.scheme == "https" and target.scheme == "http" and not leaves_site
    if is_weaker or target.scheme not in ("http", "https"):
        raise FetchError(
            f"{shown(url)}: refused a redirect from https to {target.scheme or location!r}"
        )
    if site_of(target.host) != site_of(url.host) and not leaves_site:
        raise FetchError(
            f"{shown(url)}: the site redirects to another site, {target.host}",
            hint="if the shop has moved, its source needs the new address",
        )
    return target.copy_with(fragment=None)


def site_of(host: str) -> str:
    """Return the name that was registered for a site: o2.co.uk for www.o2.co.uk."""
    if _is_address(host):
        return host
    labels = host.lower().rstrip(".").split(".")
    kept = 3 if ".".join(labels[-2:]) in _SHARED_SUFFIXES else 2
    return ".".join(labels[-kept:])


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _not_an_origin(text: str) -> SettingsError:
    return SettingsError(
        f"PLANWATCH_ORIGIN is not a server on this machine: {text!r}",
        hint="set it to a loopback address, such as http://127.0.0.1:8080",
    )
