"""Commands that read the market: the plans. Analyses: cli/market/show.py.

What a command needs is imported inside it: the others must not wait for it.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from planwatch.cli.options import Brands, Form, Json, OneSource, OutputFile
from planwatch.cli.session import open_market
from planwatch.errors import UnreadableText, UsageError
from planwatch.views.output.delivery import Content, deliver, read_delivery

if TYPE_CHECKING:
    from planwatch.ledger.plans.selection import PlanFilter
    from planwatch.ledger.store.connection import Ledger
    from planwatch.services.market.plans import FoundPlans

_MOST_POUNDS = 100_000


def plans(
    brands: Brands = None,
    data: Annotated[
        str | None, typer.Option("--data", help="At least this much data: 50GB, or unlimited.")
    ] = None,
    term: Annotated[
        int | None,
        typer.Option("--term", min=0, help="Minimum term in months; 0 for pay as you go."),
    ] = None,
    max_price: Annotated[
        float | None, typer.Option("--max-price", min=0, help="Maximum effective cost, £ a month.")
    ] = None,
    source: OneSource = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="The market as it was on that day.")
    ] = None,
    signing: Annotated[
        str | None,
        typer.Option(
            "--signing",
            metavar="MONTH",
            help="Costs of a contract signed in that month, or on that day.",
        ),
    ] = None,
    sort: Annotated[
        str, typer.Option("--sort", help="Sort by brand, price, effective or data.")
    ] = "brand",
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="Maximum number of plans to show.")
    ] = 200,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Show the plans in force, with headline price and effective cost.

    Example: planwatch plans O2 Three --data 50GB --sort effective
    """
    from planwatch.domain.brand import resolve_brand
    from planwatch.ledger.plans.counts import known_brands
    from planwatch.ledger.plans.selection import SORTS, PlanFilter
    from planwatch.views.market.market import PLAN_CSV_COLUMNS, render_plans
    from planwatch.views.market.market_pages import print_plans
    from planwatch.workflows.freshness import market_note, market_now

    delivery = read_delivery(form, output, as_json=as_json)
    if max_price is not None and not max_price < _MOST_POUNDS:
        raise UsageError(
            f"--max-price {max_price} is not a valid price",
            hint="write pounds a month, such as 12.50",
        )
    if sort not in SORTS:
        raise UsageError(f"plans cannot be sorted by {sort!r}", hint=f"use {', '.join(SORTS)}")
    if as_of and signing:
        raise UsageError(
            "--as-of and --signing cannot be combined",
            hint="with --as-of, costs are for a contract signed on that day",
        )
    with open_market() as session:
        sold = known_brands(session.ledger)
        data_mb, unlimited = _data(data)
        wanted = PlanFilter(
            brands=[resolve_brand(brand, sold) for brand in brands or []],
            source=None if source is None else session.catalogue.resolve(source),
            data_mb_min=data_mb,
            unlimited=unlimited,
            term_months=term,
            price_pence_max=None if max_price is None else round(max_price * 100),
        )
        found = _find(session.ledger, wanted, sort, as_of, signing)
        note, present = market_note(session.ledger), market_now(session.ledger)
        title = _title(as_of, signing)
        deliver(
            delivery,
            Content(
                record={},
                listed="plans",
                columns=PLAN_CSV_COLUMNS,
                rows=found.read(),
                draw=lambda target: print_plans(
                    target,
                    found.first(limit),
                    total=found.total,
                    note=note,
                    anything=bool(sold),
                    title=title,
                    present=present,
                ),
                tables=lambda: [
                    render_plans(
                        list(found.read()), total=found.total, present=present, title=title
                    )
                ],
                note=note,
            ),
        )


def _find(
    ledger: "Ledger", wanted: "PlanFilter", sort: str, as_of: str | None, signing: str | None
) -> "FoundPlans":
    from planwatch.services.market.period import read_day
    from planwatch.services.market.plans import find_past_plans, find_plans
    from planwatch.workflows.freshness import market_now

    if as_of is not None:
        return find_past_plans(ledger, wanted, read_day(as_of, option="--as-of"), sort)
    if signing is None:
        return find_plans(ledger, wanted, sort)
    day = read_day(signing, option="--signing", is_month=True)
    today = market_now(ledger).date()
    if (day.year, day.month) < (today.year, today.month):
        raise UsageError(
            f"--signing {signing} is in the past", hint="for the plans of a past day, use --as-of"
        )
    return find_plans(ledger, wanted, sort, day)


def _title(as_of: str | None, signing: str | None) -> str:
    if as_of is not None:
        return f"Plans in force on {as_of}"
    return "Plans in force" + (f", signed in {signing}" if signing else "")


def _data(text: str | None) -> tuple[int | None, bool]:
    if text is None:
        return None, False
    from planwatch.domain.normalise import parse_allowance

    try:
        allowance = parse_allowance(text)
    except UnreadableText as error:
        raise UsageError(
            f"--data {text!r} is not an allowance that planwatch can read",
            hint="write 50GB, 500MB or unlimited",
        ) from error
    return allowance.data_mb, allowance.unlimited
