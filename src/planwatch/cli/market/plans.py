"""The command `plans`: which plans are asked for. What is shown: cli/market/plans_content.py.

What a command needs is imported inside it: the others must not wait for it.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from planwatch.cli.completion import complete_roaming, complete_sort
from planwatch.cli.options import Brands, HtmlTable, Json, MarketFile, MarketForm, OneSource
from planwatch.cli.session import Session, open_market
from planwatch.errors import UnreadableText, UsageError
from planwatch.views.output.delivery import MARKET_FORMATS, deliver, read_delivery

if TYPE_CHECKING:
    from planwatch.domain.plan import Roaming
    from planwatch.ledger.plans.selection import PlanFilter
    from planwatch.services.market.plans import FoundPlans

_MOST_POUNDS = 100_000
_MOST_ON_SCREEN = 200


def plans(
    brands: Brands = None,
    data: Annotated[
        str | None, typer.Option("--data", help="At least this much data: 50GB, or unlimited.")
    ] = None,
    term: Annotated[
        int | None,
        typer.Option("--term", min=0, help="Minimum term in months; 0 for pay as you go."),
    ] = None,
    max_term: Annotated[
        int | None,
        typer.Option("--max-term", min=0, help="Longest minimum term in months; 1 for rolling."),
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option("--max-cost", min=0, help="Maximum effective cost, £ a month.")
    ] = None,
    max_price: Annotated[
        float | None, typer.Option("--max-price", min=0, hidden=True, help="As --max-cost.")
    ] = None,
    roaming: Annotated[
        str | None,
        typer.Option(
            "--roaming",
            help="With roaming in the EU at least (eu), all over the world (global), or none.",
            autocompletion=complete_roaming,
        ),
    ] = None,
    is_5g: Annotated[bool, typer.Option("--5g", help="Only plans that state 5G.")] = False,
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
        str,
        typer.Option(
            "--sort",
            help="Sort by brand, price, effective or data.",
            autocompletion=complete_sort,
        ),
    ] = "brand",
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            help=f"Maximum number of plans; on the screen {_MOST_ON_SCREEN}, else all.",
            show_default=False,
        ),
    ] = None,
    grid: Annotated[
        bool, typer.Option("--grid", help="The most GB of each brand in each £5 band of cost.")
    ] = False,
    form: MarketForm = None,
    output: MarketFile = None,
    as_json: Json = False,
    html: HtmlTable = False,
) -> None:
    """Show the plans in force, with headline price, effective cost and cost per GB.

    A plan that does not state its roaming, or 5G, passes no filter that asks for it. The number of
    such plans is shown. --grid covers all plans that pass, whatever --limit says.

    Example: planwatch plans O2 Three --data 50GB --max-term 12 --roaming eu --sort effective

    For a slide: planwatch plans -o market.xlsx, or planwatch plans --grid
    """
    delivery = read_delivery(form, output, as_json=as_json, html=html, formats=MARKET_FORMATS)
    if as_of and signing:
        raise UsageError(
            "--as-of and --signing cannot be combined",
            hint="with --as-of, costs are for a contract signed on that day",
        )
    _refuse_no_term(term, max_term)
    most = _read_cost(max_cost, max_price)
    is_screen = delivery.is_table and delivery.path is None
    from planwatch.cli.market.plans_content import Asked, plans_content
    from planwatch.ledger.plans.counts import known_brands
    from planwatch.ledger.plans.selection import SORTS, PlanFilter
    from planwatch.services.market.plans import count_unstated
    from planwatch.workflows.freshness import opening_note

    if sort not in SORTS:
        raise UsageError(f"plans cannot be sorted by {sort!r}", hint=f"use {', '.join(SORTS)}")
    with open_market() as session:
        sold = known_brands(session.ledger)
        data_mb, unlimited = _read_data(data)
        wanted = PlanFilter(
            brands=_resolve(brands or [], sold),
            source=None if source is None else session.catalogue.resolve(source),
            data_mb_min=data_mb,
            unlimited=unlimited,
            term_months=term,
            term_months_max=max_term,
            cost_pence_max=most,
            roaming=_read_roaming(roaming),
            generations=("5g",) if is_5g else (),
        )

        def find(wanted: PlanFilter) -> "FoundPlans":
            return _find(session, wanted, sort, as_of, signing)

        asked = Asked(
            wanted=wanted,
            found=find(wanted),
            unstated=count_unstated(find, wanted),
            limit=limit or (_MOST_ON_SCREEN if is_screen else None),
            as_of=as_of,
            signing=signing,
            is_grid=grid,
            anything=bool(sold),
        )
        opening = opening_note(session.ledger, session.catalogue, wanted.brands)
        deliver(delivery, plans_content(session.ledger, asked, opening))


def _find(
    session: Session, wanted: "PlanFilter", sort: str, as_of: str | None, signing: str | None
) -> "FoundPlans":
    from planwatch.domain.london import london_day
    from planwatch.services.market.period import read_day
    from planwatch.services.market.plans import find_past_plans, find_plans
    from planwatch.workflows.freshness import market_now

    ledger = session.ledger
    if as_of is not None:
        return find_past_plans(ledger, wanted, read_day(as_of, option="--as-of"), sort)
    if signing is None:
        return find_plans(ledger, wanted, sort)
    day = read_day(signing, option="--signing", is_month=True)
    today = london_day(market_now(ledger))
    if (day.year, day.month) < (today.year, today.month):
        raise UsageError(
            f"--signing {signing} is in the past", hint="for the plans of a past day, use --as-of"
        )
    return find_plans(ledger, wanted, sort, day)


def _resolve(brands: list[str], sold: list[str]) -> list[str]:
    from planwatch.domain.brand import resolve_brand

    return [resolve_brand(brand, sold) for brand in brands]


def _refuse_no_term(term: int | None, max_term: int | None) -> None:
    if term is not None and max_term is not None and term > max_term:
        raise UsageError(
            f"no plan of --term {term} is within --max-term {max_term}", hint="use one of the two"
        )


def _read_cost(max_cost: float | None, max_price: float | None) -> int | None:
    """Return the highest effective cost in pence; --max-price is an older name of --max-cost."""
    if max_cost is not None and max_price is not None:
        raise UsageError("--max-cost and --max-price are one option", hint="use --max-cost")
    name, given = ("--max-cost", max_cost) if max_price is None else ("--max-price", max_price)
    if given is not None and not given < _MOST_POUNDS:
        raise UsageError(
            f"{name} {given} is not a valid price", hint="write pounds a month, such as 12.50"
        )
    return None if given is None else round(given * 100)


def _read_roaming(text: str | None) -> "tuple[Roaming, ...]":
    from planwatch.ledger.plans.selection import ROAMING_AT_LEAST

    if text is None:
        return ()
    zones = ROAMING_AT_LEAST.get(text.lower())
    if zones is None:
        raise UsageError(
            f"{text!r} is no roaming that planwatch knows",
            hint=f"use {', '.join(ROAMING_AT_LEAST)}",
        )
    return tuple(zones)


def _read_data(text: str | None) -> tuple[int | None, bool]:
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
