"""Commands about sources: their health, and what a person does about one.

A dry run of one is cli/sources/probe.py. What a command needs is imported inside it: the others
must not wait for it.
"""

import contextlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from planwatch.cli.completion import complete_source
from planwatch.cli.exit_codes import PARTIAL
from planwatch.cli.options import Form, Json, OutputFile, parse_as_of
from planwatch.cli.session import open_session
from planwatch.errors import UnknownName, UsageError
from planwatch.views.output.delivery import Content, deliver, read_delivery
from planwatch.views.output.streams import console, print_json, print_message

_RUNS_SHOWN = 10
_FIRST_YEAR = 2000


class _SourcesGroup(TyperGroup):
    """Takes a source where a command is expected: `sources smarty` shows it."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        from planwatch.cli.session import read_own_catalogue

        if args and self.get_command(ctx, args[0]) is None:
            with contextlib.suppress(UnknownName):
                args = ["show", read_own_catalogue().resolve(args[0]), *args[1:]]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_SourcesGroup,
    help="Show the health of the sources, and repair what went wrong."
    "\n\nExample: planwatch sources smarty",
)
SourceName = Annotated[
    str,
    typer.Argument(help="A source's id, or its brand's name.", autocompletion=complete_source),
]


@app.callback(invoke_without_command=True)
def sources(
    context: typer.Context, form: Form = None, output: OutputFile = None, as_json: Json = False
) -> None:
    """Show each source: last outcome, age of its data, what its parser was checked against.

    Example: planwatch sources
    """
    if context.invoked_subcommand is None:
        list_sources(form, output, as_json)


@app.command("list")
def list_sources(form: Form = None, output: OutputFile = None, as_json: Json = False) -> None:
    """Show each source: last outcome, age of its data, what its parser was checked against.

    Example: planwatch sources list --format csv
    """
    from planwatch.services.sources.listing import list_records
    from planwatch.views.market.market import render_sources
    from planwatch.views.market.market_pages import print_sources
    from planwatch.views.output.csv_tables import SOURCE_COLUMNS, source_rows
    from planwatch.workflows.freshness import market_note

    delivery = read_delivery(form, output, as_json=as_json)
    with open_session() as session:
        records = list_records(session.ledger, session.settings)
        note = market_note(session.ledger)
    deliver(
        delivery,
        Content(
            record={"sources": records},
            columns=SOURCE_COLUMNS,
            rows=source_rows(records),
            draw=lambda target: print_sources(target, records, note=note),
            tables=lambda: [render_sources(records)],
            note=note,
        ),
    )


@app.command("show")
def show_source(
    source: SourceName, form: Form = None, output: OutputFile = None, as_json: Json = False
) -> None:
    """Show one source: its last runs, and the evidence for its newest outcome.

    Example: planwatch sources show o2
    """
    from planwatch.ledger.plans.counts import find_currency
    from planwatch.services.sources.listing import source_record
    from planwatch.views.market.sources import print_source, render_runs
    from planwatch.views.output.csv_tables import RUN_COLUMNS, run_rows
    from planwatch.workflows.freshness import market_note

    delivery = read_delivery(form, output, as_json=as_json)
    with open_session() as session:
        record = source_record(session.ledger, source, session.settings, limit=_RUNS_SHOWN)
        note = market_note(session.ledger)
        own = session.catalogue.find_own(record["source"])
        currency = own.currency if own else find_currency(session.ledger, record["source"])
    deliver(
        delivery,
        Content(
            record={"source": record},
            columns=RUN_COLUMNS,
            rows=run_rows(record),
            draw=lambda target: print_source(target, record, currency=currency, note=note),
            tables=lambda: [render_runs(record)],
            note=note,
        ),
    )


@app.command("accept")
def accept_source(
    source: SourceName,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and store nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Store a suspicious result or a held price that you have checked.

    Example: planwatch sources accept o2
    """
    from planwatch.fetch.archive import Archive
    from planwatch.services.sources.repair import accept
    from planwatch.views.market.sources import print_repaired

    with open_session() as session:
        wanted = session.catalogue.load(session.catalogue.resolve(source))
        archive = Archive(session.home.archive)
        done = accept(session.ledger, archive, wanted, apply=not dry_run)
    if as_json:
        print_json(done.as_record())
    else:
        print_repaired(console(), done, f"planwatch sources accept {done.source}")


@app.command("replay")
def replay_sources(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="Sources to replay; all that have pages by default.",
            autocompletion=complete_source,
        ),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Store the differences, as corrections.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Parse archived pages again with today's parsers and show the differences; fetches nothing.

    Reads the pages of the plans in force, and the pages that have failed since.

    Example: planwatch sources replay three --apply
    """
    from planwatch.fetch.archive import Archive
    from planwatch.ledger.pages.health import load_health
    from planwatch.services.sources.repair import replay
    from planwatch.views.market.sources import print_repaired

    with open_session() as session:
        catalogue = session.catalogue
        seen = [source for source in load_health(session.ledger) if source in catalogue.ids]
        asked = {catalogue.resolve(source) for source in sources or seen}
        if not asked:
            raise UsageError(
                "no source has been scraped yet, so there are no pages to replay",
                hint="collect them first: planwatch scrape --wait",
            )
        archive, alert_after = (
            Archive(session.home.archive),
            session.load_settings().alarms.after_failures,
        )
        done = []
        for source in (source for source in catalogue.ids if source in asked):
            try:
                done.append(
                    replay(
                        session.ledger,
                        archive,
                        catalogue.load(source),
                        apply=apply,
                        alert_after=alert_after,
                    )
                )
            except UsageError as error:
                if sources:
                    raise
                print_message(f"planwatch: {error.message}.")
    if as_json:
        print_json({"sources": [each.as_record() for each in done]})
        return
    for each in done:
        print_repaired(console(), each, f"planwatch sources replay {each.source} --apply")


@app.command("import")
def import_source(
    source: SourceName,
    files: Annotated[list[Path], typer.Argument(help="Pages or HAR files saved from a browser.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Day on which they were saved; now by default.")
    ] = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="These are all the pages of the source: plans not on them are absent.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Store the plans on pages that you saved yourself, with the checks of a scrape.

    Exits with 3 if the pages are suspicious or could not be read in full.

    Example: planwatch sources import three page.html --as-of 2026-11-20
    """
    from planwatch.fetch.archive import Archive
    from planwatch.services.sources.repair import import_pages
    from planwatch.services.sources.saved_pages import read_saved
    from planwatch.views.market.sources import describe_recorded, print_imported

    with open_session() as session:
        session.refuse_recorded("pages", "import")
        wanted = session.catalogue.load(session.catalogue.resolve(source))
        saved, archive = read_saved(wanted, files), Archive(session.home.archive)
        if saved.recorded:
            places = [archive.place_of(page.body) for page in saved.recorded]
            print_message(describe_recorded(places))
        done, entry = import_pages(
            session.ledger,
            archive,
            wanted,
            saved.pages,
            _instant(as_of),
            is_complete=complete,
            alert_after=session.load_settings().alarms.after_failures,
        )
    if as_json:
        print_json({**done.as_record(), "entry": entry})
    else:
        print_imported(console(), done, entry)
    is_part = (entry["error"] or {}).get("code") == "part_of_a_source"
    if entry["outcome"] not in ("ok", "unchanged") and not is_part:
        raise typer.Exit(PARTIAL)


def _instant(as_of: str | None) -> datetime:
    """Return when pages were saved: now, or noon of that day."""
    from planwatch.clock import now
    from planwatch.domain.london import london_day, start_of_day

    present = now()
    if as_of is None:
        return present
    day = parse_as_of(as_of)
    saved_at = start_of_day(day) + timedelta(hours=12)
    if day.year < _FIRST_YEAR or day > london_day(present):
        raise UsageError(
            f"--as-of {as_of} is not a day on which a page can have been saved",
            hint="write a day from 2000-01-01 to today",
        )
    return min(saved_at, present)
