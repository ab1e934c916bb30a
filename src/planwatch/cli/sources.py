"""Commands about sources: their health, and a dry run of one on a saved page.

What a command needs is imported inside it: the others must not wait for it.
"""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from planwatch.cli.options import Json
from planwatch.cli.session import open_session, working_folder
from planwatch.errors import UsageError
from planwatch.home import find_home
from planwatch.views.output import console, print_json, print_message

PARTIAL = 3
_FIRST_YEAR, _LAST_YEAR = 2000, 2100

app = typer.Typer(help="The sources and their health.", no_args_is_help=True)


@app.command("list")
def list_sources(as_json: Json = False) -> None:
    """Show each source: last outcome, age of its data, what its parser was checked against.

    Example: planwatch sources list
    """
    from planwatch.sources.registry import load_source
    from planwatch.workflows.freshness import market_note, source_records

    with open_session() as session:
        records = [
            {**record, "checked_against": load_source(record["source"]).checked_against}
            for record in source_records(session.ledger)
        ]
        note = market_note(session.ledger)
    if as_json:
        print_json({"sources": records}, note=note)
        return
    from planwatch.views.market_pages import print_sources

    print_sources(console(), records, note=note)


def probe(
    source: Annotated[
        str | None, typer.Argument(help="The source whose parser is to read its pages.")
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option("--from", help="A saved page; without it the source itself is asked."),
    ] = None,
    miner: Annotated[
        bool, typer.Option("--miner", help="Any operator's page, by the card miner alone.")
    ] = False,
    currency: Annotated[
        str, typer.Option("--currency", help="With --miner: what the page's prices are in.")
    ] = "GBP",
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Day on which the page was saved; today.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask a source, or parse one saved page, and show its plans; nothing is stored.

    Ends with 3 when a card could not be read.

    Example: planwatch probe three --from page.html --as-of 2025-11-17
    """
    from planwatch.sources.registry import load_source, resolve_source
    from planwatch.workflows.probe import mine_file, probe_file, probe_site

    if miner and from_file is None:
        raise UsageError("--miner reads a saved page", hint="name the file with --from")
    if miner == (source is not None):
        raise UsageError(
            "name a source, or --miner for a page of any operator, and not both",
            hint="as in: planwatch probe three --from page.html",
        )
    day = _day(as_of)
    if source is None:
        assert from_file is not None
        result = mine_file(from_file, day, currency.upper())
    elif from_file is not None:
        result = probe_file(load_source(resolve_source(source)), from_file, day)
    else:
        home = find_home()
        result = probe_site(load_source(resolve_source(source)), home, working_folder(), day)
    if as_json:
        print_json(result)
    else:
        from planwatch.views.market_pages import print_probe

        print_probe(console(), result)
    for warning in result["warnings"]:
        print_message(f"planwatch: {warning}.")
    if result["unreadable"]:
        raise typer.Exit(PARTIAL)


def _day(text: str | None) -> date:
    from planwatch.clock import today

    if text is None:
        return today()
    try:
        day = date.fromisoformat(text)
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError("no year of a SIM-only plan")
        return day
    except ValueError as error:
        raise UsageError(f"--as-of {text!r} is no date", hint="write it as 2026-11-23") from error
