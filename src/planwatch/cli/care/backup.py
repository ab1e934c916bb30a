"""The command `backup`.

What it needs is imported inside it: other commands must not wait for it.
"""

from pathlib import Path
from typing import Annotated

import typer

from planwatch.cli.options import Json, place
from planwatch.cli.session import working_folder
from planwatch.home import find_home
from planwatch.views.output.streams import print_json


def backup(
    target: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE|DIR",
            parser=place,
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
    home = find_home()
    path = find_target(home, target, working_folder(), at, with_archive=with_archive)
    done = back_up(home, path, at, with_archive=with_archive, force=force)
    if as_json:
        print_json(done.as_record())
    else:
        print_backed_up(done)
