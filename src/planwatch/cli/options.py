"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planwatch.cli.completion import complete_job

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Form = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="table, json, csv or md.")
]
OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Into a file; .csv, .json and .md tell the form."
    ),
]
ReportForm = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="table, html, md, json or csv.")
]
ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Into a file; .html, .md, .json and .csv tell the form.",
    ),
]
TextFile = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Into a file.")
]
Html = Annotated[bool, typer.Option("--html", help="Print one HTML page with charts.")]
Md = Annotated[bool, typer.Option("--md", help="Print Markdown.")]
Open = Annotated[bool, typer.Option("--open", help="Open the page in a browser.")]
Wait = Annotated[bool, typer.Option("--wait", help="Follow the job and end with its exit code.")]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        help="Of a job that is followed, one line and only if it did not go well; else its id.",
    ),
]
NoLlm = Annotated[
    bool, typer.Option("--no-llm", help="Words by the template, not by a language model.")
]
Refresh = Annotated[
    bool, typer.Option("--refresh", help="Make a new analysis even over unchanged plans.")
]
Unverified = Annotated[
    bool,
    typer.Option("--unverified", help="With plans that only the card miner read: see `sources`."),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key", help="Name of this order, such as the date: given twice, it is done once."
    ),
]
JobId = Annotated[
    str,
    typer.Argument(
        help="A job by unique prefix of its id, or `last`.", autocompletion=complete_job
    ),
]
