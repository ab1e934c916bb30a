"""The command `changes`. Made for cron: it imports no more than `status` does."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from planwatch.cli.exit_codes import CHANGES_FOUND
from planwatch.cli.options import Brands, Json, MoreBrands, OneSource, TableFile, TableForm
from planwatch.cli.session import Session, open_market
from planwatch.domain.moves import PRICE_KINDS, MoveFilter
from planwatch.errors import UnknownName, UsageError
from planwatch.ledger.plans.changes import ChangeFilter, load_changes
from planwatch.ledger.plans.counts import brands_ever, first_seen
from planwatch.ledger.plans.net_moves import load_net_moves
from planwatch.ledger.plans.rule_changes import RuleChange, load_rule_changes
from planwatch.views.output.delivery import TABLE_FORMATS, XLSX, Content, deliver, read_delivery

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from planwatch.domain.period import Period
    from planwatch.views.table.table import FittingTable

_MOST = 100_000
_NET_FORMS = ("table", "md", XLSX)


def changes(
    since: Annotated[
        str,
        typer.Option(
            "--since", help="How far back from now, or from --until: 7d, 12h, or 2026-11-01."
        ),
    ] = "7d",
    until: Annotated[
        str | None, typer.Option("--until", help="The last day, or how long ago; now by default.")
    ] = None,
    brands: Brands = None,
    more_brands: MoreBrands = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="Only changes of this kind, such as headline; repeatable."),
    ] = None,
    source: OneSource = None,
    min_pounds: Annotated[
        float | None,
        typer.Option("--min-pounds", min=0, help="Smallest change in a price or cost, £ a month."),
    ] = None,
    min_percent: Annotated[
        float | None,
        typer.Option("--min-percent", min=0, help="Smallest change in a price or cost, %."),
    ] = None,
    up: Annotated[bool, typer.Option("--up", help="Only prices and costs that rose.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Only prices and costs that fell.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 10 if there is a change, else with 0.")
    ] = False,
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="Maximum number of plans in the table.")
    ] = 100,
    form: TableForm = None,
    output: TableFile = None,
    as_json: Json = False,
) -> None:
    """Show what changed: new and withdrawn plans, prices, promotions, rises, allowances, terms.

    The table has one line a plan: what it was at the start of the period and what it is at its end.
    What is as it was has no line. JSON and CSV list every change.
    A change of price must reach each threshold given; a rise from £0 reaches every percentage.
    Other kinds have no amount: with a threshold they are shown only if --kind names them.
    Kinds are chosen first; in the table, thresholds, --up and --down then judge the net move.

    Example: planwatch changes Vodafone --since 7d
    """
    from planwatch.services.market.period import read_period
    from planwatch.workflows.freshness import market_note, market_now, opening_note

    delivery = read_delivery(form, output, as_json=as_json, formats=TABLE_FORMATS)
    is_net = delivery.form in _NET_FORMS
    if up and down:
        raise UsageError(
            "--up and --down cannot be combined", hint="leave both out to see both directions"
        )
    moves = MoveFilter(
        kinds=_read_kinds(kind or []),
        min_pence=_read_least("--min-pounds", min_pounds, times=100),
        min_percent=_read_least("--min-percent", min_percent),
        direction="up" if up else "down" if down else None,
    )
    _refuse_impossible(moves)
    with open_market() as session:
        period = read_period(since, until, market_now(session.ledger))
        chosen = [*(brands or []), *(more_brands or [])]
        wanted = _complete(session, moves, period, chosen, source)
        lines = load_net_moves(session.ledger, wanted) if is_net else []
        found = [] if lines else load_changes(session.ledger, wanted)
        rule_changes = load_rule_changes(session.ledger, wanted.since, wanted.until)
        note = market_note(session.ledger)
        opening = (
            opening_note(session.ledger, session.catalogue, wanted.moves.brands) if is_net else note
        )
        first = None if lines else first_seen(session.ledger, wanted.source, wanted.moves.brands)
        anything = bool(lines or found or first or brands_ever(session.ledger))
        present = market_now(session.ledger)
    content = _content(
        found,
        lines,
        wanted,
        rule_changes,
        ends=until is not None,
        limit=limit,
        note=note,
        opening=opening,
        anything=anything,
        first_seen_at=first,
        present=present,
    )
    deliver(delivery, content)
    if exit_code and (lines if is_net else found):
        raise typer.Exit(CHANGES_FOUND)


def _read_kinds(given: list[str]) -> list[str]:
    if not given:
        return []
    from typing import get_args

    from planwatch.domain.brand import suggest_names
    from planwatch.domain.change import ChangeKind
    from planwatch.domain.moves import NEW_HIGH, NEW_LOW

    known = get_args(ChangeKind)
    for kind in given:
        if kind in (NEW_LOW, NEW_HIGH):
            raise UsageError(
                f"{kind} is a kind of alert rules, and not recorded as a change",
                hint=f'write kinds = ["{kind}"] in a rule: docs/howto/alert-me.md;'
                " here: --kind headline",
            )
        if kind not in known:
            raise UnknownName(
                f"unknown kind of change {kind!r}", hint=suggest_names(kind, known, label="Kinds")
            )
    return given


def _read_least(option: str, value: float | None, *, times: int = 1) -> float | None:
    if value is not None and not value < _MOST:
        raise UsageError(
            f"{option} {value} is not a valid amount", hint="write a number such as 0.50"
        )
    # 1.1 * 100 is a little more than 110, which a move of 110 pence would not reach
    return None if value is None else round(value * times, 6)


def _refuse_impossible(moves: MoveFilter) -> None:
    if moves.asks_amount and moves.kinds and not set(moves.kinds) & set(PRICE_KINDS):
        raise UsageError(
            f"changes of kind {', '.join(moves.kinds)} have no amount",
            hint=f"thresholds, --up and --down apply to {' and '.join(PRICE_KINDS)}",
        )


def _complete(
    session: Session, moves: MoveFilter, period: "Period", brands: list[str], source: str | None
) -> ChangeFilter:
    """Return the filter with the brands and the source that are known."""
    from dataclasses import replace

    from planwatch.services.market.period import resolve_brands

    return ChangeFilter(
        since=period.since,
        until=period.until,
        source=None if source is None else session.catalogue.resolve(source),
        moves=replace(moves, brands=resolve_brands(session.ledger, brands)),
    )


def _content(
    found: list[dict[str, object]],
    lines: list[dict[str, Any]],
    wanted: ChangeFilter,
    rule_changes: list[RuleChange],
    *,
    ends: bool,
    limit: int,
    note: str | None,
    opening: str | None,
    anything: bool,
    first_seen_at: str | None,
    present: "datetime",
) -> Content:
    from planwatch.views.output.csv_columns import CHANGE_COLUMNS

    def draw(target: "Console") -> None:
        from planwatch.views.market.changes import print_changes

        print_changes(
            target,
            lines,
            recorded=len(found),
            wanted=wanted,
            ends=ends,
            limit=limit,
            note=opening,
            remarks=list(map(str, rule_changes)),
            anything=anything,
            first_seen_at=first_seen_at,
        )

    def tables() -> "list[FittingTable]":
        from planwatch.views.market.changes import render_net_moves

        return [render_net_moves(lines[:limit], total=len(lines))]

    said = " ".join([*([note] if note else []), *map(str, rule_changes)]) or None

    def workbook() -> bytes:
        from planwatch.views.market.market_workbook import changes_sheet
        from planwatch.views.output.workbook import write_workbook

        return write_workbook(
            [changes_sheet(lines)], title="What changed", created=present, note=said
        )

    return Content(
        record={
            "since": wanted.since,
            "until": wanted.until if ends else None,
            "changes": found,
            "rule_changes": [each.as_record() for each in rule_changes],
        },
        columns=CHANGE_COLUMNS,
        rows=found,
        draw=draw,
        tables=tables,
        note=note,
        opening=" ".join([*([opening] if opening else []), *map(str, rule_changes)]) or None,
        remarks=[str(each).rstrip(".") for each in rule_changes],
        xlsx=workbook,
    )
