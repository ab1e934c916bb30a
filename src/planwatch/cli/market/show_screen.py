"""What one screen of an analysis needs beside its document: names of sections, sources to doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planwatch.cli.session import Session
from planwatch.errors import UsageError
from planwatch.ledger.reports.analyses import StoredAnalysis
from planwatch.views.market.analysis import list_section_names
from planwatch.views.market.source_doubts import say_doubts
from planwatch.views.output.streams import print_message
from planwatch.workflows.freshness import load_source_statuses


def find_sections(analysis: StoredAnalysis, wanted: Sequence[str]) -> list[str]:
    """Return the names of sections, whatever their case.

    Raises:
        UsageError: the analysis has no such section.
    """
    names = list_section_names(analysis.document)
    by_name = {name.lower(): name for name in names}
    unknown = [name for name in wanted if name.strip().lower() not in by_name]
    if unknown:
        raise UsageError(
            f"analysis {analysis.analysis_id} has no section {unknown[0]!r}",
            hint=f"use {', '.join(names)}",
        )
    return [by_name[name.strip().lower()] for name in wanted]


def load_doubts(session: Session, document: Mapping[str, Any]) -> str:
    """Return which sources of the brands in an analysis are stale, partial or not read."""
    brands = document.get("market_brands") or (
        document["brands"] if document["kind"] == "compare" else ()
    )
    return say_doubts(
        load_source_statuses(session.ledger, session.settings, print_message), set(brands)
    )
