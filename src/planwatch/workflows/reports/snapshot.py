"""Which plans an analysis is about: a snapshot of versions, so that a resumed job sees the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from planwatch.clock import format_instant
from planwatch.domain.plan import Plan
from planwatch.ledger.plans.read import load_versions
from planwatch.ledger.plans.selection import select_versions
from planwatch.ledger.reports.analyses import find_cached
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.registry import BUILT_IN, Catalogue
from planwatch.workflows.freshness import market_now, source_records

DIGEST_OF_NOTHING = "nothing"
ANALYSIS_VERSION = 4
"""Raised with every change of a formula or of the words: no older analysis then stands for one."""


def take_snapshot(
    ledger: Ledger,
    *,
    kind: str,
    brands: Sequence[str],
    refresh: bool,
    writer: str | None,
    basis: str,
    catalogue: Catalogue = BUILT_IN,
) -> dict[str, Any]:
    """Return the plans in force and, unless `refresh`, the analysis that already stands for them.

    Args:
        basis: what else decides the figures: rise rules, baskets, whether unverified plans count.
        catalogue: the sources whose health the analysis tells of.

    Returns:
        `at`: the present of the market; `sources`: each source with its outcome and freshness;
        `versions`: (version id, day of capture) pairs; `digest` over them, which leaves out the day
        within a month, since costs move with the month of signing only; `cached`: the analysis
        (id and who wrote it) of the same brands over the same plans by `writer`, or None.
    """
    pairs = select_versions(ledger)
    months = [(version_id, as_of[:7]) for version_id, as_of in pairs]
    text = json.dumps([ANALYSIS_VERSION, basis, months], separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:32] if pairs else DIGEST_OF_NOTHING
    cached = find_cached(ledger, kind=kind, brands=brands, plans_digest=digest, writer=writer)
    return {
        "at": format_instant(market_now(ledger)),
        "sources": source_records(ledger, catalogue),
        "versions": pairs,
        "digest": digest,
        "cached": None if refresh else cached,
    }


def load_snapshot(ledger: Ledger, snapshot: Mapping[str, Any]) -> list[Plan]:
    """Return the plans of a snapshot in its order."""
    pairs = [(int(version_id), str(day)) for version_id, day in snapshot["versions"]]
    return load_versions(ledger, pairs)
