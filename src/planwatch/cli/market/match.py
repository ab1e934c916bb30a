"""The command that tells what a tariff must charge to match its rivals. It stores nothing.

What it needs is imported inside it: other commands must not wait for it.
"""

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
from planwatch.views.output.delivery import Content, deliver, read_delivery


def match(
    size: Annotated[
        list[str],
        typer.Argument(
            help="Brand, data and term, such as O2 100GB 24m.", autocompletion=complete_brand
        ),
    ],
    rise: Rise = None,
    promo: Annotated[
        str | None,
        typer.Option("--promo", help="9x6: £9 a month for the first 6 months, then the headline."),
    ] = None,
    roaming: Annotated[
        str | None,
        typer.Option("--roaming", help="Its roaming: none, eu or global; as sold now by default."),
    ] = None,
    roaming_data: RoamingData = None,
    five_g: IsFiveG = None,
    max_speed: MaxSpeed = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="BRANDS",
            help="Price against these brands, such as EE,Vodafone, instead of pricing.peers.",
            autocompletion=complete_brand,
        ),
    ] = None,
    unverified: Unverified = False,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Say what a tariff must charge to match its rivals, and to beat them: the inverse of what-if.

    Example: planwatch match O2 100GB 24m --against EE,Vodafone
    """
    from planwatch.analysis.metrics.tariff import join_size, parse_tariff
    from planwatch.ledger.plans.counts import known_brands
    from planwatch.services.market.match import match_record, take_features
    from planwatch.services.market.what_if import load_market
    from planwatch.workflows.freshness import market_note, opening_note
    from planwatch.workflows.reports.inputs import read_pricing

    delivery = read_delivery(form, output, as_json=as_json)
    written: dict[str, Any] = {
        **write_features(rise, promo, roaming, roaming_data, is_5g=five_g, max_speed=max_speed),
        "price": _ANY_PRICE,
    }
    with open_market() as session:
        sold = known_brands(session.ledger)
        tariff = parse_tariff(join_size(written, size), sold)
        settings = session.load_settings().pricing
        pricing = read_pricing(settings, sold, brand=tariff.brand, against=against)
        market = load_market(session.ledger, unverified=unverified)
        found = match_record(take_features(tariff, market), market, pricing)
        note = market_note(session.ledger)
        opening = opening_note(session.ledger, session.catalogue)
    from planwatch.views.market.match import print_match, render_match
    from planwatch.views.output.csv_tables import MATCH_COLUMNS, match_rows

    deliver(
        delivery,
        Content(
            record={"match": found, "plans": len(market.listings)},
            columns=MATCH_COLUMNS,
            rows=match_rows(found),
            draw=lambda target: print_match(target, found, note=opening),
            note=note,
            md=lambda: render_match(found, note=opening),
        ),
    )


_ANY_PRICE = "10000"  # a tariff has a price; it is what is looked for, and above any promotion
