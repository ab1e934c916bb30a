"""The sources that the settings know: the built-in ones, and those that an entry adds.

Read without the validated settings, which are slow: `status` needs it, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from planwatch.domain.brand import AGGREGATORS, display_name, find_brand, slug_of_brand
from planwatch.errors import SettingsError
from planwatch.printable import printable
from planwatch.settings.source_entries import OWN_KEYS, SECTION
from planwatch.sources.own import OwnSource
from planwatch.sources.registry import SOURCE_IDS, Catalogue

MOST_URLS: Final = 10
MOST_OWN: Final = 50
CURRENCIES: Final = (
    *("GBP", "EUR", "USD", "CAD", "AUD", "NZD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF"),
    *("RON", "INR", "TRY", "BRL", "ZAR", "JPY"),
)
"""What the card miner knows prices in."""
_KEYS: Final = (*OWN_KEYS, "enabled")
_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?")
_RESERVED: Final = frozenset({"miner"})  # what `probe --miner` calls its source
_MOST_NAME: Final = 60
_MOST_ADDRESS: Final = 2000
_EXAMPLE: Final = 'write [[sources]] and below it name = "Acme Mobile" and urls = ["https://www.acme.example/sim"]'


def read_catalogue(values: Mapping[str, Any]) -> Catalogue:
    """Return the sources by the settings, as `read_values` returns them.

    An entry that only switches a source on or off is none of its business.

    Raises:
        SettingsError: an entry that adds a source is not valid; names its key.
    """
    table = values.get(SECTION)
    if not isinstance(table, Mapping):
        return Catalogue()
    own: list[OwnSource] = []
    for source_id, entry in table.items():
        if isinstance(entry, Mapping) and not entry.keys() <= {"enabled"}:
            own.append(_read_own(source_id, entry))
    _refuse_duplicates(own)
    return Catalogue(tuple(own))


def _read_own(source_id: str, entry: Mapping[str, Any]) -> OwnSource:
    table = f"{SECTION}.{source_id}"
    unknown = [key for key in entry if key not in _KEYS]
    if unknown:
        raise SettingsError(
            f"{table}.{unknown[0]} is not a setting", hint=f"keys are {', '.join(sorted(_KEYS))}"
        )
    if source_id in SOURCE_IDS:
        key = next(key for key in entry if key != "enabled")
        raise SettingsError(
            f"{table}.{key} is set, but {source_id} is a built-in source",
            hint="only enabled can be set for it; give a source of your own another id",
        )
    if not _ID.fullmatch(source_id) or source_id in _RESERVED:
        raise SettingsError(
            f"{source_id!r} is not a valid source id",
            hint="use up to 40 lower-case letters, digits and hyphens, such as acme-mobile",
        )
    name = _read_name(table, source_id, entry)
    currency = entry.get("currency", "GBP")
    if currency not in CURRENCIES:
        raise SettingsError(
            f"{table}.currency is {currency!r}, a currency that the card miner does not know",
            hint=f"write one of {', '.join(CURRENCIES)}",
        )
    browser = entry.get("browser", False)
    if not isinstance(browser, bool):
        raise SettingsError(
            f"{table}.browser is {browser!r}, neither true nor false",
            hint="write browser = true where plans appear only after scripts have run",
        )
    return OwnSource(
        id=source_id,
        name=name,
        urls=_read_urls(table, entry),
        currency=currency,
        needs_browser=browser,
    )


def _read_name(table: str, source_id: str, entry: Mapping[str, Any]) -> str:
    name = entry.get("name")
    if not isinstance(name, str) or not slug_of_brand(name) or len(name) > _MOST_NAME:
        said = "is not set" if name is None else f"is {name!r}, which is not a brand name"
        raise SettingsError(f"{table}.name {said}", hint=_EXAMPLE)
    brand, meant = find_brand(name), find_brand(source_id)
    taken = brand.id if brand else slug_of_brand(name)
    if taken in SOURCE_IDS or taken in AGGREGATORS:
        raise SettingsError(
            f"{table}.name is {name!r}, which the source {taken} already reads",
            hint="remove the entry, or name another brand",
        )
    if meant is not None and meant != brand:
        raise SettingsError(
            f"{source_id!r} stands for {meant.name}, but {table}.name is {name!r}",
            hint=f"give the source another id, such as {slug_of_brand(name)}",
        )
    return display_name(printable(name))


def _read_urls(table: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    urls = entry.get("urls")
    if not isinstance(urls, list) or not urls:
        said = "is not set" if urls is None else "is not a list of addresses"
        raise SettingsError(f"{table}.urls {said}", hint=_EXAMPLE)
    if len(urls) > MOST_URLS:
        raise SettingsError(
            f"{table}.urls has {len(urls)} addresses; the limit is {MOST_URLS}",
            hint="give the pages that list plans, not a page for each plan",
        )
    for number, url in enumerate(urls, start=1):
        fault = _fault_of(url)
        if fault:
            raise SettingsError(
                f"address {number} of {table}.urls {fault}",
                hint="write it as https://www.acme.example/sim-only",
            )
        if url in urls[: number - 1]:
            raise SettingsError(f"{table}.urls has {url} twice", hint="list each page once")
    return tuple(urls)


def _fault_of(url: Any) -> str | None:
    """Return what is wrong with an address, never the address itself: it may hold a password."""
    if not isinstance(url, str):
        return "is not text"
    if len(url) > _MOST_ADDRESS or not url.isprintable() or " " in url:
        return "is too long, or contains spaces or unprintable characters"
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return "is not a valid address"
    if parts.scheme not in ("http", "https") or not host or port == 0:
        return "is not the address of a web page"
    if parts.username is not None or parts.password is not None:
        return "contains a user name or a password"
    return None


def _refuse_duplicates(own: list[OwnSource]) -> None:
    if len(own) > MOST_OWN:
        raise SettingsError(
            f"the settings add {len(own)} sources; the limit is {MOST_OWN}", hint="remove some"
        )
    by_brand: dict[str, OwnSource] = {}
    for one in own:
        # an id that reads as another's name would make one word mean two sources
        for word in {slug_of_brand(one.name), slug_of_brand(one.id)}:
            other = by_brand.setdefault(word, one)
            if other is not one:
                raise SettingsError(
                    f"{SECTION}.{other.id} and {SECTION}.{one.id} are both called {word!r}",
                    hint="put all pages of a brand in the urls of one entry",
                )
