"""Commands about the settings: what they are, where each comes from, whether they are valid."""

from dataclasses import asdict
from typing import Annotated

import typer

from planwatch.cli.options import Form, Json, OutputFile
from planwatch.cli.session import working_folder
from planwatch.home import find_home
from planwatch.views.output.streams import print_json

app = typer.Typer(
    help="Show the settings and where each comes from, and check them."
    "\n\nExample: planwatch config show"
)


@app.command("show")
def show_settings(
    changed: Annotated[
        bool, typer.Option("--changed", help="Only settings that do not come from the defaults.")
    ] = False,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Show every setting: its value, and the file or variable that it comes from.

    Secrets are masked in every format.

    Example: planwatch config show --changed
    """
    from planwatch.settings.origins import list_settings
    from planwatch.views.care.config import settings_content
    from planwatch.views.output.delivery import deliver, read_delivery

    delivery = read_delivery(form, output, as_json=as_json)
    found = list_settings(find_home().config_file, working_folder())
    records = [asdict(each) for each in found if each.is_changed or not changed]
    deliver(delivery, settings_content(records, only_changed=changed))


@app.command("check")
def check(as_json: Json = False) -> None:
    """Check the settings, and find PLANWATCH_* variables that nothing reads.

    Exits with 1 if a setting is not valid. A variable that nothing reads is a warning.

    Example: planwatch config check
    """
    from planwatch.services.maintenance.settings_check import check_settings
    from planwatch.views.care.config import print_settings_state

    state = check_settings(find_home(), working_folder())
    if as_json:
        print_json(state.as_record())
    else:
        print_settings_state(state)
    if state.faults:
        raise typer.Exit(1)
