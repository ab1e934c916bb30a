"""Entries to paste into cron. Nothing is installed by itself."""

import os

import typer

from planwatch.cli.session import open_session, working_folder
from planwatch.errors import UsageError
from planwatch.views.output import print_line

app = typer.Typer(help="Entries to paste into cron.", no_args_is_help=True)


@app.command()
def cron(
    at: str = typer.Option("06:15", "--at", help="Time of the daily scrape, HH:MM."),
) -> None:
    """Print a crontab that scrapes every day and resumes what a crash left behind.

    Example: planwatch schedule cron --at 05:40
    """
    # only this command needs them
    from planwatch.ledger.info import is_recorded
    from planwatch.views.schedule import render_crontab

    with open_session() as session:  # the log goes there, whether or not planwatch has run before
        home = session.home
        if is_recorded(session.ledger):
            raise UsageError(
                f"{home.root} holds the recorded market of the demo, which needs no cron",
                hint="set PLANWATCH_HOME to the folder of your real market",
            )
    print_line(render_crontab(home, at, working_folder(), os.environ))
