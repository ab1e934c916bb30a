"""`digest`: a period of the market, from the ledger. Makes no job and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from planwatch.analysis.inputs import Background
from planwatch.analysis.market.market import build_market, plan_id_of
from planwatch.analysis.pricing import NOBODY, Pricing
from planwatch.analysis.report.digest.coverage import Coverage
from planwatch.analysis.report.digest.digest import Week, build_digest
from planwatch.analysis.report.digest.events import AHEAD
from planwatch.clock import end_of_period, format_instant, parse_instant, stamp
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.london import london_day
from planwatch.domain.market_events import events_between
from planwatch.domain.moves import MoveFilter
from planwatch.domain.period import Period
from planwatch.domain.phrasing import MARKET_CURRENCY
from planwatch.domain.plan import Plan
from planwatch.errors import NoPlans
from planwatch.ledger.pages.health import count_visits
from planwatch.ledger.plans.changes import ChangeFilter
from planwatch.ledger.plans.counts import brands_ever, first_seen, first_seen_by_source
from planwatch.ledger.plans.market_history import load_changes_between, load_markets
from planwatch.ledger.plans.net_moves import load_net_moves
from planwatch.ledger.plans.rule_changes import load_rule_changes
from planwatch.ledger.reports.analyses import StoredAnalysis
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.registry import BUILT_IN, Catalogue
from planwatch.workflows.freshness import market_now, of_brands, source_records, sources_note
from planwatch.workflows.reports.inputs import read_baskets, read_own_brand, read_pricing

if TYPE_CHECKING:
    from planwatch.settings.model import PricingSettings


def as_analysis(document: Mapping[str, Any]) -> StoredAnalysis:
    """Return a digest as a report wants it; it is stored nowhere, so it has no id."""
    return StoredAnalysis(
        analysis_id="",
        kind=str(document["kind"]),
        brands=tuple(document["brands"]),
        job_id=None,
        created_at=stamp(),
        as_of=str(document["as_of"]),
        plans_digest="",
        written_by="template",
        document=document,
    )


def make_digest(
    ledger: Ledger,
    since: str,
    baskets: str,
    catalogue: Catalogue = BUILT_IN,
    *,
    brands: Sequence[str] = (),
    pricing: PricingSettings | None = None,
) -> dict[str, Any]:
    """Return the document of a period that ends now.

    Args:
        since: an instant, as in the ledger; the period has it in it.
        baskets: the setting `analysis.baskets`.
        catalogue: the sources that the settings know.
        brands: whose changes and baskets it is about; empty for the whole market.
        pricing: the settings' brand and peers; None for nobody's digest.

    Raises:
        NoPlans: there is nothing to tell of.
        SettingsError: a basket of the settings is none, or one of their brands.
    """
    present = market_now(ledger)
    today = london_day(present)
    until = end_of_period(present)
    opening = _opening_of(ledger, since)
    at_start, at_end = load_markets(ledger, [opening, format_instant(present)])
    now = build_market(at_end)
    if not now.listings:
        raise NoPlans(
            "there are no plans yet to report on",
            hint="collect them first: planwatch scrape --wait (or try: planwatch demo)",
        )
    # for the same day of signing: that a month has passed moves costs, and is no move of the market
    present_plans = {plan_id_of(plan): plan for plan in at_end}
    earlier = [
        _signed_as_now(plan, present_plans.get(plan_id_of(plan)), today) for plan in at_start
    ]
    moved = load_net_moves(
        ledger, ChangeFilter(since=since, until=until, moves=MoveFilter(brands=brands))
    )
    later = _collected_between(ledger, opening, until)
    ours, aims = _read_settings(ledger, pricing)
    sources = source_records(ledger, catalogue, until=until)
    return build_digest(
        Week(
            since=london_day(since),
            until=today,
            before=build_market(earlier) if earlier else None,
            now=now,
            comparable=build_market([plan for plan in at_end if plan.source not in later])
            if later
            else None,
            background=Background(
                today=today,
                baskets=read_baskets(baskets),
                changes=_market_moves(moved),
                sources=sources,
                pricing=aims,
            ),
            brand=ours,
            not_read=sources_note(of_brands(sources, brands)),
            recorded=[
                change
                for change in load_changes_between(ledger, Period(since, until), unverified=False)
                if not brands or change["brand"] in brands
            ],
            brands=tuple(brands),
            plans_moved=len(moved),
            events=events_between(
                london_day(since), today + AHEAD + timedelta(days=1), brands or now.brands
            ),
            rule_changes=[str(each) for each in load_rule_changes(ledger, since, until)],
            coverage=_coverage(ledger, since, until, later if earlier else {}),
        )
    )


def _read_settings(ledger: Ledger, settings: PricingSettings | None) -> tuple[str, Pricing]:
    """Return our brand, "" without one, and for whom its prices are recommended."""
    if settings is None:
        return "", NOBODY
    known = brands_ever(ledger)
    ours = read_own_brand(settings, known)
    return ours, read_pricing(settings, known, brand=ours)


def _signed_as_now(plan: Plan, now: Plan | None, today: date) -> Plan:
    """Return a plan of the start, signed when it was last seen; what is as it was is one with it.

    So its schedule is worked out once.
    """
    if now is None:
        return plan.signed_on(today)
    signed = plan.signed_on(now.as_of)
    return now if signed == now else signed


def _opening_of(ledger: Ledger, since: str) -> str:
    """Return the instant before the first move of the period, which may be at its first instant.

    Where nothing was known before, a first scrape at that instant tells: it makes no change.
    """
    before = format_instant(parse_instant(since) - timedelta(milliseconds=1))
    first = first_seen(ledger)
    return before if first is not None and first <= before else since


def _collected_between(ledger: Ledger, opening: str, until: str) -> dict[str, date]:
    """Return the first day of each source of which nothing was known when the period began."""
    return {
        source: london_day(first)
        for source, first in first_seen_by_source(ledger).items()
        if opening < first < until
    }


def _coverage(ledger: Ledger, since: str, until: str, later: Mapping[str, date]) -> Coverage:
    first = first_seen(ledger)
    return Coverage(
        collected_since=london_day(first) if first and first >= since else None,
        new_sources={AGGREGATORS.get(source, source): day for source, day in later.items()},
        visits=count_visits(ledger, since, until),
    )


def _market_moves(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the net moves of the compared market: what a parser read, in its currency."""
    return [
        move
        for record in records
        if record["verified"] and record["currency"] == MARKET_CURRENCY
        for move in record["moves"]
    ]
