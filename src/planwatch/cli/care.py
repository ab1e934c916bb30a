"""Commands that look after an installation: `doctor` and `backup`.

What a command needs is imported inside it: the others must not wait for it.
"""

from pathlib import Path
from typing import Annotated

import typer

from planwatch.cli.options import Json
from planwatch.cli.session import working_folder
from planwatch.home import find_home
from planwatch.views.output import print_json


def backup(
    target: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE|DIR", help="File to write, or a folder for it; the working folder."
        ),
    ] = None,
    with_archive: Annotated[
        bool, typer.Option("--with-archive", help="The archived pages too, in one tar.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
    as_json: Json = False,
) -> None:
    """Copy the ledger into one file while jobs go on, and check the copy.

    Jobs that are under way are closed in the copy, so that it resumes nothing where it is restored.

    Example: planwatch backup /srv/backups --with-archive
    """
    from datetime import UTC, datetime

    from planwatch.views.backup import print_backed_up
    from planwatch.workflows.backup import back_up, find_target

    # the true time: names of files must not repeat in a simulation
    at = datetime.now(UTC)
    path = find_target(target, working_folder(), at, with_archive=with_archive)
    done = back_up(find_home(), path, at, with_archive=with_archive, force=force)
    if as_json:
        print_json(done.as_record())
    else:
        print_backed_up(done)
