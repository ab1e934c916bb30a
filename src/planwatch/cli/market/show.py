"""The command `show`: an analysis, the list of them, and the facts of one.

What it needs is imported inside it: the others must not wait for it.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from planwatch.cli.completion import complete_analysis
from planwatch.cli.options import Html, Json, Md, Open, ReportFile, ReportForm
from planwatch.cli.session import Session, open_market
from planwatch.errors import UnknownName, UsageError

if TYPE_CHECKING:
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
    form: ReportForm = None,
    html: Html = False,
    md: Md = False,
    as_json: Json = False,
    output: ReportFile = None,
    opens: Open = False,
) -> None:
    """Show an analysis: the verdict first, then its tables; or write it as a page to share.

    As CSV: one row per fact.

    Example: planwatch show --html -o report.html
    """
    from planwatch.cli.market.report import deliver_report, read_report_delivery
    from planwatch.cli.market.why import explain
    from planwatch.ledger.reports.analyses import find_analysis
    from planwatch.services.market.why import Question

    delivery = read_report_delivery(form, output, as_json=as_json, html=html, md=md, opens=opens)
    if sum((list_all, facts, why is not None)) > 1:
        raise UsageError("--list, --facts and --why cannot be combined", hint="use one at a time")
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
                content = (_facts if facts else _analysis)(session, stored)
        deliver_report(delivery, content, opens=opens)


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


def _analysis(session: Session, stored: "StoredAnalysis") -> "Content":
    from planwatch.cli.market.report import write_markdown, write_page
    from planwatch.ledger.reports.model_answers import usage_of_job
    from planwatch.views.market.market_pages import analysis_record, print_analysis
    from planwatch.views.output import csv_tables
    from planwatch.views.output.delivery import Content
    from planwatch.workflows.freshness import market_note

    usage = usage_of_job(session.ledger, stored.job_id)
    note = market_note(session.ledger)
    facts = stored.document.get("facts") or ()
    return Content(
        record={"analysis": analysis_record(stored, usage)},
        columns=csv_tables.FACT_COLUMNS,
        rows=csv_tables.fact_rows(facts, analysis_id=stored.analysis_id, as_of=stored.as_of),
        draw=lambda target: print_analysis(target, stored, usage=usage, note=note),
        note=note,
        md=lambda: write_markdown(session, stored),
        html=lambda: write_page(session, stored),
    )
