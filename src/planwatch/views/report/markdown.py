"""A report as Markdown (GitHub's): the same words and tables, the charts as their tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from planwatch.services.market.report_data import Report
from planwatch.views.output.markdown import escape, grid, line
from planwatch.views.report.appendix import PlanColumn, PlanRow
from planwatch.views.report.page import Page, Sentence, Table, build_page


def render_markdown(report: Report) -> str:
    """Return the document's text."""
    page = build_page(report)
    parts = [f"# {escape(page.title)}", *_opening(page)]
    for figure, table in page.figures:
        parts += [f"## {escape(figure.title)}", escape(figure.lead)]
        parts += _table(table, level=3) if table else []
    for section in page.sections:
        parts += [f"## {escape(section.title)}", *map(_paragraph, section.sentences)]
        for table in section.tables:
            parts += _table(table, level=3)
    if page.caveats:
        parts += ["## Caveats", _list(page.caveats)]
    parts += [
        *_computed(page),
        *_plans("Plans considered and their pages", page.plans, page.plan_columns),
    ]
    parts += _plans("Plans left out", page.left_out, [])
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(page: Page) -> list[str]:
    parts = [f"> {escape(words)}" for words in (page.note, page.moved) if words]
    parts.append(" · ".join(f"{escape(name)} {escape(value)}" for name, value in page.meta))
    if page.freshness:
        seen = (f"{word}: {escape(names)} ({when})" for word, names, when in page.freshness)
        parts.append(f"Pages last read: {'; '.join(seen)}")
    parts.append(f"**{escape(page.verdict.text)}**" if page.verdict.text else "")
    for label, sentences in page.first_screen:
        parts += [f"**{escape(label)}**", _list(sentences)]
    if page.findings:
        parts += ["## Findings", _list(page.findings, ordered=True)]
    if page.actions:
        parts += [f"## {page.actions_title}", _list(page.actions)]
    return parts


def _paragraph(sentence: Sentence) -> str:
    title = f"**{escape(sentence.title)}** " if sentence.title else ""
    return title + escape(sentence.text)


def _list(sentences: Iterable[Sentence], *, ordered: bool = False) -> str:
    return "\n".join(
        f"{f'{number}.' if ordered else '-'} {_paragraph(sentence)}"
        for number, sentence in enumerate(sentences, start=1)
    )


def _table(table: Table, level: int) -> list[str]:
    rules = ["---:" if head.is_figure else "---" for head in table.heads]
    rows = [[cell.text for cell in row] for row in table.rows]
    title = [f"{'#' * level} {escape(table.title)}"] if table.title else []
    return [*title, grid([head.label for head in table.heads], rules, rows)]


def _computed(page: Page) -> list[str]:
    if not page.formulas:
        return []
    parts = ["## How it was computed"]
    parts.append(
        "\n".join(
            f"- **{escape(formula.name)}** ({formula.count}): {escape(formula.about)}".rstrip(": ")
            for formula in page.formulas
        )
    )
    parts.append("## Facts")
    heads, rules = ("Fact", "Of", "Against", "Value", "Plans"), ("---", "---", "---", "---:", "---")
    for formula in page.formulas:
        parts.append(f"### {escape(formula.name)}")
        if formula.in_plans:
            parts.append(f"{formula.in_plans} of them are in the list of plans below.")
        rows = [
            (label, row.subject, row.base, value, " ".join(str(n) for n, _ in row.plans))
            for row in formula.rows
            for label, value, _ in row.values
        ]
        parts += [grid(heads, rules, rows)] if rows else []
    return parts


def _plans(title: str, plans: Sequence[PlanRow], columns: Sequence[PlanColumn]) -> list[str]:
    if not plans:
        return []
    has_reasons = any(plan.reason for plan in plans)
    heads = ["No.", "Plan", "Data", "Term", "Headline", "Effective"]
    heads += [*(escape(column.label) for column in columns), "Captured", "Page"]
    rules = ["---:", "---", *["---:"] * (4 + len(columns)), "---", "---"]
    lines = []
    for plan in plans:
        cells = [str(plan.number), *(escape(cell.text) for cell in plan.cells)]
        cells += [escape(fact[0]) if fact else "–" for fact in plan.facts]
        cells += [escape(plan.captured), _link(plan)]
        lines.append(line([*cells, escape(plan.reason)] if has_reasons else cells))
    head = [*heads, "Why"] if has_reasons else heads
    rule = [*rules, "---"] if has_reasons else rules
    return [f"## {title}", "\n".join([line(head), line(rule), *lines])]


def _link(plan: PlanRow) -> str:
    if plan.href is None:
        return escape(plan.address)
    safe = re.sub(r"[^A-Za-z0-9:/?#@!$&'*+,;=%._~-]", _quote, plan.href)
    return f"[{escape(plan.address)}]({safe})"


def _quote(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
