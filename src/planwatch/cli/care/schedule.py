"""Entries for cron and units for systemd. Nothing is installed by itself."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planwatch.cli.options import Json, output_file
from planwatch.cli.session import open_session, working_folder
from planwatch.errors import UsageError
from planwatch.home import expand
from planwatch.kept_files import refuse_kept
from planwatch.output_file import write_text
from planwatch.views.output.streams import print_json, print_line, print_message

if TYPE_CHECKING:
    from planwatch.views.care.schedule import Schedule
    from planwatch.views.care.schedule_systemd import Units

app = typer.Typer(
    help="Print entries for cron, or units for systemd.\n\nExample: planwatch schedule cron",
    no_args_is_help=True,
)

At = Annotated[str, typer.Option("--at", metavar="HH:MM", help="Time of the daily scrape.")]
Analyse = Annotated[
    str | None,
    typer.Option(
        "--analyse", metavar="BRAND", help="After each scrape, analyse the market for this brand."
    ),
]
Prune = Annotated[bool, typer.Option("--prune", help="Once a week, remove old jobs and old pages.")]


@app.command()
def cron(
    at: At = "06:15",
    brand: Analyse = None,
    prune: Prune = False,
    mail: Annotated[
        str | None,
        typer.Option("--mail", metavar="ADDRESS", help="Let cron mail trouble to this address."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a crontab that scrapes every day and resumes interrupted jobs.

    Example: planwatch schedule cron --at 05:40 --analyse O2 --mail ops@example.org
    """
    # only this command needs it
    from planwatch.views.care.schedule_cron import INSTALL, render_crontab

    text = render_crontab(_read(at, brand, prunes=prune, mail=mail))
    if as_json:
        print_json({"crontab": text + "\n", "install": list(INSTALL)})
    else:
        print_line(text)


@app.command()
def systemd(
    at: At = "06:15",
    brand: Analyse = None,
    prune: Prune = False,
    for_user: Annotated[
        bool,
        typer.Option("--user/--system", help="Units for your user's manager, or for the system's."),
    ] = True,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            parser=output_file,
            help="Write the units to this folder.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print systemd units that scrape every day and resume interrupted jobs.

    Example: planwatch schedule systemd --at 05:40 -o units
    """
    from planwatch.views.care.schedule_systemd import render_units

    folder = None if output is None else expand(output).absolute()
    if folder is not None:
        refuse_kept(folder)
    units = render_units(_read(at, brand, prunes=prune), for_user=for_user, written=folder)
    if folder is not None:
        _write(units, folder)
    if as_json:
        print_json(
            {
                "units": [{"name": unit.name, "text": unit.text} for unit in units.files],
                "folder": units.folder,
                "install": list(units.install),
            }
        )
    elif folder is None:
        _print(units)


def _read(at: str, brand: str | None, *, prunes: bool, mail: str | None = None) -> "Schedule":
    from planwatch.domain.brand import resolve_brand
    from planwatch.ledger.plans.counts import known_brands
    from planwatch.ledger.store.info import is_recorded
    from planwatch.views.care.schedule import read_schedule

    with open_session() as session:  # the log goes there, whether or not planwatch has run before
        home = session.home
        if is_recorded(session.ledger):
            raise UsageError(
                f"{home.root} holds the demo's recorded market, which needs no schedule",
                hint="set PLANWATCH_HOME to the folder of your real market",
            )
        focus = brand and resolve_brand(brand, known_brands(session.ledger))
    return read_schedule(
        home, at, working_folder(), os.environ, focus=focus, prunes=prunes, mail=mail
    )


def _print(units: "Units") -> None:
    print_line(f"# planwatch: files for {units.folder}. To install them:")
    for command in units.install:
        print_line(f"#   {command}")
    for unit in units.files:
        print_line(f"\n# ---- {unit.name}\n{unit.text.rstrip()}")


def _write(units: "Units", folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for unit in units.files:
            # systemd reads them as another user; no secret is in them
            write_text(folder / unit.name, unit.text, mode=0o644)
    except OSError as error:
        raise UsageError(
            f"cannot write into {folder} ({error.strerror})",
            hint="name a folder that you may write to",
        ) from error
    print_message(f"Written: {len(units.files)} units to {folder}. To install them:")
    for command in units.install:
        print_message(f"  {command}")
