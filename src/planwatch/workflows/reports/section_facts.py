"""Which sections of a report a model is asked to put into words, and the facts for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.facts import StoredFact
from planwatch.analysis.report.sections.section import sections_of
from planwatch.analysis.report.superlatives import find_superlatives
from planwatch.domain.plan import Plan
from planwatch.llm.grounding.prompt_facts import Sayable, choose_facts

SUMMARY: Final = "summary"
FactsOfSections = Mapping[str, frozenset[str] | None]
"""The sections of a report that a model writes, each with the kinds of facts it is given.

None is every kind: the summary gets the most urgent of all.
"""


def told_sections(report: str) -> FactsOfSections:
    """Return what a model is asked for in a kind of report.

    The other sections tell of our own records, or repeat figures of these. There should be no more
    than a job may take steps at once (`jobs.parallel_steps`), so that none waits for another.
    """
    told = {section.name: section.told for section in sections_of(report) if section.told}
    return {SUMMARY: None, **told}


def facts_of_sections(
    sections: FactsOfSections, document: Mapping[str, Any], plans: Iterable[Plan], most: int
) -> dict[str, dict[str, Sayable]]:
    """Return the facts of each section that has any, by token.

    Args:
        most: facts of one section.
    """
    facts = [StoredFact.read(record) for record in document["facts"]]
    every = [*find_superlatives(facts), *facts]
    plans = list(plans)
    present = {SUMMARY, *(section["id"] for section in document["sections"])}
    chosen = {
        section: choose_facts(_keep_kinds(kinds, every), plans, most=most)
        for section, kinds in sections.items()
        if section in present
    }
    return {section: facts for section, facts in chosen.items() if facts}


def _keep_kinds(kinds: frozenset[str] | None, every: Sequence[StoredFact]) -> Sequence[StoredFact]:
    if kinds is None:
        return every
    return [fact for fact in every if fact.kind in kinds]
