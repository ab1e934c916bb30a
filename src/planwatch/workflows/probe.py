"""A dry run of one source, on the site or on a saved file. Nothing is stored."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from planwatch.domain.page import Page
from planwatch.domain.record import offer_record, plan_record
from planwatch.errors import NothingFound, UsageError
from planwatch.home import Home
from planwatch.sources.contract import Reading, Source, group_offers, read_pages

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def probe_file(source: Source, path: Path, as_of: date) -> dict[str, Any]:
    """Return the plans that the source reads from a saved page, in the documented JSON shape.

    Raises:
        UsageError: the file cannot be read.
        ParseError: the page is not one of this source, or holds no plan.
    """
    page = Page(body=_read(path), url=source.requests[0].url, name=source.requests[0].name)
    return _record(source, [page], as_of)


def probe_site(source: Source, home: Home, working_folder: Path, as_of: date) -> dict[str, Any]:
    """Ask a source as a scrape does, and return what it would store.

    Raises:
        SettingsError: a setting is not valid.
        FetchError: the pages did not come.
        ParseError: they are not in the known shape, or hold no plan.
    """
    # only a probe of a site needs the settings and the network
    from planwatch.settings import load_settings
    from planwatch.workflows.services import web_fetcher

    with contextlib.closing(web_fetcher(load_settings(home.config_file, working_folder))) as web:
        pages = web.fetch_pages(
            source.id, source.requests, source.next_request, needs_browser=source.needs_browser
        )
    return _record(source, pages, as_of)


def _record(source: Source, pages: Sequence[Page], as_of: date) -> dict[str, Any]:
    reading = read_pages(source, pages, as_of)
    return {
        "source": source.id,
        "as_of": as_of.isoformat(),
        "plans": [
            {
                **plan_record(group[0]),
                "offers": [offer_record(offer) for offer in group] if len(group) > 1 else [],
                "first_seen": None,
                "last_seen": None,
            }
            for group in group_offers(reading.plans).values()
        ],
        "warnings": _warnings(reading, as_of),
        "unreadable": [{"where": item.where, "reason": item.reason} for item in reading.unreadable],
    }


def mine_file(path: Path, as_of: date, currency: str) -> dict[str, Any]:
    """Return the plans that the card miner finds on a saved page of any operator.

    Args:
        currency: ISO code, in whose minor unit the prices are.

    Raises:
        UsageError: the file cannot be read, or the currency is no ISO code.
        NothingFound: no card was found.
    """
    # lxml takes a tenth of a second; a parser's probe loads its own
    from planwatch.sources.miner import mine_plans

    if not _CURRENCY.fullmatch(currency):
        raise UsageError(
            f"{currency!r} is no currency", hint="write its ISO code, such as GBP or EUR"
        )
    mined = mine_plans(_read(path), currency=currency, as_of=as_of)
    if not mined.found:
        raise NothingFound(
            f"the card miner finds no plan on {path}",
            hint="it reads what a saved page shows: save it once its plans are there",
        )
    assumed = sum(not one.term_stated for one in mined.found)
    warnings = (
        [f"{assumed} of {len(mined.found)} state no term; 1 month is assumed"] if assumed else []
    )
    if mined.origin != "html":
        warnings.append(f"no cards are shown; read from the page's {mined.origin}")
    return {
        "source": "miner",
        "as_of": as_of.isoformat(),
        "plans": [
            {**plan_record(plan), "offers": [], "first_seen": None, "last_seen": None}
            for plan in mined.plans
        ],
        "warnings": warnings,
        "unreadable": [],
    }


def _warnings(reading: Reading, as_of: date) -> list[str]:
    """Say what makes costs doubtful: steps before the day taken for that of the capture."""
    past = [
        plan.name
        for plan in reading.plans
        if any(isinstance(step.starts, date) and step.starts < as_of for step in plan.price_steps)
    ]
    if not past:
        return []
    return [
        f"{len(past)} of {len(reading.plans)} plans print a price step before {as_of.isoformat()}: "
        "the page is older than that; name its day with --as-of"
    ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read the page {path} ({error.strerror})",
            hint="save the page from a browser and name that file",
        ) from error
