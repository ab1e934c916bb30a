"""A dry run of one source, on the site or on a saved file, beside what the card miner finds there.

Nothing is stored. Its pages as a test fixture: services/sources/fixture.py.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from planwatch.domain.page import Page
from planwatch.domain.plan import Plan
from planwatch.domain.record import offer_record, plan_record
from planwatch.domain.rise_table import load_rise_rules
from planwatch.domain.whole_page import find_cut
from planwatch.errors import LayoutChanged, NothingFound, UsageError
from planwatch.home import Home
from planwatch.services.sources.saved_pages import read_bytes, read_har, read_one_page
from planwatch.sources.cards import mine_plans
from planwatch.sources.contract import Reading, Source, group_offers, read_pages
from planwatch.workflows.scrape.miner_check import Opinion, ask_miner

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def read_saved_page(source: Source, path: Path) -> list[Page]:
    """Return a saved page as the answer to the first request of its source, or those of a HAR file.

    Raises:
        UsageError: the file cannot be read, or a HAR file has no page of the source.
    """
    body, request = read_bytes(path), source.requests[0]
    return read_har(source, path, body) or [Page(body=body, url=request.url, name=request.name)]


def ask_site(source: Source, home: Home, working_folder: Path) -> list[Page]:
    """Ask a source as a scrape does; nothing is stored.

    Raises:
        SettingsError: a setting is not valid.
        FetchError: the pages did not come.
    """
    # only a probe of a site needs the settings and the network
    from planwatch.settings.load import load_settings
    from planwatch.workflows.context import web_fetcher

    with contextlib.closing(web_fetcher(load_settings(home.config_file, working_folder))) as web:
        return web.fetch_pages(
            source.id, source.requests, source.next_request, needs_browser=source.needs_browser
        )


def probe_pages(source: Source, pages: Sequence[Page], as_of: date) -> dict[str, Any]:
    """Return what a scrape of these pages would store, in the documented JSON shape.

    Raises:
        ParseError: they are not in the known shape, or hold no plan; the message says what the
            card miner finds there.
    """
    opinion = None if source.is_mined else ask_miner(source, pages, as_of)
    try:
        reading = read_pages(source, pages, as_of, load_rise_rules())
    except (LayoutChanged, NothingFound) as error:
        if opinion is None:
            raise
        raise type(error)(
            f"{error.message}; {_describe_opinion(opinion)}", hint=error.hint, **error.context
        ) from error
    return {
        "source": source.id,
        "as_of": as_of.isoformat(),
        "plans": [
            _probed(group[0], group if len(group) > 1 else ())
            for group in group_offers(reading.plans).values()
        ],
        "miner": None if opinion is None else _miner_record(opinion, reading.plans),
        "warnings": [*_cut_warnings(pages), *_warnings(reading, as_of)],
        "unreadable": [{"where": item.where, "reason": item.reason} for item in reading.unreadable],
    }


def _describe_opinion(opinion: Opinion) -> str:
    count = len(opinion.plans)
    if not count:
        return "the card miner finds none either"
    plans = "1 plan" if count == 1 else f"{count} plans"
    return f"the card miner finds {plans} there: the layout has changed"


def _miner_record(opinion: Opinion, plans: Sequence[Plan]) -> dict[str, Any]:
    alone = [plan for plan in plans if not opinion.agreement([plan])]
    return {
        "found": len(opinion.plans),
        "agree": len(plans) - len(alone),
        "only_miner": [_probed(plan) for plan in opinion.beyond(plans)],
        "only_parser": list(dict.fromkeys(plan.plan_key for plan in alone)),
    }


def _probed(plan: Plan, offers: Sequence[Plan] = ()) -> dict[str, Any]:
    return {
        **plan_record(plan.with_rules(load_rise_rules().of(plan.brand))),
        "offers": [offer_record(offer) for offer in offers],
        "first_seen": None,
        "source_outcome": None,
        "last_seen": None,
    }


def mine_file(path: Path, as_of: date, currency: str) -> dict[str, Any]:
    """Return the plans that the card miner finds on a saved page of any operator.

    Args:
        currency: ISO code, in whose minor unit the prices are.

    Raises:
        UsageError: the file cannot be read or is a HAR file, or the currency is no ISO code.
        NothingFound: no card was found.
    """
    if not _CURRENCY.fullmatch(currency):
        raise UsageError(
            f"{currency!r} is not a currency code", hint="write an ISO code, such as GBP or EUR"
        )
    body = read_one_page(path)
    mined = mine_plans(body, currency=currency, as_of=as_of)
    if not mined.found:
        raise NothingFound(
            f"the card miner finds no plan on {path}",
            hint="save the page once its plans are shown",
        )
    assumed = sum(not one.term_stated for one in mined.found)
    warnings = _cut_warnings([Page(body=body, name=str(path))])
    if assumed:
        warnings.append(f"{assumed} of {len(mined.found)} do not state a term; 1 month is assumed")
    if mined.origin != "html":
        warnings.append(f"no cards are shown; read from the page's {mined.origin}")
    return {
        "source": "miner",
        "as_of": as_of.isoformat(),
        "plans": [_probed(plan) for plan in mined.plans],
        "miner": None,
        "warnings": warnings,
        "unreadable": [],
    }


def _cut_warnings(pages: Sequence[Page]) -> list[str]:
    """Say which pages a scrape or an import would refuse; a probe stores nothing."""
    cuts = ((page.name, find_cut(page.text, page.media_type)) for page in pages)
    return [
        f"the page {name} was cut short, so plans may be missing: {cut}"
        for name, cut in cuts
        if cut
    ]


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
        "the page is older than that; give its day with --as-of"
    ]
