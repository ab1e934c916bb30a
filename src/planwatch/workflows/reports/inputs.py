"""What an analysis gets besides the plans of its snapshot: rules, baskets, history, health."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from planwatch.analysis.inputs import Background, Capture
from planwatch.analysis.metrics.baskets import DEFAULT_BASKETS, Basket, parse_basket
from planwatch.analysis.metrics.score import SCORE_VERSION
from planwatch.analysis.pricing import NOBODY, Pricing, parse_peers, parse_peers_of
from planwatch.clock import format_instant, parse_instant
from planwatch.domain.brand import resolve_brand
from planwatch.domain.london import london_day
from planwatch.domain.period import period_up_to
from planwatch.domain.plan import Plan
from planwatch.domain.rise_table import load_rise_rules
from planwatch.errors import SettingsError, UnknownName, UsageError
from planwatch.ledger.plans.market_history import (
    load_captures_of,
    load_changes_between,
    load_markets,
    load_versions_between,
)
from planwatch.ledger.store.connection import Ledger

if TYPE_CHECKING:
    from planwatch.settings.model import PricingSettings  # pydantic takes 0.2 s to import

HISTORY_DAYS: Final = 90
REPORT_VERSION: Final = 2
"""Of what reports compare and say: another one is written anew over the same plans."""
INDEX_DAYS: Final = (90, 60, 30, 14, 7, 0)
"""How many days ago the market index has its points."""


def read_baskets(text: str) -> tuple[Basket, ...]:
    """Return the baskets of the setting `analysis.baskets`; the default ones where it is empty.

    Raises:
        SettingsError: one of them is not a usage basket.
    """
    try:
        named = tuple(dict.fromkeys(map(parse_basket, text.replace(",", " ").split())))
    except UsageError as error:
        raise SettingsError(f"analysis.baskets: {error.message}", hint=error.hint) from error
    return named or DEFAULT_BASKETS


def read_pricing(
    settings: PricingSettings, known: Iterable[str], *, brand: str, against: str | None = None
) -> Pricing:
    """Return for whom the prices of a brand are recommended.

    Args:
        known: brands of the ledger.
        against: peers for this once, in place of the settings'.

    Raises:
        UsageError: a peer of this once is no brand, or the brand itself.
        SettingsError: one of the settings is no brand.
    """
    if against is not None:
        peers = parse_peers_of(brand, against, known)
    else:
        try:
            peers = parse_peers(settings.peers, known)
        except UnknownName as error:
            raise SettingsError(f"pricing.peers: {error.message}", hint=error.hint) from error
    return Pricing(
        peers=tuple(peer for peer in peers if peer != brand),
        premium_pence=settings.premium_pence,
        floor_pence=settings.floor_pence,
    )


def read_own_brand(settings: PricingSettings, known: Iterable[str]) -> str:
    """Return the setting `pricing.brand` as the brand's name; "" where it is not set.

    Raises:
        SettingsError: it is no brand.
    """
    name = settings.brand.strip()
    try:
        return resolve_brand(name, list(known)) if name else ""
    except UnknownName as error:
        raise SettingsError(f"pricing.brand: {error.message}", hint=error.hint) from error


def describe_basis(
    baskets: Sequence[Basket], pricing: Pricing = NOBODY, *, unverified: bool = False
) -> str:
    """Return what decides the figures besides the plans, for an analysis to stand for another."""
    return json.dumps(
        [
            SCORE_VERSION,
            REPORT_VERSION,
            load_rise_rules().digest,
            [basket.id for basket in baskets],
            # only where it is so: what was analysed before this could be asked for still stands
            *(["unverified"] if unverified else []),
            *([asdict(pricing)] if pricing != NOBODY else []),
        ]
    )


def load_background(
    ledger: Ledger,
    snapshot: Mapping[str, Any],
    plans: Sequence[Plan],
    baskets: Sequence[Basket],
    *,
    pricing: Pricing = NOBODY,
    unverified: bool = False,
    has_index: bool = True,
) -> Background:
    """Return the background of a snapshot, the same whenever it is asked for.

    Args:
        plans: those of the snapshot, in its order.
        unverified: plans that only the card miner read, and their changes, are included.
        has_index: with the markets of earlier days, which only the market index is made of.
    """
    present = parse_instant(snapshot["at"])
    known = {int(row[0]): plan for row, plan in zip(snapshot["versions"], plans, strict=True)}
    period = period_up_to(present, HISTORY_DAYS)
    return Background(
        today=london_day(present),
        present=present,
        baskets=tuple(baskets),
        changes=load_changes_between(ledger, period, unverified=unverified),
        past_plans=load_versions_between(ledger, period.since, snapshot["at"], known),
        past_markets=_past_markets(ledger, present, known) if has_index else (),
        sources=snapshot["sources"],
        captures=_captures(ledger, snapshot, plans),
        unverified=unverified,
        pricing=pricing,
    )


def _past_markets(ledger: Ledger, present: datetime, known: Mapping[int, Plan]) -> tuple[Any, ...]:
    days = [present - timedelta(days=days) for days in INDEX_DAYS]
    markets = zip(days, load_markets(ledger, map(format_instant, days), known), strict=True)
    return tuple((london_day(day), plans) for day, plans in markets if plans)


def _captures(
    ledger: Ledger, snapshot: Mapping[str, Any], plans: Sequence[Plan]
) -> dict[str, Capture]:
    version_ids = [int(version_id) for version_id, _ in snapshot["versions"]]
    pages = load_captures_of(ledger, version_ids)
    return {
        f"{plan.source}:{plan.plan_key}": Capture(**pages[version_id])
        for version_id, plan in zip(version_ids, plans, strict=True)
        if version_id in pages
    }
