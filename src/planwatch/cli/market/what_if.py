"""The command that puts hypothetical tariffs into the market. It stores nothing.

What it needs is imported inside it: other commands must not wait for it.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from planwatch.cli.completion import complete_brand
from planwatch.cli.options import (
    Form,
    IsFiveG,
    Json,
    MaxSpeed,
    OutputFile,
    Rise,
    RoamingData,
    Unverified,
    write_features,
)
from planwatch.cli.session import open_market
from planwatch.errors import UsageError
from planwatch.views.output.delivery import Content, deliver, read_delivery


def what_if(
    size: Annotated[
        list[str] | None,
        typer.Argument(
            help="Brand, data and term, such as O2 100GB 24m; or use the options.",
            autocompletion=complete_brand,
        ),
    ] = None,
    brand: Annotated[
        str | None,
        typer.Option("--brand", help="The brand of the tariff.", autocompletion=complete_brand),
    ] = None,
    data: Annotated[
        str | None, typer.Option("--data", help="Its data: 100GB, 500MB or unlimited.")
    ] = None,
    term: Annotated[
        str | None, typer.Option("--term", help="Minimum term in months; 0 for pay as you go.")
    ] = None,
    price: Annotated[
        str | None, typer.Option("--price", help="£ a month; with --promo, the price after it.")
    ] = None,
    rise: Rise = None,
    promo: Annotated[
        str | None, typer.Option("--promo", help="9x6: £9 a month for the first 6 months.")
    ] = None,
    roaming: Annotated[
        str | None, typer.Option("--roaming", help="Its roaming: none, eu or global.")
    ] = None,
    roaming_data: RoamingData = None,
    five_g: IsFiveG = None,
    max_speed: MaxSpeed = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Read up to 50 tariffs from a JSON or CSV file instead."),
    ] = None,
    unverified: Unverified = False,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Place a tariff of your own in the market: true cost, rank in each basket, who beats whom.

    Example: planwatch what-if O2 100GB 24m --price 18 --promo 9x6
    """
    from planwatch.analysis.metrics.tariff import join_size, parse_tariff
    from planwatch.ledger.plans.counts import known_brands
    from planwatch.services.market.what_if import load_market, place_tariffs, read_tariffs
    from planwatch.settings.early import basket_list
    from planwatch.workflows.freshness import market_note, opening_note
    from planwatch.workflows.reports.inputs import read_baskets

    delivery = read_delivery(form, output, as_json=as_json)
    written: dict[str, Any] = {
        **{"brand": brand, "data": data, "term": term, "price": price},
        **write_features(rise, promo, roaming, roaming_data, is_5g=five_g, max_speed=max_speed),
    }
    written = join_size(written, size or [])
    if file is not None and any(value is not None for value in written.values()):
        raise UsageError(
            "--file cannot be combined with the options of a tariff",
            hint="leave one of the two out",
        )
    with open_market() as session:
        sold = known_brands(session.ledger)
        tariffs = [parse_tariff(written, sold)] if file is None else read_tariffs(file, sold)
        baskets = read_baskets(basket_list(session.settings))
        market = load_market(session.ledger, unverified=unverified)
        placed = place_tariffs(market, tariffs, baskets)
        note = market_note(session.ledger)
        opening = opening_note(session.ledger, session.catalogue)
    from planwatch.views.market.what_if import print_placements, render_placements
    from planwatch.views.output.csv_tables import TARIFF_COLUMNS, tariff_rows

    deliver(
        delivery,
        Content(
            record={"tariffs": placed, "plans": len(market.listings)},
            columns=TARIFF_COLUMNS,
            rows=tariff_rows(placed),
            draw=lambda target: print_placements(target, placed, note=opening),
            note=note,
            md=lambda: render_placements(placed, note=opening),
        ),
    )
