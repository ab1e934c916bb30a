"""The command that ranks the plans in force for what somebody needs. It stores nothing.

What it needs is imported inside it: other commands must not wait for it.
"""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from planwatch.cli.completion import complete_brand, complete_zone
from planwatch.cli.options import Form, Json, MoreBrands, OutputFile, Unverified
from planwatch.cli.session import open_market
from planwatch.errors import UnreadableText, UsageError
from planwatch.views.output.delivery import Content, deliver, read_delivery
from planwatch.views.output.streams import print_message

if TYPE_CHECKING:
    from planwatch.analysis.cheapest import Zone
    from planwatch.domain.allowance import Allowance

_MOST_ON_SCREEN = 20
_ALLOWANCE = re.compile(r"[0-9][0-9.,]*\s*[mgt]b|unlimited(\s+data)?", re.IGNORECASE)
_DAYS_A_YEAR = 366
_LONGEST_TERM = 120


def cheapest(
    data: Annotated[
        list[str],
        typer.Argument(metavar="DATA", help="At least this much data: 50GB, 500MB or unlimited."),
    ],
    roaming: Annotated[
        str | None,
        typer.Option(
            "--roaming",
            help="With roaming stated for the EU at least (eu), or all over the world (global).",
            autocompletion=complete_zone,
        ),
    ] = None,
    max_term: Annotated[
        int | None,
        typer.Option(
            "--max-term",
            min=0,
            max=_LONGEST_TERM,
            help="Longest minimum term in months; 1 for rolling, 0 for pay as you go.",
        ),
    ] = None,
    is_5g: Annotated[bool, typer.Option("--5g", help="Only plans that state 5G.")] = False,
    eu_days: Annotated[
        int | None,
        typer.Option(
            "--eu-days",
            min=1,
            max=_DAYS_A_YEAR,
            help="Days a year in the EU: a twelfth of their charge is added to each month.",
        ),
    ] = None,
    brands: MoreBrands = None,
    excluded: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude", help="Not this brand; repeatable.", autocompletion=complete_brand
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            help=f"Maximum number of plans; on the screen {_MOST_ON_SCREEN}, else all.",
            show_default=False,
        ),
    ] = None,
    unverified: Unverified = False,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Rank the plans that give at least so much data by effective cost, the cheapest first.

    A plan that does not state the roaming or 5G asked for is set apart. With
    days in the EU, a plan that does not roam has its brand's charge added.

    Example: planwatch cheapest 50GB --roaming eu --max-term 1
    Example: planwatch cheapest 20GB --5g --eu-days 14 --exclude EE
    """
    from planwatch.analysis.cheapest import Need
    from planwatch.services.market.cheapest import find_cheapest_plans
    from planwatch.services.market.period import resolve_brands
    from planwatch.views.market.cheapest import (
        CHEAPEST_COLUMNS,
        print_cheapest,
        write_cheapest,
    )
    from planwatch.views.market.cheapest_words import say_answer
    from planwatch.workflows.freshness import load_source_statuses, market_note, market_now

    delivery = read_delivery(form, output, as_json=as_json)
    needed, zone = _read_data(" ".join(data)), _read_zone(roaming)
    with open_market() as session:
        only = resolve_brands(session.ledger, brands or [])
        without = resolve_brands(session.ledger, excluded or [])
        _refuse_both(only, without)
        need = Need(
            needed=needed,
            longest_term=max_term,
            roaming=zone,
            five_g=is_5g,
            eu_days=eu_days,
            brands=only,
            excluded=without,
        )
        is_screen = delivery.is_table and delivery.path is None
        found = find_cheapest_plans(
            session.ledger,
            need,
            load_source_statuses(session.ledger, session.settings, print_message),
            unverified=unverified,
        )
        note, present = market_note(session.ledger), market_now(session.ledger)
    answer = say_answer(found)
    shown = {**found, "plans": found["plans"][: limit or (_MOST_ON_SCREEN if is_screen else None)]}
    deliver(
        delivery,
        Content(
            record={"answer": answer, **shown},
            columns=CHEAPEST_COLUMNS,
            rows=[*shown["plans"], *found["not_stated"]],
            draw=lambda target: print_cheapest(target, answer, shown, note=note, present=present),
            note=note,
            md=lambda: write_cheapest(answer, shown, note=note, present=present),
        ),
    )


def _refuse_both(only: list[str], without: list[str]) -> None:
    if both := [brand for brand in only if brand in without]:
        raise UsageError(
            f"{both[0]} is in --brand and in --exclude", hint="leave one of the two out"
        )


def _read_data(text: str) -> "Allowance":
    from planwatch.domain.normalise import parse_allowance

    if not _ALLOWANCE.fullmatch(text.strip()):
        raise _no_allowance(text)
    try:
        return parse_allowance(text)
    except UnreadableText as error:
        raise _no_allowance(text) from error


def _no_allowance(text: str) -> UsageError:
    return UsageError(
        f"{text!r} is not an allowance that planwatch can read",
        hint="write 50GB, 500MB or unlimited, and a brand after --brand",
    )


def _read_zone(text: str | None) -> "Zone | None":
    zones: dict[str, Zone] = {"eu": "eu", "global": "global"}
    if text is None:
        return None
    if text.lower() not in zones:
        raise UsageError(
            f"{text!r} is no roaming that can be asked for",
            hint="use eu or global; leave --roaming out where it does not matter",
        )
    return zones[text.lower()]
