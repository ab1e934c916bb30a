"""Commands that look after an installation: `doctor` and `backup`.

What a command needs is imported inside it: the others must not wait for it.
"""

from pathlib import Path
from typing import Annotated

import typer

from planwatch.cli.options import Form, Json, OutputFile
from planwatch.cli.session import working_folder
from planwatch.errors import UsageError
from planwatch.home import find_home
from planwatch.views.output.streams import print_json


def doctor(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="With --live: sources to check; all enabled sources by default."),
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Fetch robots.txt and one page from each source.")
    ] = False,
    check_seconds: Annotated[
        float,
        typer.Option(
            "--check-seconds", min=0.1, help="Time limit of SQLite's integrity check, in seconds."
        ),
    ] = 30.0,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Check the installation and suggest a fix for each problem; changes nothing.

    Exits with 1 if there is a fault. With --live a success is recorded: see `planwatch sources`.

    Example: planwatch doctor --live o2 three
    """
    from planwatch.services.maintenance.doctor.examine import examine, examine_live
    from planwatch.views.care.doctor import doctor_content
    from planwatch.views.output.delivery import deliver, read_delivery

    delivery = read_delivery(form, output, as_json=as_json)
    if sources and not live:
        raise UsageError(
            "sources can be named only with --live", hint="add it: planwatch doctor --live o2"
        )
    home, folder = find_home(), working_folder()
    lines = examine(home, folder, check_seconds=check_seconds)
    if live:
        lines += examine_live(home, folder, sources or [])
    deliver(delivery, doctor_content([line.as_record() for line in lines]))
    if any(line.level == "fault" for line in lines):
        raise typer.Exit(1)


def backup(
    target: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE|DIR",
            help="File to write, or a folder for it; the working folder by default.",
        ),
    ] = None,
    with_archive: Annotated[
        bool, typer.Option("--with-archive", help="Include the archived pages, in one tar file.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    as_json: Json = False,
) -> None:
    """Copy the ledger to one file, even while jobs run, and check the copy.

    Active jobs are closed in the copy, so that a restored ledger resumes nothing.

    Example: planwatch backup /srv/backups --with-archive
    """
    from datetime import UTC, datetime

    from planwatch.services.maintenance.backup import back_up, find_target
    from planwatch.views.care.backup import print_backed_up

    # the true time: names of files must not repeat in a simulation
    at = datetime.now(UTC)
    path = find_target(target, working_folder(), at, with_archive=with_archive)
    done = back_up(find_home(), path, at, with_archive=with_archive, force=force)
    if as_json:
        print_json(done.as_record())
    else:
        print_backed_up(done)
