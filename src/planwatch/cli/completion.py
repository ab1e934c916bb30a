"""Shell completion of brands, sources, jobs, analyses and plans.

It resumes no job, creates no home and prints no error: where nothing can be read, nothing is
offered. Brands are offered by their short names, which no shell has to quote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from planwatch.errors import PlanwatchError

Offers = list[tuple[str, str]]


def complete_brand(incomplete: str) -> Offers:
    """Offer the brands that are known, and those that the ledger holds beside them."""
    from planwatch.domain.brand import BRANDS, slug_of_brand
    from planwatch.ledger.care.names import brand_names

    brands = {brand.id: brand.name for brand in BRANDS}
    path = _ledger()
    for name in brand_names(path) if path else ():
        brands.setdefault(slug_of_brand(name), name)
    return _as_typed(incomplete, brands)


def complete_sort(incomplete: str) -> Offers:
    """Offer the orders of plans."""
    from planwatch.ledger.plans.selection import SORTS

    return _as_typed(incomplete, SORTS)


def complete_roaming(incomplete: str) -> Offers:
    """Offer the zones of roaming."""
    return _as_typed(
        incomplete,
        {"none": "stated: none", "eu": "the EU at least", "global": "all over the world"},
    )


def complete_zone(incomplete: str) -> Offers:
    """Offer the zones of roaming that can be asked for."""
    return _as_typed(incomplete, {"eu": "the EU at least", "global": "all over the world"})


def complete_source(incomplete: str) -> Offers:
    """Offer the sources, those that the settings add included."""
    from planwatch.cli.session import read_own_catalogue
    from planwatch.domain.brand import AGGREGATORS, display_name

    catalogue = read_own_catalogue()
    sources = {
        source: AGGREGATORS.get(source) or catalogue.find_brand_of(source) or display_name(source)
        for source in catalogue.ids
    }
    return _as_typed(incomplete, sources)


def _as_typed(incomplete: str, names: Mapping[str, str]) -> Offers:
    """Offer what begins so in any case, its beginning as it was typed: else a shell drops it."""
    wanted = incomplete.lower()
    return [
        (incomplete + name[len(incomplete) :], said)
        for name, said in names.items()
        if name.startswith(wanted)
    ]


def complete_job(incomplete: str) -> Offers:
    """Offer `last` and the ids of jobs, the newest first."""
    from planwatch.ledger.care.names import job_names

    last = [("last", "the newest job")] if "last".startswith(incomplete.lower()) else []
    return last + _names(job_names, incomplete)


def complete_analysis(incomplete: str) -> Offers:
    """Offer the ids of analyses, the newest first."""
    from planwatch.ledger.care.names import analysis_names

    return _names(analysis_names, incomplete)


def complete_section(incomplete: str) -> Offers:
    """Offer the names of sections, of comparisons and of analyses of the market."""
    from planwatch.analysis.report.sections.section import sections_of
    from planwatch.domain.job_kinds import ANALYSE, COMPARE
    from planwatch.views.report.labels import CAVEATS

    known = [section for kind in (COMPARE, ANALYSE) for section in sections_of(kind)]
    return _as_typed(incomplete, {**{each.name: each.title for each in known}, CAVEATS: "Caveats"})


def complete_plan(incomplete: str) -> Offers:
    """Offer plan keys, or ids with their source once a colon is typed; before them the brands."""
    from planwatch.ledger.care.names import plan_ids, plan_names

    if ":" in incomplete:
        return _names(plan_ids, incomplete)
    return complete_brand(incomplete) + _names(plan_names, incomplete)


def _names(read: Callable[[Path, str], Offers], incomplete: str) -> Offers:
    path = _ledger()
    return read(path, incomplete.lower()) if path else []


def _ledger() -> Path | None:
    from planwatch.home import find_home

    try:
        home = find_home()
        home.refuse_foreign()
        path = home.ledger
        return path if path.is_file() else None
    except (PlanwatchError, OSError):
        return None
