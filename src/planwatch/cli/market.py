"""Commands that read the market: plans and analyses.

What a command needs is imported inside it: the others must not wait for it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planwatch.cli.options import Form, Json, OutputFile
from planwatch.cli.session import Session, open_session
from planwatch.errors import UnreadableText, UsageError
from planwatch.views.delivery import Content, deliver, read_delivery
from planwatch.views.output import console, print_json

if TYPE_CHECKING:
    from planwatch.ledger.analyses import StoredAnalysis
    from planwatch.ledger.connection import Ledger
    from planwatch.workflows.market import PlanFilter

_MOST_POUNDS = 100_000


def plans(
    brands: Annotated[list[str] | None, typer.Argument(help="Brands to show; all of them.")] = None,
    data: Annotated[
        str | None, typer.Option("--data", help="At least so much data: 50GB, or unlimited.")
    ] = None,
    term: Annotated[
        int | None, typer.Option("--term", min=0, help="Minimum term in months; 0 pay as you go.")
    ] = None,
    max_price: Annotated[
        float | None, typer.Option("--max-price", min=0, help="Most effective cost, £ a month.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="One source only.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="The market as it was that day.")
    ] = None,
    signing: Annotated[
        str | None,
        typer.Option("--signing", metavar="MONTH", help="Costs if signed in that month, or day."),
    ] = None,
    sort: Annotated[
        str, typer.Option("--sort", help="By brand, price, effective or data.")
    ] = "brand",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most plans to show.")] = 200,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Show the plans in force, the effective cost beside the headline.

    Example: planwatch plans O2 Three --data 50GB --sort effective
    """
    from planwatch.domain.brand import resolve_brand
    from planwatch.ledger.in_force import known_brands
    from planwatch.workflows.freshness import market_note
    from planwatch.workflows.market import SORTS, PlanFilter, sort_records

    delivery = read_delivery(form, output, as_json=as_json)
    if max_price is not None and not max_price < _MOST_POUNDS:
        raise UsageError(
            f"--max-price {max_price} is no price", hint="write pounds a month, such as 12.50"
        )
    if sort not in SORTS:
        raise UsageError(f"plans are not sorted by {sort!r}", hint=f"use {', '.join(SORTS)}")
    if as_of and signing:
        raise UsageError(
            "--as-of and --signing at once",
            hint="costs of --as-of are for a signing on that day; nobody signs a former plan later",
        )
    with open_session() as session:
        sold = known_brands(session.ledger)
        data_mb, unlimited = _data(data)
        wanted = PlanFilter(
            brands=[resolve_brand(brand, sold) for brand in brands or []],
            source=None if source is None else session.catalogue.resolve(source),
            data_mb_min=data_mb,
            unlimited=unlimited,
            term_months=term,
            price_pence_max=None if max_price is None else round(max_price * 100),
        )
        found = sort_records(_records(session.ledger, wanted, as_of, signing), sort)
        note = market_note(session.ledger)
    from planwatch.views.market import render_plans
    from planwatch.views.market_pages import PLAN_COLUMNS, print_plans

    title = _title(as_of, signing)
    deliver(
        delivery,
        Content(
            record={"plans": found},
            columns=PLAN_COLUMNS,
            rows=found,
            draw=lambda target: print_plans(
                target, found, limit=limit, note=note, anything=bool(sold), title=title
            ),
            tables=lambda: [render_plans(found, total=len(found), title=title)],
            note=note,
        ),
    )


def _records(
    ledger: "Ledger", wanted: "PlanFilter", as_of: str | None, signing: str | None
) -> list[dict[str, Any]]:
    from planwatch.workflows.freshness import market_now
    from planwatch.workflows.market import past_records, plan_records
    from planwatch.workflows.period import read_day

    if as_of is not None:
        return past_records(ledger, wanted, read_day(as_of, option="--as-of"))
    if signing is None:
        return plan_records(ledger, wanted)
    day = read_day(signing, option="--signing", is_month=True)
    today = market_now(ledger).date()
    if (day.year, day.month) < (today.year, today.month):
        raise UsageError(
            f"--signing {signing} is past", hint="for the plans of a former day, use --as-of"
        )
    return plan_records(ledger, wanted, day)


def _title(as_of: str | None, signing: str | None) -> str:
    if as_of is not None:
        return f"Plans in force on {as_of}"
    return "Plans in force" + (f", signed in {signing}" if signing else "")


def _data(text: str | None) -> tuple[int | None, bool]:
    if text is None:
        return None, False
    from planwatch.domain.normalise import parse_allowance

    try:
        allowance = parse_allowance(text)
    except UnreadableText as error:
        raise UsageError(
            f"--data {text!r} is no allowance", hint="write it as 50GB, 500MB or unlimited"
        ) from error
    return allowance.data_mb, allowance.unlimited


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
