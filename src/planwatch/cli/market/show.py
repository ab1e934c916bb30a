"""The command `show`: an analysis, the list of them, and the facts of one.

What it needs is imported inside it: the others must not wait for it.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from planwatch.cli.completion import complete_analysis, complete_section
from planwatch.cli.options import Html, Json, Md, Open, ReportFile, ReportForm
from planwatch.cli.session import Session, open_market
from planwatch.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.ledger.reports.analyses import StoredAnalysis
    from planwatch.views.output.delivery import Content


def show(
    analysis: Annotated[
        str | None,
        typer.Argument(
            help="An analysis id or a unique prefix of one; the latest by default.",
            autocompletion=complete_analysis,
        ),
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the analyses.")] = False,
    facts: Annotated[bool, typer.Option("--facts", help="List its facts, one per line.")] = False,
    why: Annotated[
        str | None,
        typer.Option(
            "--why",
            metavar="FACT",
            help="Show the formula, plans and pages behind a fact; the same as `planwatch why`.",
        ),
    ] = None,
    sections: Annotated[
        list[str] | None,
        typer.Option(
            "--section",
            metavar="NAME",
            help="Show this section instead; may be given several times.",
            autocompletion=complete_section,
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Show everything; on a terminal, in a pager.")
    ] = False,
    form: ReportForm = None,
    html: Html = False,
    md: Md = False,
    as_json: Json = False,
    output: ReportFile = None,
    opens: Open = False,
) -> None:
    """Show an analysis on one screen, a section of it, or all; or write it as a page to share.

    The other formats always hold everything. As CSV: one row per fact.

    Example: planwatch show --html -o report.html
    """
    from planwatch.cli.market.report import deliver_report, read_report_delivery
    from planwatch.cli.market.why import explain
    from planwatch.ledger.reports.analyses import find_analysis
    from planwatch.services.market.why import Question

    delivery = read_report_delivery(form, output, as_json=as_json, html=html, md=md, opens=opens)
    _refuse_together(
        {
            "--list": list_all,
            "--facts": facts,
            "--why": why is not None,
            "--section": bool(sections),
            "--full": full,
        }
    )
    if sections and not delivery.is_table:
        raise UsageError(
            f"--section cannot be combined with {delivery.form}, which holds every section",
            hint="leave one of the two out",
        )
    if delivery.form == "html" and (list_all or facts or why is not None):
        raise UsageError(
            "--list, --facts and --why have no HTML page",
            hint="use another format, or leave them out",
        )
    with open_market() as session:
        if list_all:
            content = _list(session)
        else:
            _greet_newcomer(session, analysis)
            if why is not None:
                content = explain(session, Question(text=why, analysis=analysis))
            else:
                stored = find_analysis(session.ledger, analysis)
                content = (
                    _facts(session, stored)
                    if facts
                    else _analysis(session, stored, sections or (), full=full)
                )
        deliver_report(delivery, content, opens=opens, paged=full)


def _refuse_together(given: Mapping[str, bool]) -> None:
    chosen = [option for option, is_given in given.items() if is_given]
    if len(chosen) > 1:
        raise UsageError(
            f"{' and '.join(chosen)} cannot be combined", hint="use one of them at a time"
        )


def _greet_newcomer(session: Session, analysis: str | None) -> None:
    """Send whoever has no plans yet to where they come from, not to a comparison of nothing.

    Raises:
        UnknownName: the ledger holds neither a plan nor an analysis.
    """
    from planwatch.ledger.plans.counts import count_current_plans
    from planwatch.ledger.reports.analyses import list_analyses

    has_any = count_current_plans(session.ledger) or list_analyses(session.ledger, limit=1)
    if analysis is None and not has_any:
        raise UnknownName(
            "there are no plans yet, so there is no analysis",
            hint="try a recorded market with `planwatch demo`, or collect the real one with"
            " `planwatch scrape --wait` and then: planwatch compare O2 Vodafone --wait",
        )


def _list(session: Session) -> "Content":
    from planwatch.ledger.reports.analyses import list_analyses
    from planwatch.views.market import market_pages
    from planwatch.views.output import csv_tables
    from planwatch.views.output.delivery import Content
    from planwatch.workflows.freshness import market_note

    found = list_analyses(session.ledger, limit=100)
    heads = [market_pages.analysis_head(each) for each in found]
    note = market_note(session.ledger)
    return Content(
        record={"analyses": heads},
        columns=csv_tables.ANALYSIS_COLUMNS,
        rows=[
            {**head, "verdict": each.document["verdict"]}
            for head, each in zip(heads, found, strict=True)
        ],
        draw=lambda target: market_pages.print_analyses(target, found, note=note),
        tables=lambda: [market_pages.render_analyses(found)],
        note=note,
    )


def _facts(session: Session, stored: "StoredAnalysis") -> "Content":
    from planwatch.views.market.facts import print_facts, render_facts
    from planwatch.views.output import csv_tables
    from planwatch.views.output.delivery import Content
    from planwatch.workflows.freshness import market_note

    facts = list(stored.document.get("facts") or ())
    return Content(
        record={"facts": facts},
        columns=csv_tables.FACT_COLUMNS,
        rows=csv_tables.fact_rows(facts, analysis_id=stored.analysis_id, as_of=stored.as_of),
        draw=lambda target: print_facts(target, facts),
        tables=lambda: [render_facts(facts)],
        note=market_note(session.ledger),
    )


def _analysis(
    session: Session, stored: "StoredAnalysis", sections: Sequence[str], *, full: bool
) -> "Content":
    from planwatch.cli.market.report import write_markdown, write_page
    from planwatch.cli.market.show_screen import find_sections, load_doubts
    from planwatch.ledger.reports.model_answers import usage_of_job
    from planwatch.views.market import market_pages
    from planwatch.views.output import csv_tables
    from planwatch.views.output.delivery import Content
    from planwatch.workflows.freshness import market_note

    usage = usage_of_job(session.ledger, stored.job_id)
    note = market_note(session.ledger)
    facts = stored.document.get("facts") or ()
    names = find_sections(stored, sections)

    def draw(target: "Console") -> None:
        doubts = load_doubts(session, stored.document)
        if names:
            market_pages.print_sections(target, stored, names, note=note, doubts=doubts)
        elif full:
            market_pages.print_analysis(target, stored, usage=usage, note=note, doubts=doubts)
        else:
            market_pages.print_one_screen(target, stored, usage=usage, note=note, doubts=doubts)

    return Content(
        record={"analysis": market_pages.analysis_record(stored, usage)},
        columns=csv_tables.FACT_COLUMNS,
        rows=csv_tables.fact_rows(facts, analysis_id=stored.analysis_id, as_of=stored.as_of),
        draw=draw,
        note=note,
        md=lambda: write_markdown(session, stored),
        html=lambda: write_page(session, stored),
    )
