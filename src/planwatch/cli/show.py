"""The command `show`: an analysis, the list of them, the facts of one and what a fact rests on.

What it needs is imported inside it: the others must not wait for it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planwatch.cli.options import Json
from planwatch.cli.session import Session, open_session
from planwatch.errors import UsageError
from planwatch.views.output import console, print_json

if TYPE_CHECKING:
    from planwatch.ledger.analyses import StoredAnalysis


def show(
    analysis: Annotated[
        str | None, typer.Argument(help="An analysis by unique prefix of its id; the latest.")
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the analyses.")] = False,
    html: Annotated[bool, typer.Option("--html", help="As one HTML page with charts.")] = False,
    md: Annotated[bool, typer.Option("--md", help="As Markdown.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File for --html or --md."),
    ] = None,
    opens: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    facts: Annotated[bool, typer.Option("--facts", help="Its facts, a line each.")] = False,
    why: Annotated[
        str | None,
        typer.Option("--why", metavar="FACT", help="What a fact was computed from, page by page."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show an analysis: the verdict first, then its tables; or write it as a page to share.

    Example: planwatch show --html -o report.html
    """
    from planwatch.cli.report import deliver_report, read_target
    from planwatch.ledger.analyses import find_analysis, list_analyses
    from planwatch.ledger.model_answers import usage_of_job
    from planwatch.workflows.freshness import market_note

    target = read_target(html=html, md=md, output=output, opens=opens)
    if target and (list_all or as_json):
        raise UsageError("a report is one analysis in words", hint="leave out --list and --json")
    if sum((bool(target), list_all, facts, why is not None)) > 1:
        raise UsageError(
            "--list, --facts, --why and a page are four questions", hint="ask one at a time"
        )
    with open_session() as session:
        if facts or why is not None:
            _trace(session, find_analysis(session.ledger, analysis), why, as_json=as_json)
            return
        if target:
            deliver_report(session.ledger, find_analysis(session.ledger, analysis), target)
            return
        from planwatch.views import market_pages  # draws with Rich; a report does without

        note = market_note(session.ledger)
        if list_all:
            found = list_analyses(session.ledger, limit=100)
            market_pages.print_analyses(console(), found, note=note, as_json=as_json)
            return
        stored = find_analysis(session.ledger, analysis)
        usage = usage_of_job(session.ledger, stored.job_id)
        market_pages.print_analysis(console(), stored, usage=usage, note=note, as_json=as_json)


def _trace(
    session: Session, analysis: "StoredAnalysis", fact_id: str | None, *, as_json: bool
) -> None:
    """Print the facts of an analysis, or what one of them was computed from."""
    from planwatch.workflows.freshness import market_note

    note = market_note(session.ledger)
    if fact_id is None:
        facts = list(analysis.document.get("facts") or ())
        if as_json:
            print_json({"facts": facts}, note=note)
            return
        from planwatch.views.facts import print_facts

        print_facts(facts)
        return
    from planwatch.workflows.why import explain, find_fact

    why = explain(session.ledger, session.home, analysis, find_fact(analysis, fact_id))
    if as_json:
        print_json({"why": why}, note=note)
        return
    from planwatch.views.facts import print_why

    print_why(console(), why)
