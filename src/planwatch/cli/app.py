"""The Typer application, its global options, and the one place where errors become exit codes.

Modules with commands have no `from __future__ import annotations`: Typer would evaluate each
annotation from its text at every start, which costs a tenth of `status`.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from planwatch import __version__
from planwatch.cli.commands import Commands
from planwatch.cli.exit_codes import INTERRUPTED
from planwatch.cli.session import GLOBALS, open_session
from planwatch.errors import PlanwatchError
from planwatch.views.output.streams import print_error, print_line, print_message

app = typer.Typer(
    name="planwatch",
    cls=Commands,
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

    Without a command, it shows where things stand and what to do next.

    Example: planwatch
    """
    del version  # handled by its callback
    GLOBALS.resume = not no_resume
    if context.invoked_subcommand is None:
        with open_session() as session:
            from planwatch.services.market.overview import load_overview
            from planwatch.views.market.overview import print_overview

            print_overview(load_overview(session.ledger, session.catalogue))


def main() -> None:
    """Run one command; a person never sees a traceback."""
    as_json = GLOBALS.wants_json(sys.argv[1:])
    _make_output_forgiving()
    try:
        app()
    except PlanwatchError as error:
        print_error(error, as_json=as_json)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        _discard_output()  # the reader has gone (`| head`)
        sys.exit(1)
    except OSError as error:
        # what a command itself opens has its own errors; this is the stream that we print to
        print_message(f"planwatch: cannot write the output ({error.strerror}).")
        _discard_output()
        sys.exit(1)
    except Exception as error:
        if os.environ.get("PLANWATCH_TRACEBACK"):
            raise
        fault = PlanwatchError(
            f"internal error: {type(error).__name__}: {error}",
            hint="run it again with PLANWATCH_TRACEBACK=1 for a traceback, and report it",
        )
        print_error(fault, as_json=as_json)
        sys.exit(fault.exit_code)
    finally:
        gc.freeze()  # the interpreter would look through all modules once more at its end


def _make_output_forgiving() -> None:
    """Let a stream that is closed swallow, and one that knows no £ replace, what it cannot hold."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            sink = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
            setattr(sys, name, sink)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _discard_output() -> None:
    # keeps the interpreter from complaining at exit about what it cannot flush
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
