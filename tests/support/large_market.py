"""A ledger with a market of many plans, written by the ledger's own code, and analyses of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from planwatch.analysis.inputs import Background
from planwatch.domain.outcome import Outcome
from planwatch.domain.plan import Plan
from planwatch.domain.rise_table import load_rise_rules
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.plans.sightings import save_sightings
from planwatch.ledger.reports.analyses import StoredAnalysis, save_analysis
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.contract import group_offers
from tests.support.plans import make_plan
from tests.support.reports import compare, report_market

SHOPS: Final = (
    ("O2", "o2"),
    ("Vodafone", "vodafone"),
    ("Three", "three"),
    ("EE", "ee"),
    ("giffgaff", "giffgaff"),
    ("Sky Mobile", "sky"),
    ("Tesco Mobile", "tesco"),
    ("SMARTY", "smarty"),
)
_SIZES: Final = (1, 2, 5, 10, 20, 50, 100, 150, 250, None)
_TERMS: Final = (1, 12, 24)
_VARIANTS: Final = ("Essentials", "All Rounder")


def make_market(number: int, day: date) -> list[Plan]:
    """Return so many plans of eight shops as a page of that day shows them."""
    plans, table = [], load_rise_rules()
    for at in range(number):
        brand, source = SHOPS[at % len(SHOPS)]
        step = at // len(SHOPS)
        gb, term = _SIZES[step % len(_SIZES)], _TERMS[step // len(_SIZES) % len(_TERMS)]
        price = 600 + 17 * (at % 41) + 9 * (gb or 350) - 8 * term
        variant = _VARIANTS[step // (len(_SIZES) * len(_TERMS)) % 2]
        plans.append(
            make_plan(
                brand=brand,
                source=source,
                gb=gb,
                term_months=term,
                variant=variant,
                name=f"{brand} {gb or 'unlimited'} {variant} number {at}",
                price_pence=price,
                as_of=day,
                url=f"https://www.{source}.example/shop/sim-only-deals/plans?contract={term}&n={at}",
                rules=table.of(brand),
            )
        )
    return plans


def save_market(ledger: Ledger, plans: Sequence[Plan], day: date) -> None:
    """Record plans as a good scrape of each of their sources on a day."""
    at = f"{day.isoformat()}T09:00:00.000Z"
    for source in dict.fromkeys(plan.source for plan in plans):
        offers = group_offers([plan for plan in plans if plan.source == source])
        with ledger.transaction():
            save_sightings(
                ledger,
                source=source,
                offers=offers,
                outcome=Outcome.OK,
                at=at,
                job_id=None,
                capture_ids={},
            )
            add_source_run(
                ledger,
                job_id=None,
                source=source,
                outcome=Outcome.OK,
                plans=len(offers),
                error=None,
                at=at,
            )


def dearer(plans: Sequence[Plan], by_pence: int, every: int) -> list[Plan]:
    """Return the plans with the price of every so-and-so-many-th raised."""
    return [
        replace(plan, price_pence=plan.price_pence + by_pence) if at % every == 0 else plan
        for at, plan in enumerate(plans)
    ]


def save_analyses(ledger: Ledger, plans: Sequence[Plan], day: date) -> list[StoredAnalysis]:
    """Store a comparison of O2 and Vodafone and an analysis for O2; return both."""
    background = Background(today=day)
    documents = {
        "compare": compare(plans, "O2", "Vodafone", background),
        "analyse": report_market(plans, "O2", background),
    }
    stored = [
        StoredAnalysis(
            analysis_id=f"{kind}0001",
            kind=kind,
            brands=("O2", "Vodafone") if kind == "compare" else ("O2",),
            job_id=None,
            created_at=f"{day.isoformat()}T10:00:00.000Z",
            as_of=day.isoformat(),
            plans_digest=f"digest of {kind}",
            written_by="template",
            document=document,
        )
        for kind, document in documents.items()
    ]
    with ledger.transaction():
        for analysis in stored:
            save_analysis(ledger, analysis)
    return stored
