"""The model of a report that HTML and Markdown draw: every text raw, every figure formatted.

Renders what a document has, whatever its sections, tables and facts are called; keys that it does
not have are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.analysis.report.digest.room import lines_by_heading
from planwatch.analysis.report.document import has_cost_by_rule
from planwatch.domain.cost_mark import FOOTNOTE
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.london import to_london
from planwatch.domain.phrasing import format_age, format_count, short_date
from planwatch.domain.slug import slugify
from planwatch.services.market.report_data import Report
from planwatch.views.report.advice import find_advice
from planwatch.views.report.appendix import (
    Formula,
    PlanColumn,
    PlanRow,
    find_facts_of_plans,
    list_formulas,
    list_plan_rows,
)
from planwatch.views.report.cells import Cell, format_cell, is_figure
from planwatch.views.report.figures import Figure, build_figures
from planwatch.views.report.first_table import find_first_table
from planwatch.views.report.labels import label_of, tone_of
from planwatch.views.report.references import References

LONG_TABLE: Final = 16
"""Rows from which on a table is folded away on a screen."""
_MOST_LINKED: Final = 150
"""Rows of a table whose figures lead to their facts; of a longer one the plans do."""
_HOUR_S: Final = 3600
_FRESHNESS: Final = ("none", "stale", "ageing", "fresh")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words with the facts that they rest on, as (label, anchor)."""

    text: str
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column."""

    label: str
    is_figure: bool
    is_long: bool
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `empty` are the labels of columns that no row has a value for, left out."""

    title: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    heading_cells: int
    empty: Sequence[str] = ()

    @property
    def is_long(self) -> bool:
        return len(self.rows) > LONG_TABLE


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document."""

    anchor: str
    title: str
    sentences: Sequence[Sentence]
    tables: Sequence[Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything on the page, in its order."""

    title: str
    kind: str
    brands: Sequence[str]
    meta: Sequence[tuple[str, str]]
    note: str | None
    moved: str | None
    freshness: Sequence[tuple[str, str, str]]
    verdict: Sentence
    first_screen: Sequence[tuple[str, Sequence[Sentence]]]
    findings: Sequence[Sentence]
    actions: Sequence[Sentence]
    actions_title: str
    actions_anchor: str
    figures: Sequence[tuple[Figure, Table | None]]
    glance: Table | None = None
    sections: Sequence[Section]
    caveats: Sequence[Sentence]
    formulas: Sequence[Formula]
    plan_columns: Sequence[PlanColumn]
    plans: Sequence[PlanRow]
    left_out: Sequence[PlanRow]


def build_page(report: Report) -> Page:
    """Return the model of a report."""
    document = report.analysis.document
    facts = list({str(fact["id"]): fact for fact in document.get("facts") or ()}.values())
    refs = References(facts, report.plans)
    labels = {str(fact["id"]): str(fact.get("label", fact["id"])) for fact in facts}
    verdict = _sentence(document.get("verdict", ""), refs, labels)
    first_screen = _first_screen(document, refs, labels)
    findings = (
        []  # the first screen says the same
        if first_screen
        else _sentences(document.get("findings") or document.get("insights"), refs, labels)
    )
    sections = _sections(document, refs, labels, {verdict.text, *(f.text for f in findings)})
    actions, actions_anchor = _actions(document, sections, refs, labels)
    of_plans = find_facts_of_plans(facts, report, refs)
    rows = list_plan_rows(report, refs, of_plans)
    return Page(
        title=_title(document, report),
        kind=str(document.get("kind", report.analysis.kind)),
        brands=list(report.analysis.brands),
        meta=_meta(report),
        note=report.note,
        moved=_say_moved(report),
        freshness=_freshness(report),
        verdict=verdict,
        first_screen=first_screen,
        findings=findings,
        actions=actions,
        actions_title=str(document.get("advice_title", "What to do next")),
        actions_anchor=actions_anchor,
        figures=[
            (figure, _table(figure.table, refs) if figure.table else None)
            for figure in build_figures(report)
        ],
        glance=_find_glance(document, refs),
        sections=sections,
        caveats=[
            *_sentences(document.get("caveats"), refs, labels),
            *([Sentence(FOOTNOTE)] if _has_cost_by_rule(report) else []),
        ],
        formulas=list_formulas(
            facts, refs, {id_ for row in of_plans.values() for id_ in row.values()}
        ),
        plan_columns=list(of_plans),
        plans=[row for row in rows if not row.reason],
        left_out=[row for row in rows if row.reason],
    )


def _has_cost_by_rule(report: Report) -> bool:
    return has_cost_by_rule(report.analysis.document) or any(
        plan.is_by_rule for plan in report.plans
    )


def _title(document: Mapping[str, Any], report: Report) -> str:
    brands = list(document.get("brands") or report.analysis.brands)
    kind = document.get("kind", report.analysis.kind)
    if kind == COMPARE:
        return " × ".join(brands)
    if kind == "digest":
        return f"The market from {short_date(document['since'])} to {short_date(document['as_of'])}"
    return f"Market analysis for {document.get('focus') or ' and '.join(brands)}"


def _meta(report: Report) -> list[tuple[str, str]]:
    analysis = report.analysis
    considered = sum(not plan.reason for plan in report.plans)
    made = f"{short_date(analysis.created_at)}, {to_london(analysis.created_at):%H:%M %Z}"
    return [
        ("Plans as of", short_date(str(analysis.document.get("as_of", analysis.as_of)))),
        ("Considered", format_count(considered, "plan")),
        ("Words by", f"the {analysis.written_by}"),
        ("Made", made),
        *([("Analysis", analysis.analysis_id)] if analysis.analysis_id else []),
    ]


def _say_moved(report: Report) -> str | None:
    moved = report.moved
    if moved is None or not moved.total:
        return None
    kinds = ((moved.changed, "changed"), (moved.new, "new"), (moved.withdrawn, "withdrawn"))
    counts = ", ".join(f"{number} {word}" for number, word in kinds if number)
    return (
        f"Plans have moved since this analysis: {counts}. Its figures hold for the day above; "
        "run it again for new ones."
    )


def _freshness(report: Report) -> list[tuple[str, str, str]]:
    """Return (word, sources, greatest age) of each freshness now, the worst first."""
    groups = []
    for word in _FRESHNESS:
        found = [source for source in report.sources if source.get("freshness") == word]
        if found:
            names = [str(s.get("brand") or str(s["source"]).capitalize()) for s in found]
            ages = [float(s["age_h"]) for s in found if s.get("age_h") is not None]
            groups.append(
                (word, ", ".join(names), format_age(max(ages) * _HOUR_S) if ages else "never")
            )
    return groups


def _sentences(
    items: Iterable[Any] | None, refs: References, labels: Mapping[str, str]
) -> list[Sentence]:
    return [_sentence(item, refs, labels) for item in items or ()]


def _sentence(item: Any, refs: References, labels: Mapping[str, str]) -> Sentence:
    """Read a sentence, be it text or an object with a title, a body and the facts it cites."""
    if not isinstance(item, Mapping):
        return Sentence(str(item))
    body = next((item[key] for key in ("text", "body", "sentence", "words") if item.get(key)), "")
    cited = next((item[key] for key in ("fact_ids", "facts") if item.get(key)), ())
    return Sentence(
        str(body),
        str(item.get("title") or ""),
        tuple(
            (labels[str(fact_id)], refs.facts[str(fact_id)])
            for fact_id in cited
            if str(fact_id) in refs.facts
        ),
    )


def _first_screen(
    document: Mapping[str, Any], refs: References, labels: Mapping[str, str]
) -> list[tuple[str, list[Sentence]]]:
    """Return the lines of a digest by their headings; nothing for other documents."""
    return [
        (
            found.label,
            [
                *_sentences(found.lines, refs, labels),
                *([Sentence(found.say_more())] if found.more else []),
            ],
        )
        for found in lines_by_heading(document)
    ]


def _sections(
    document: Mapping[str, Any], refs: References, labels: Mapping[str, str], shown: set[str]
) -> list[Section]:
    """Return the sections; one that only says again what stands above is left out."""
    sections = []
    for number, section in enumerate(document.get("sections") or (), start=1):
        sentences = _sentences(section.get("sentences"), refs, labels)
        tables = [_table(table, refs) for table in section.get("tables") or () if table.get("rows")]
        fresh = [sentence for sentence in sentences if sentence.text not in shown]
        if not tables and not fresh:
            continue
        anchor = f"s{number}-{slugify(str(section.get('id', '')))}".rstrip("-")
        sections.append(Section(anchor, str(section.get("title", "")), sentences, tables))
    return sections


def _actions(
    document: Mapping[str, Any],
    sections: Sequence[Section],
    refs: References,
    labels: Mapping[str, str],
) -> tuple[list[Sentence], str]:
    """Return what to do next and the section with the rest of it, '' where there is none."""
    advice, name = find_advice(document)
    anchors = (section.anchor for section in sections if section.anchor.partition("-")[2] == name)
    return _sentences(advice, refs, labels), next(anchors, "") if name else ""


def _find_glance(document: Mapping[str, Any], refs: References) -> Table | None:
    """Return the one table of the printed summary."""
    found = find_first_table(document)
    return _table(found[1], refs) if found else None


def _table(table: Mapping[str, Any], refs: References) -> Table:
    columns, rows = table.get("columns") or [], table.get("rows") or []
    kept = [
        column
        for column in columns
        if column["kind"] == "data" or any(row.get(column["key"]) is not None for row in rows)
    ]
    kinds = [column["kind"] for column in kept]
    naming = {"text"} if kinds and kinds[0] == "text" else {"data", "months"}
    heading = next((at for at, kind in enumerate(kinds) if kind not in naming), len(kinds))
    return Table(
        title=str(table.get("title", "")),
        heads=[
            Head(
                label_of(column),
                is_figure(column["kind"]),
                _is_long(column, rows),
                column["kind"] == "date",
            )
            for column in kept
        ],
        rows=[
            [_cell(table, column, row, refs, links=len(rows) <= _MOST_LINKED) for column in kept]
            for row in rows
        ],
        heading_cells=min(heading, 2 if kinds[:2] == ["data", "months"] else 1),
        empty=[label_of(column) for column in columns if column not in kept],
    )


def _is_long(column: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> bool:
    return column["kind"] == "text" and any(
        len(str(row.get(column["key"]) or "")) > 24 for row in rows
    )


def _cell(
    table: Mapping[str, Any],
    column: Mapping[str, str],
    row: Mapping[str, Any],
    refs: References,
    *,
    links: bool,
) -> Cell:
    key, kind = column["key"], column["kind"]
    value = row.get(key)
    href = refs.find_cell(key, row) if links or kind == "text" else ""
    return Cell(format_cell(column, row), tone_of(table, column, value), href)
