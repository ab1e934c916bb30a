"""The command `digest`: a period of the market on one page. It makes no job and stores nothing.

What it needs is imported inside it: other commands must not wait for it.
"""

from pathlib import Path
from typing import Annotated

import typer

from planwatch.cli.options import Json
from planwatch.cli.session import open_session
from planwatch.errors import UsageError
from planwatch.views.output import console, print_json


def digest(
    since: Annotated[
        str, typer.Option("--since", help="How far back: 7d, 2w, or a day such as 2026-11-01.")
    ] = "7d",
    html: Annotated[bool, typer.Option("--html", help="As one HTML page with charts.")] = False,
    md: Annotated[bool, typer.Option("--md", help="As Markdown.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File for --html or --md."),
    ] = None,
    opens: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    as_json: Json = False,
) -> None:
    """Tell the week on one page: changes that matter, baskets that changed hands, sources.

    Example: planwatch digest --since 14d
    """
    from planwatch.cli.report import deliver_report, read_target
    from planwatch.clock import format_instant
    from planwatch.settings import basket_list
    from planwatch.workflows.digest import as_analysis, make_digest
    from planwatch.workflows.freshness import market_note, market_now
    from planwatch.workflows.period import since_instant

    target = read_target(html=html, md=md, output=output, opens=opens)
    if target and as_json:
        raise UsageError("a page is one digest in words", hint="leave out --json")
    with open_session() as session:
        present = market_now(session.ledger)
        start = since_instant(since, present)
        if start >= format_instant(present):
            raise UsageError(
                f"--since {since} is not before now", hint="write a period, such as 7d"
            )
        document = make_digest(session.ledger, start, basket_list(session.files))
        if target:
            deliver_report(session.ledger, as_analysis(document), target)
            return
        note = market_note(session.ledger)
    if as_json:
        print_json({"digest": document}, note=note)
        return
    from planwatch.views.digest import print_digest

    print_digest(console(), document, note=note)
