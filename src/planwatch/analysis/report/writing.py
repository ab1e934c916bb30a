"""What the reports share: the lines at the top, and the sections with their facts and caveats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.report.document import SECTION_KEYS, Record

MOST_FINDINGS: Final = 3


def write_top(sections: Sequence[Mapping[str, Any]]) -> Record:
    """Return what stands at the top of a report: verdict, findings and leads, in words."""
    return {
        "verdict": " ".join(_join_lines(sections, "verdict")),
        "findings": _join_lines(sections, "findings")[:MOST_FINDINGS],
        "leads": _join_lines(sections, "leads"),
    }


def _join_lines(sections: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    """Return the lines of all sections for one place at the top, by their order there."""
    lines = [line for section in sections for line in section[name]]
    return [text for _, text in sorted(lines, key=lambda line: line[0]) if text]


def assemble(sections: Sequence[Mapping[str, Any]]) -> Record:
    """Return sections, facts and caveats of a document, and what else its sections put there."""
    facts = {fact["id"]: fact for section in sections for fact in section["facts"]}
    document: Record = {
        "sections": [{key: section[key] for key in SECTION_KEYS} for section in sections],
        "facts": list(facts.values()),
        "caveats": [caveat for section in sections for caveat in section["caveats"]],
    }
    for section in sections:
        document |= section["document"]
    return document
