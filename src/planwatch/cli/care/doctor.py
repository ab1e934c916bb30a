"""The command `doctor`.

What it needs is imported inside it: other commands must not wait for it.
"""

from typing import Annotated

import typer

from planwatch.cli.options import Form, Json, OutputFile
from planwatch.cli.session import working_folder
from planwatch.errors import UsageError
from planwatch.home import find_home


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
