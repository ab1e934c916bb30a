"""A section of a report: one file that makes its rows, facts and sentences, found by its name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from planwatch.analysis.facts import Fact, fact_records
from planwatch.analysis.report.document import Record, build_section
from planwatch.analysis.report.study import Study

NO_FACTS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence for the top of a report; the lines of all sections stand there by `place`."""

    place: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a section says of one market.

    Attributes:
        verdict: its lines of the verdict; `findings` those of the findings, of which the first
            three stand there; `leads` those of the executive summary.
        caveats: what a reader must know before acting on it.
        document: what it puts into the document beside its section, by the document's keys.
        title: of the section, where it depends on the market or the settings.
    """

    sentences: Sequence[str]
    tables: Sequence[Record]
    facts: Iterable[Fact]
    verdict: Sequence[Line] = ()
    findings: Sequence[Line] = ()
    leads: Sequence[Line] = ()
    caveats: Sequence[str] = ()
    document: Mapping[str, Any] = field(default_factory=dict)
    title: str | None = None

    def joined_with(self, other: Part) -> Part:
        """Return both as one."""
        return Part(
            sentences=[*self.sentences, *other.sentences],
            tables=[*self.tables, *other.tables],
            facts=[*self.facts, *other.facts],
            verdict=[*self.verdict, *other.verdict],
            findings=[*self.findings, *other.findings],
            leads=[*self.leads, *other.leads],
            caveats=[*self.caveats, *other.caveats],
            document={**self.document, **other.document},
            title=self.title or other.title,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of one kind of report.

    Attributes:
        report: the job kind whose reports have it.
        name: its id in the document, and the name of its step.
        place: where it stands among the sections; steps of ten leave room.
        told: kinds of facts that a model is given to put it into words; without any, the template
            writes it.
    """

    report: str
    name: str
    title: str
    place: int
    build: Callable[[Study], Part]
    told: frozenset[str] = NO_FACTS

    def compute(self, study: Study) -> Record:
        """Return the section as JSON, so that it can be kept as a checkpoint."""
        part = self.build(study)
        return {
            **build_section(self.name, part.title or self.title, part.sentences, part.tables),
            "facts": fact_records(part.facts),
            "verdict": [[line.place, line.text] for line in part.verdict],
            "findings": [[line.place, line.text] for line in part.findings],
            "leads": [[line.place, line.text] for line in part.leads],
            "caveats": list(part.caveats),
            "document": dict(part.document),
        }


@cache
def sections_of(report: str) -> tuple[Section, ...]:
    """Return the sections of a kind of report in their order: those that any file here defines."""
    package = importlib.import_module(__package__ or "")
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    found = [value for module in modules for value in vars(module).values()]
    return tuple(
        sorted(
            {one for one in found if isinstance(one, Section) and one.report == report},
            key=lambda one: one.place,
        )
    )
