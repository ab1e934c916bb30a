"""A section of a report with its facts and figures, before it is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planwatch.analysis.facts import Fact, fact_records
from planwatch.analysis.report.document import Record, build_section


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section with the facts behind its sentences; other sections may use its `figures`."""

    id: str
    title: str
    sentences: Sequence[str]
    tables: Sequence[Record]
    facts: Iterable[Fact]
    figures: Mapping[str, Any]

    def joined_with(self, other: Part, title: str) -> Part:
        """Return one part of both, with this one's id."""
        return Part(
            id=self.id,
            title=title,
            sentences=[*self.sentences, *other.sentences],
            tables=[*self.tables, *other.tables],
            facts=[*self.facts, *other.facts],
            figures={**self.figures, **other.figures},
        )

    def as_section(self) -> Record:
        """Return what views render."""
        return build_section(self.id, self.title, self.sentences, self.tables)

    def as_record(self) -> Record:
        """Return the part as JSON, for a checkpoint."""
        return {
            **self.as_section(),
            "figures": dict(self.figures),
            "facts": fact_records(self.facts),
        }
