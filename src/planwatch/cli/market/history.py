"""The command that shows one plan over time."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from planwatch.cli.completion import complete_plan
from planwatch.cli.options import Json, TableFile, TableForm
from planwatch.cli.session import open_market
from planwatch.views.output.delivery import TABLE_FORMATS, Content, deliver, read_delivery

if TYPE_CHECKING:
    from rich.console import Console


def history(
    plan: Annotated[
        list[str],
        typer.Argument(
            help="A plan's key, the beginning of one, or words from it.",
            autocompletion=complete_plan,
        ),
    ],
    form: TableForm = None,
    output: TableFile = None,
    as_json: Json = False,
) -> None:
    """Show one plan over time, at each source: its versions, costs, changes and pages.

    Example: planwatch history three 25gb lite
    """
    from planwatch.ledger.plans.plan_history import find_plan_key, load_histories
    from planwatch.views.output.csv_columns import HISTORY_COLUMNS
    from planwatch.workflows.freshness import market_note, market_now

    delivery = read_delivery(form, output, as_json=as_json, formats=TABLE_FORMATS)
    with open_market() as session:
        key = find_plan_key(session.ledger, " ".join(plan))
        found = load_histories(session.ledger, key)
        note, present = market_note(session.ledger), market_now(session.ledger)

    def draw(target: "Console") -> None:
        from planwatch.views.market.history import print_history

        print_history(target, found, note=note)

    def tables() -> list[Any]:
        from planwatch.views.market.history import render_history

        return [render_history(one) for one in found]

    rows = [_row(one, version) for one in found for version in one["versions"]]

    def workbook() -> bytes:
        from planwatch.views.output.workbook import table_of, write_workbook

        sheet = table_of("History", HISTORY_COLUMNS, rows)
        return write_workbook([sheet], title=f"History of {key}", created=present, note=note)

    deliver(
        delivery,
        Content(
            record={"plan_key": key, "histories": found},
            columns=HISTORY_COLUMNS,
            rows=rows,
            draw=draw,
            tables=tables,
            note=note,
            xlsx=workbook,
        ),
    )


def _row(one: dict[str, Any], version: dict[str, Any]) -> dict[str, Any]:
    """Return a version as a row of CSV: its plan and its page beside it."""
    return {
        **one,
        **version,
        **(version["capture"] or {}),
        "changed": [move["kind"] for move in version["moves"]],
    }
