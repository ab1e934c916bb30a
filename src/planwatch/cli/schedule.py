"""Entries to paste into cron. Nothing is installed by itself."""

from __future__ import annotations

import os

import typer

from planwatch.cli.session import working_folder
from planwatch.home import find_home
from planwatch.views.output import print_line

app = typer.Typer(help="Entries to paste into cron.", no_args_is_help=True)


@app.command()
def cron(
    at: str = typer.Option("06:15", "--at", help="Time of the daily scrape, HH:MM."),
) -> None:
    """Print a crontab that scrapes every day and resumes what a crash left behind.

    Example: planwatch schedule cron --at 05:40
    """
    from planwatch.views.schedule import render_crontab  # only this command needs it

    home = find_home()
    home.prepare()  # the log goes there, whether or not planwatch has run before
    print_line(render_crontab(home, at, working_folder(), os.environ))
