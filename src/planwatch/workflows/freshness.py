"""How old what we know is: each source with its newest outcome, by the market's own clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from planwatch.clock import now, parse_instant
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.london import show_day
from planwatch.domain.outcome import GOOD_OUTCOMES
from planwatch.domain.phrasing import list_some, short_date
from planwatch.errors import SettingsError
from planwatch.ledger.pages.health import load_health, load_health_before
from planwatch.ledger.plans.counts import brand_by_source, count_by_source
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.info import is_recorded, market_instant
from planwatch.settings.early import switched_off
from planwatch.settings.sources import read_catalogue
from planwatch.sources.registry import BUILT_IN, Catalogue

FRESH_H: Final = 24.0
STALE_H: Final = 48.0
RECORDED_NOTE: Final = (
    "Recorded market for demonstration: prices are illustrative, no offer of any brand."
)


def market_now(ledger: Ledger) -> datetime:
    """Return the present of this market: a recorded one has a clock of its own."""
    recorded = market_instant(ledger)
    return parse_instant(recorded) if recorded else now()


def market_note(ledger: Ledger) -> str | None:
    """Return what every view of a recorded market must say, None for a real one."""
    if not is_recorded(ledger):
        return None
    recorded = market_instant(ledger)
    return RECORDED_NOTE + (f" Its clock is set to {show_day(recorded)}." if recorded else "")


def opening_note(
    ledger: Ledger, catalogue: Catalogue = BUILT_IN, brands: Collection[str] = ()
) -> str | None:
    """Return the first lines of a view of the market: `market_note`, and what was not read.

    Args:
        brands: whose sources, and the aggregators', it is about; empty for all.
    """
    found = of_brands(source_records(ledger, catalogue), brands)
    return "\n".join(filter(None, (market_note(ledger), sources_note(found)))) or None


def of_brands(
    records: Sequence[Mapping[str, Any]], brands: Collection[str]
) -> list[Mapping[str, Any]]:
    """Return the records of the brands' sources and the aggregators'; all without `brands`."""
    return [
        record
        for record in records
        if not brands or record["brand"] is None or record["brand"] in brands
    ]


def sources_note(records: Sequence[Mapping[str, Any]]) -> str | None:
    """Name the sources that were not read in full, and those whose data are over 48 hours old.

    A source that was never asked is not named: it was not wanted.

    Args:
        records: of `source_records`.
    """
    troubled = [one for one in records if one["outcome"] not in (None, *GOOD_OUTCOMES)]
    stale = [one for one in records if one["freshness"] == "stale" and one not in troubled]
    said = [
        ("Not read in full", [_say_trouble(one) for one in troubled]),
        ("Stale", [f"{_name_of(one)} ({_last_read(one)})" for one in stale]),
    ]
    return " ".join(f"{head}: {list_some(names, 6)}." for head, names in said if names) or None


def _say_trouble(record: Mapping[str, Any]) -> str:
    outcome = str(record["outcome"]).replace("_", " ")
    return f"{_name_of(record)} ({outcome}, {_last_read(record)})"


def _name_of(record: Mapping[str, Any]) -> str:
    source = str(record["source"])
    return str(record["brand"] or AGGREGATORS.get(source, source))


def _last_read(record: Mapping[str, Any]) -> str:
    at = record["last_good_at"]
    return f"last read {short_date(at)}" if at else "never read in full"


def freshness(last_good_at: str | None, present: datetime) -> tuple[float | None, str]:
    """Return the age in hours and `fresh` (< 24 h), `ageing` (24–48 h), `stale` or `none`.

    An instant that is still to come was written by a wrong clock: nobody knows how old the data
    are, so they are `stale`, at an age of 0.
    """
    if last_good_at is None:
        return None, "none"
    age_h = (present - parse_instant(last_good_at)).total_seconds() / 3600
    if age_h < 0:
        return 0.0, "stale"
    if age_h < FRESH_H:
        return age_h, "fresh"
    return age_h, "ageing" if age_h <= STALE_H else "stale"


def source_records(
    ledger: Ledger, catalogue: Catalogue = BUILT_IN, *, until: str | None = None
) -> list[dict[str, Any]]:
    """Return every source in the catalogue's order with its newest outcome and freshness.

    Sources that it does not know and that have plans in force come last: nothing lingers unseen.

    Args:
        until: leave out what came of a source from that instant on.
    """
    health = load_health(ledger) if until is None else load_health_before(ledger, until)
    in_force = count_by_source(ledger)
    others = sorted(in_force.keys() - set(catalogue.ids))
    brands = brand_by_source(ledger, others) if others else {}
    present = market_now(ledger)
    records = []
    for source_id in (*catalogue.ids, *others):
        seen = health.get(source_id)
        age_h, word = freshness(seen.last_good_at if seen else None, present)
        records.append(
            {
                "source": source_id,
                "brand": brands.get(source_id) or catalogue.find_brand_of(source_id),
                "outcome": seen.outcome.value if seen else None,
                "plans": seen.plans if seen else 0,
                "plans_in_force": in_force.get(source_id, (0, 0))[0],
                "plans_absent": in_force.get(source_id, (0, 0))[1],
                "checked_at": seen.checked_at if seen else None,
                "last_good_at": seen.last_good_at if seen else None,
                "age_h": None if age_h is None else round(age_h, 1),
                "freshness": word,
                "failures_in_a_row": seen.failures_in_a_row if seen else 0,
                "error": seen.error if seen else None,
            }
        )
    return records


def load_source_statuses(
    ledger: Ledger, settings: Mapping[str, Any], tell: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Return `source_records` of the sources that the settings know, with what these say of each.

    Whoever looks at where things stand sees it also when the settings of sources are not valid.

    Args:
        tell: gets a sentence when they are not; the built-in sources are then all there is.
    """
    try:
        catalogue = read_catalogue(settings)
        off = switched_off(settings, catalogue.ids)
    except SettingsError as error:
        tell(f"planwatch: {error.message}; see: planwatch config check")
        records = source_records(ledger)
        return [{**record, "enabled": True, "in_settings": True} for record in records]
    return [
        {
            **record,
            "enabled": record["source"] in catalogue.ids and record["source"] not in off,
            "in_settings": record["source"] in catalogue.ids,
        }
        for record in source_records(ledger, catalogue)
    ]
