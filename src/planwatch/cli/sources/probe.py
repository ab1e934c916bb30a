"""The command `probe`: a dry run of one source, or of the card miner; nothing is stored.

What it needs is imported inside it: the other commands must not wait for it.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from planwatch.cli.completion import complete_source
from planwatch.cli.exit_codes import PARTIAL
from planwatch.cli.options import Form, Json, OutputFile, parse_as_of, place
from planwatch.cli.session import working_folder
from planwatch.errors import UsageError
from planwatch.home import find_home
from planwatch.views.output.delivery import Content, deliver, read_delivery
from planwatch.views.output.streams import print_message

_YEARS = range(2000, 2101)


def probe(
    source: Annotated[
        str | None,
        typer.Argument(
            help="The source whose parser reads the pages.", autocompletion=complete_source
        ),
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option(
            "--from", help="A saved page or HAR file to parse; without it the source is fetched."
        ),
    ] = None,
    miner: Annotated[
        bool, typer.Option("--miner", help="Read any operator's page, with the card miner alone.")
    ] = False,
    currency: Annotated[
        str, typer.Option("--currency", help="With --miner: the currency of the page's prices.")
    ] = "GBP",
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Day on which the page was saved; today by default."),
    ] = None,
    save_case: Annotated[
        Path | None,
        typer.Option(
            "--save-case",
            metavar="DIR",
            parser=place,
            help="Save the pages as a test fixture, in a new folder.",
        ),
    ] = None,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Fetch a source, or parse one saved page, and show its plans; stores nothing.

    Also shows what the card miner finds there. Exits with 3 if a card could not be read.

    Example: planwatch probe three --from page.html --as-of 2025-11-17
    """
    from planwatch.clock import today
    from planwatch.services.sources.probe import mine_file

    delivery = read_delivery(form, output, as_json=as_json)
    _check(source, from_file, miner, save_case)
    if currency != "GBP" and not miner:
        raise UsageError(
            "--currency works only with --miner",
            hint="the currency of your own source is set in its entry in the settings",
        )
    day = today() if as_of is None else parse_as_of(as_of, _YEARS)
    if source is None:
        assert from_file is not None
        result = mine_file(from_file, day, currency.upper())
    else:
        result = _probe_source(source, from_file, day, save_case)
    from planwatch.views.market.market import PLAN_CSV_COLUMNS
    from planwatch.views.market.probe import print_probe, render_probe

    deliver(
        delivery,
        Content(
            record=result,
            columns=PLAN_CSV_COLUMNS,
            rows=result["plans"],
            draw=lambda target: print_probe(target, result),
            tables=lambda: [render_probe(result)],
        ),
    )
    for warning in result["warnings"]:
        print_message(f"planwatch: {warning}.")
    if result["unreadable"]:
        raise typer.Exit(PARTIAL)


def _check(source: str | None, from_file: Path | None, miner: bool, save_case: Path | None) -> None:
    if miner and from_file is None:
        raise UsageError("--miner needs a saved page", hint="name the file with --from")
    if miner == (source is not None):
        raise UsageError(
            "name either a source or, for a page of any operator, --miner",
            hint="for example: planwatch probe three --from page.html",
        )
    if miner and save_case is not None:
        raise UsageError(
            "--save-case needs a source",
            hint="write: planwatch probe three --save-case tests/pages/three/2026-11-23-ordinary",
        )


def _probe_source(
    name: str, from_file: Path | None, day: date, save_case: Path | None
) -> dict[str, Any]:
    """Ask or read a source; the fixture is written first, so that a refused page makes one, too."""
    from planwatch.services.sources import fixture, probe
    from planwatch.settings.load import read_values
    from planwatch.settings.sources import read_catalogue
    from planwatch.views.market.probe import describe_fixture

    catalogue = read_catalogue(read_values(find_home().config_file, working_folder()))
    source = catalogue.load(catalogue.resolve(name))
    if save_case is not None:
        fixture.check_fixture_folder(save_case)
    if from_file is not None:
        pages = probe.read_saved_page(source, from_file)
    else:
        pages = probe.ask_site(source, find_home(), working_folder())
    if save_case is not None:
        print_message(describe_fixture(fixture.save_fixture(source, pages, day, save_case)))
    return probe.probe_pages(source, pages, day)
