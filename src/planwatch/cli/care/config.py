"""Commands about the settings and the rise rules: what they are and where each comes from."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planwatch.cli.completion import complete_plan
from planwatch.cli.options import Form, Json, OutputFile
from planwatch.cli.session import working_folder
from planwatch.home import find_home
from planwatch.views.output.streams import print_json

if TYPE_CHECKING:
    from planwatch.views.output.delivery import Content

Changed = Annotated[
    bool, typer.Option("--changed", help="Only settings that do not come from the defaults.")
]
app = typer.Typer(
    help="Show the settings and where each comes from, and check them.\n\nExample: planwatch config"
)


@app.callback(invoke_without_command=True)
def config(
    context: typer.Context,
    changed: Changed = False,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Show every setting: its value, and the file or variable that it comes from.

    Example: planwatch config
    """
    if context.invoked_subcommand is None:
        show_settings(changed, form, output, as_json)


@app.command("show")
def show_settings(
    changed: Changed = False,
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


@app.command("rules")
def rules(
    plan: Annotated[
        list[str] | None,
        typer.Argument(
            help="A plan's key, the beginning of one, or words from it: which rules it uses.",
            autocompletion=complete_plan,
        ),
    ] = None,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Show the rules of yearly price rises, each with its source; or which of them a plan uses.

    Example: planwatch config rules O2 100GB 24m
    """
    from planwatch.views.output.delivery import deliver, read_delivery

    delivery = read_delivery(form, output, as_json=as_json)
    deliver(delivery, _rules_of_plan(" ".join(plan)) if plan else _all_rules())


def _all_rules() -> "Content":
    from planwatch.clock import now
    from planwatch.domain.london import london_day
    from planwatch.domain.rise_table import load_rise_rules
    from planwatch.services.market.rise_rules import list_rules

    found = list_rules(load_rise_rules(), london_day(now()))

    def tables() -> list[Any]:
        from planwatch.views.market.rise_rules import render_rules

        return [render_rules(found)]

    return _content({"rules": found, "plans": []}, found, tables)


def _rules_of_plan(words: str) -> "Content":
    from planwatch.cli.session import open_market
    from planwatch.services.market.rise_rules import judge_rules

    with open_market() as session:
        found = judge_rules(session.ledger, words)

    def tables() -> list[Any]:
        from planwatch.views.market.rise_rules import render_plan_rules

        return [render_plan_rules(one) for one in found]

    rows = [
        {**rule, "plan_key": one["plan_key"], "plan_source": one["source"]}
        for one in found
        for rule in one["rules"]
    ]
    return _content({"rules": [], "plans": found}, rows, tables)


def _content(record: dict[str, Any], rows: list[dict[str, Any]], tables: Any) -> "Content":
    from planwatch.views.output.csv_columns import RULE_COLUMNS
    from planwatch.views.output.delivery import Content

    def draw(target: Any) -> None:
        for table in tables():
            target.print(table)

    return Content(record=record, columns=RULE_COLUMNS, rows=rows, draw=draw, tables=tables)
