"""What comparison and analysis share: a snapshot at the start, a document at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from planwatch.analysis.pricing import Pricing
from planwatch.clock import stamp
from planwatch.engine.workflow import Ended, PlannedStep, Run, Step, Workflow
from planwatch.ids import new_id
from planwatch.ledger.plans.counts import known_brands
from planwatch.ledger.reports.analyses import StoredAnalysis, save_analysis
from planwatch.ledger.store.connection import Ledger
from planwatch.workflows.context import Services
from planwatch.workflows.reports.inputs import describe_basis, read_baskets, read_pricing
from planwatch.workflows.reports.narration import Narrated, find_writer, plan_narration
from planwatch.workflows.reports.section_facts import FactsOfSections
from planwatch.workflows.reports.snapshot import take_snapshot


def report_workflow(
    function: Callable[[Run, Mapping[str, Any], Services], Ended],
    plan: Sequence[Sequence[PlannedStep]],
    sections: FactsOfSections,
    services: Services,
) -> Workflow:
    """Return the workflow of a report.

    Args:
        plan: its steps without a model; the words are asked for before the last stage, which saves.
        sections: that a model is asked to put into words.
    """
    return Workflow(
        function=lambda run, params: function(run, params, services),
        plan=lambda params: [
            *plan[:-1],
            *plan_narration(sections, params, services.settings.llm),
            *plan[-1:],
        ],
    )


def pricing_of(params: Mapping[str, Any], services: Services, brand: str) -> Pricing:
    """Return for whom the prices of a brand are recommended: by the job, else by the settings.

    Raises:
        SettingsError: one of `pricing.peers` is no brand.
    """
    known = known_brands(services.ledger)
    return read_pricing(
        services.settings.pricing, known, brand=brand, against=params.get("against")
    )


def snapshot_step(
    kind: str, brands: Sequence[str], params: Mapping[str, Any], services: Services
) -> Step:
    """Return the step that fixes which plans the analysis is about.

    Raises:
        SettingsError: a basket of the settings is none.
    """
    basis = describe_basis(
        read_baskets(services.settings.analysis.baskets),
        pricing_of(params, services, brands[0]),
        unverified=bool(params.get("unverified")),
    )

    def record(ledger: Ledger, _value: None) -> dict[str, Any]:
        return take_snapshot(
            ledger,
            kind=kind,
            brands=brands,
            refresh=bool(params.get("refresh")),
            writer=find_writer(params, services.settings.llm),
            basis=basis,
            catalogue=services.catalogue,
        )

    return Step(work=lambda: None, record=record)


def save_step(
    run: Run,
    kind: str,
    brands: Sequence[str],
    snapshot: Mapping[str, Any],
    narrated: Narrated,
) -> Step:
    """Return the step that stores the document; its checkpoint keeps the new analysis's id."""

    def record(ledger: Ledger, analysis_id: str) -> str:
        save_analysis(
            ledger,
            StoredAnalysis(
                analysis_id=analysis_id,
                kind=kind,
                brands=tuple(brands),
                job_id=run.job_id,
                created_at=stamp(),
                as_of=str(narrated.document["as_of"]),
                plans_digest=str(snapshot["digest"]),
                written_by=narrated.written_by,
                document=narrated.document,
                writer=narrated.writer,
            ),
        )
        return analysis_id

    return Step(work=new_id, record=record)


def analysis_ended(analysis_id: str, brands: Sequence[str], narrated: Narrated) -> Ended:
    """Return the end of a job; its error says what kept the model from writing, if anything did."""
    return Ended(
        result={
            "analysis_id": analysis_id,
            "brands": list(brands),
            "cached": False,
            "written_by": narrated.written_by,
        },
        error=narrated.error,
    )


def cached_ended(snapshot: Mapping[str, Any], brands: Sequence[str]) -> Ended:
    """Return the end of a job whose analysis stood already, over the same plans."""
    return Ended(result={**snapshot["cached"], "brands": list(brands), "cached": True})
