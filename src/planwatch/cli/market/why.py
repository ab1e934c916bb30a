"""The command `why`: what a cost, a fact or an amount is made of.

What it needs is imported inside it: other commands must not wait for it.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from planwatch.cli.completion import complete_analysis, complete_plan
from planwatch.cli.options import Form, Json, OneSource, OutputFile, parse_as_of
from planwatch.cli.session import Session, open_market
from planwatch.views.output.delivery import Content, deliver, read_delivery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planwatch.services.market.why import Question


def why(
    asked: Annotated[
        list[str],
        typer.Argument(
            metavar="PLAN|FACT|AMOUNT",
            help="Words or the key of a plan, SOURCE:KEY, a fact's id, or an amount such as 14.27.",
            autocompletion=complete_plan,
        ),
    ],
    analysis: Annotated[
        str | None,
        typer.Option(
            "--analysis",
            metavar="ID",
            help="The analysis whose facts are meant; the latest by default.",
            autocompletion=complete_analysis,
        ),
    ] = None,
    source: OneSource = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DAY", help="The plan as it was on a former day."),
    ] = None,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Show why a number is what it is: the sum month by month, the rise rule, the page.

    Example: planwatch why three 25gb 24m lite
    """
    from planwatch.errors import UsageError
    from planwatch.services.market.why import Question

    delivery = read_delivery(form, output, as_json=as_json)
    day = parse_as_of(as_of) if as_of is not None else None
    if analysis is not None and (day or source):
        raise UsageError(
            "--analysis cannot be combined with --as-of and --source",
            hint="an analysis has its own plans and day",
        )
    question = Question(text=" ".join(asked), analysis=analysis, source=source, day=day)
    with open_market() as session:
        deliver(delivery, explain(session, question))


def explain(session: Session, question: "Question") -> Content:
    """Return the answer to a question, in every form; `show --why` asks the same."""
    from planwatch.services.market.why import find_answer
    from planwatch.workflows.freshness import market_note, opening_note

    answer = find_answer(session.ledger, session.home, question)
    brands = {one["plan"]["brand"] for one in answer["plans"]}
    note = market_note(session.ledger)
    opening = opening_note(session.ledger, session.catalogue, brands)

    def draw(target: Any) -> None:
        from planwatch.views.market.why import print_answer

        print_answer(target, answer, note=opening)

    def tables() -> list[Any]:
        from planwatch.views.market.why import answer_tables

        return answer_tables(answer)

    columns, rows = _flat(answer)
    return Content(
        record=answer,
        columns=columns,
        rows=rows,
        draw=draw,
        tables=tables,
        note=note,
        opening=opening,
    )


def _flat(answer: "Mapping[str, Any]") -> "tuple[Sequence[str], list[Mapping[str, Any]]]":
    """Return columns and rows of CSV: the inputs of a fact, the months of plans, or the matches."""
    from planwatch.views.output.csv_columns import MATCH_COLUMNS, MONTH_COLUMNS
    from planwatch.views.output.csv_tables import WHY_COLUMNS, why_rows

    if answer["why"]:
        return WHY_COLUMNS, why_rows(answer["why"])
    if answer["plans"]:
        rows: list[Mapping[str, Any]] = [
            {**one["plan"], **month} for one in answer["plans"] for month in one["months"]
        ]
        return MONTH_COLUMNS, rows
    return MATCH_COLUMNS, answer["matches"]
