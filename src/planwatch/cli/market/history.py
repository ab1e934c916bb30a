"""The command that shows plans over time."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planwatch.cli.completion import complete_plan
from planwatch.cli.options import HtmlTable, Json, MarketFile, MarketForm
from planwatch.cli.session import open_market
from planwatch.errors import UsageError
from planwatch.views.output.delivery import MARKET_FORMATS, Content, deliver, read_delivery

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

    from planwatch.views.table.table import FittingTable

_MOST_PLANS = 10


def history(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLAN]...",
            help="A plan's key, the beginning of one, or words: brand, data, term, variant.",
            autocompletion=complete_plan,
        ),
    ] = None,
    plans: Annotated[
        list[str] | None,
        typer.Option(
            "--plan",
            help="One more plan, likewise; repeatable.",
            autocompletion=complete_plan,
        ),
    ] = None,
    form: MarketForm = None,
    html: HtmlTable = False,
    output: MarketFile = None,
    as_json: Json = False,
) -> None:
    """Show plans over time, several on one chart: versions, costs, changes and pages.

    Words may come in any order. Where they mean up to six plans, all of them are shown.

    Example: planwatch history three 25gb lite
    Example: planwatch history --plan "vodafone 100gb 24m" --plan "o2 100gb 24m" --html -o two.html
    """
    from planwatch.ledger.plans.finding import find_all
    from planwatch.ledger.plans.plan_history import load_histories
    from planwatch.views.output.csv_columns import HISTORY_COLUMNS
    from planwatch.workflows.freshness import market_note, market_now, opening_note

    delivery = read_delivery(form, output, as_json=as_json, html=html, formats=MARKET_FORMATS)
    texts = [*([" ".join(words)] if words else []), *(plans or [])]
    if not texts:
        raise UsageError(
            "no plan is named", hint='write words of it, such as "three 25gb lite", or --plan PLAN'
        )
    with open_market() as session:
        chosen = find_all(session.ledger, texts)
        keys = list(dict.fromkeys(each.plan_key for each in chosen))
        if len(keys) > _MOST_PLANS:
            raise UsageError(
                f"{len(keys)} plans are too many for one chart",
                hint=f"name {_MOST_PLANS} at most, each by more of its words",
            )
        found = load_histories(session.ledger, [each.row_id for each in chosen])
        note, present = market_note(session.ledger), market_now(session.ledger)
        brands = {one["brand"] for one in found}
        opening = opening_note(session.ledger, session.catalogue, brands)
    events = _events_of(found, brands)

    def draw(target: "Console") -> None:
        from planwatch.views.market.history import print_history

        print_history(target, found, note=opening, events=events)

    def tables() -> "list[FittingTable]":
        from planwatch.views.market.history import render_histories

        return render_histories(found)

    def write_html() -> str:
        from planwatch.views.market.history_page import render_history_page

        return render_history_page(found, note=opening, events=events)

    rows = [_row(one, version) for one in found for version in one["versions"]]

    def workbook() -> bytes:
        from planwatch.views.output.workbook import table_of, write_workbook

        sheet = table_of("History", HISTORY_COLUMNS, rows)
        return write_workbook([sheet], title="Price history", created=present, note=note)

    content = Content(
        record={
            "plan_key": keys[0] if len(keys) == 1 else None,
            "plan_keys": keys,
            "histories": found,
        },
        columns=HISTORY_COLUMNS,
        rows=rows,
        draw=draw,
        tables=tables,
        note=note,
        opening=opening,
        html=write_html,
        xlsx=workbook,
    )
    deliver(delivery, content)


def _events_of(found: list[dict[str, Any]], brands: set[str]) -> "list[tuple[date, str]]":
    """Return the market events of the days over which the plans were seen."""
    from planwatch.domain.london import london_day
    from planwatch.domain.market_events import mark_events

    first = min(london_day(one["first_seen"]) for one in found)
    last = max(london_day(one["last_seen"]) for one in found)
    return mark_events(first, last + timedelta(days=1), brands)


def _row(one: dict[str, Any], version: dict[str, Any]) -> dict[str, Any]:
    """Return a version as a row of CSV: its plan and its page beside it."""
    return {
        **one,
        **version,
        **(version["capture"] or {}),
        "changed": [move["kind"] for move in version["moves"]],
    }
