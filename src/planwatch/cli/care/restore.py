"""The command `restore`.

What it needs is imported inside it: other commands must not wait for it.
"""

from pathlib import Path
from typing import Annotated

import typer

from planwatch.cli.options import Json
from planwatch.home import find_home
from planwatch.views.output.streams import print_json


def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file that `planwatch backup` wrote.")
    ],
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the ledger, after checking it; the old ledger is kept.

    Works with a ledger that is damaged or gone. Refused while a worker lives.

    Example: planwatch restore planwatch-backup-20261123T090000Z.db
    """
    from datetime import UTC, datetime

    from planwatch.services.maintenance.restore import restore as put_in_place
    from planwatch.views.care.restore import print_restored

    # the true time, as for backups
    done = put_in_place(find_home(), file, datetime.now(UTC))
    if as_json:
        print_json(done.as_record())
    else:
        print_restored(done)
