"""The command `digest`: a period of the market on one page. It makes no job and stores nothing.

What it needs is imported inside it: other commands must not wait for it.
"""

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
    as_json: Json = False,
) -> None:
    """Tell the week on one page: changes that matter, baskets that changed hands, sources.

    Example: planwatch digest --since 14d
    """
    from planwatch.clock import format_instant
    from planwatch.settings import basket_list
    from planwatch.workflows.digest import make_digest
    from planwatch.workflows.freshness import market_note, market_now
    from planwatch.workflows.period import since_instant

    with open_session() as session:
        present = market_now(session.ledger)
        start = since_instant(since, present)
        if start >= format_instant(present):
            raise UsageError(
                f"--since {since} is not before now", hint="write a period, such as 7d"
            )
        document = make_digest(session.ledger, start, basket_list(session.files))
        note = market_note(session.ledger)
    if as_json:
        print_json({"digest": document}, note=note)
        return
    from planwatch.views.digest import print_digest

    print_digest(console(), document, note=note)
