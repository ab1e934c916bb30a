"""The command `digest`: a period of the market on one page. It makes no job and stores nothing.

What it needs is imported inside it: other commands must not wait for it.
"""

from typing import Annotated

import typer

from planwatch.cli.options import Html, Json, Md, MoreBrands, Open, ReportFile, ReportForm
from planwatch.cli.session import open_market
from planwatch.errors import UsageError


def digest(
    since: Annotated[
        str, typer.Option("--since", help="How far back: 7d, 2w, or a date such as 2026-11-01.")
    ] = "7d",
    brands: MoreBrands = None,
    form: ReportForm = None,
    html: Html = False,
    md: Md = False,
    as_json: Json = False,
    output: ReportFile = None,
    opens: Open = False,
) -> None:
    """Sum up the week on one page: what moved, who won which basket, what to consider.

    The first screen tells what moved among the peers (pricing.peers), which baskets changed hands,
    which of our own plans (pricing.brand) became dominated and what to consider; then the lists.

    A plan that is as it was at the start of the period has not changed. As CSV: one row per change
    that matters. As JSON: also every recorded change of the period, as `changes --json` has it.
    With --brand: the changes of these brands, and the baskets that they won or lost.

    Example: planwatch digest --since 14d
    """
    from planwatch.cli.market.report import (
        deliver_report,
        read_report_delivery,
        write_markdown,
        write_page,
    )
    from planwatch.clock import format_instant
    from planwatch.domain.moves import MoveFilter
    from planwatch.ledger.plans.changes import ChangeFilter, load_changes
    from planwatch.ledger.plans.rule_changes import load_rule_changes
    from planwatch.services.market.period import read_period, resolve_brands
    from planwatch.settings.early import basket_list
    from planwatch.settings.pricing import pricing_section
    from planwatch.views.market.digest import print_digest
    from planwatch.views.output.csv_tables import DIGEST_COLUMNS, digest_rows
    from planwatch.views.output.delivery import Content
    from planwatch.workflows.freshness import market_note, market_now, opening_note
    from planwatch.workflows.reports.digest import as_analysis, make_digest

    delivery = read_report_delivery(form, output, as_json=as_json, html=html, md=md, opens=opens)
    with open_market() as session:
        present = market_now(session.ledger)
        period = read_period(since, None, present)
        if period.since == format_instant(present):
            raise UsageError(
                f"--since {since} is not in the past", hint="write a period, such as 7d"
            )
        chosen = resolve_brands(session.ledger, brands or [])
        document = make_digest(
            session.ledger,
            period.since,
            basket_list(session.settings),
            session.catalogue,
            brands=chosen,
            pricing=pricing_section(session.settings),
        )
        wanted = ChangeFilter(
            since=period.since, until=period.until, moves=MoveFilter(brands=chosen)
        )
        note = market_note(session.ledger)
        opening = opening_note(session.ledger, session.catalogue, chosen)
        content = Content(
            record={
                "digest": document,
                "since": wanted.since,
                "until": None,
                "changes": load_changes(session.ledger, wanted),
                "rule_changes": [
                    each.as_record()
                    for each in load_rule_changes(session.ledger, wanted.since, wanted.until)
                ],
            },
            columns=DIGEST_COLUMNS,
            rows=digest_rows(document),
            draw=lambda target: print_digest(target, document, note=opening),
            note=note,
            md=lambda: write_markdown(session, as_analysis(document)),
            html=lambda: write_page(session, as_analysis(document)),
        )
        deliver_report(delivery, content, opens=opens)
