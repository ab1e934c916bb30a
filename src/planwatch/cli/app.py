"""The Typer application, its global options, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Final

import typer

from planwatch import __version__
from planwatch.cli import demo, jobs, market, schedule, sources
from planwatch.cli.session import GLOBALS, open_session
from planwatch.errors import PlanwatchError
from planwatch.views.output import print_error, print_line, print_message

INTERRUPTED: Final = 130

app = typer.Typer(
    name="planwatch",
    invoke_without_command=True,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print_line(f"planwatch {__version__}")
        raise typer.Exit


@app.callback()
def overview(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
    no_resume: Annotated[
        bool, typer.Option("--no-resume", help="Do not resume jobs whose worker has died.")
    ] = False,
) -> None:
    """Competitive intelligence on UK SIM-only mobile plans: one command line, one SQLite file.

    Without a command it says where things stand and what to do next.
    """
    del version  # handled by its callback
    GLOBALS.resume = not no_resume
    if context.invoked_subcommand is None:
        with open_session() as session:
            from planwatch.views.overview import print_overview
            from planwatch.workflows.overview import load_overview

            print_overview(load_overview(session.ledger))


JOBS: Final = "Jobs"
MARKET: Final = "Market"
SOURCES: Final = "Sources"
CARE: Final = "Care"

app.command(rich_help_panel=JOBS)(jobs.scrape)
app.command(rich_help_panel=JOBS)(jobs.compare)
app.command(rich_help_panel=JOBS)(jobs.analyse)
app.command("analyze", hidden=True)(jobs.analyse)
app.command(rich_help_panel=JOBS)(jobs.status)
app.command(rich_help_panel=JOBS)(jobs.wait)
app.command(rich_help_panel=MARKET)(market.plans)
app.command(rich_help_panel=MARKET)(market.show)
app.command(rich_help_panel=SOURCES)(sources.probe)
app.add_typer(sources.app, name="sources", rich_help_panel=SOURCES)
app.add_typer(schedule.app, name="schedule", rich_help_panel=CARE)
app.command(rich_help_panel=CARE)(demo.demo)


def main() -> None:
    """Run one command; a person never sees a traceback."""
    try:
        app()
    except PlanwatchError as error:
        print_error(error, as_json=GLOBALS.wants_json(sys.argv[1:]))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # the reader has gone (`| head`); keep the interpreter from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if os.environ.get("PLANWATCH_TRACEBACK"):
            raise
        print_message(
            f"planwatch: a fault of ours: {type(error).__name__}: {error}.\n"
            "  Set PLANWATCH_TRACEBACK=1 and run it again to see where, and report it."
        )
        sys.exit(1)
