"""Options that several commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from planwatch.cli.completion import complete_brand, complete_job
from planwatch.domain.job_kinds import KINDS
from planwatch.errors import UsageError

_LONGEST_WAIT_S = 1e9


def output_file(text: str) -> Path | None:
    """Return the file that -o names; None for `-`, which is standard output as without -o.

    Raises:
        UsageError: it has no name, or planwatch keeps that file itself.
    """
    from planwatch.kept_files import refuse_kept  # only who names a file waits for it

    if not text.strip():
        raise UsageError(
            "the name of the output file is empty", hint="name a file, or - for standard output"
        )
    if text == "-":
        return None
    path = Path(text)
    refuse_kept(path)  # before anything is asked or computed; the writer looks again
    return path


def place(text: str) -> Path:
    """Return the file or folder that a command is to make; standard output is none.

    Raises:
        UsageError: it has no name, or is `-`.
    """
    if not text.strip():
        raise UsageError("the name of the file or folder is empty", hint="name one")
    if text == "-":
        raise UsageError(
            "this command cannot write to standard output", hint="name a file or a folder"
        )
    return Path(text)


def _to_file(endings: str) -> Any:
    """Return the option -o of a command that writes these formats."""
    help_text = f"Write to a file; {endings} sets the format."
    return typer.Option("--output", "-o", metavar="FILE", parser=output_file, help=help_text)


Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Form = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="table, json, csv or md.")
]
OutputFile = Annotated[Path | None, _to_file(".csv, .json or .md")]
MarketForm = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="table, json, csv, md, html or xlsx."),
]
MarketFile = Annotated[Path | None, _to_file(".xlsx, .csv, .json, .html or .md")]
TableForm = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="table, json, csv, md or xlsx.")
]
TableFile = Annotated[Path | None, _to_file(".xlsx, .csv, .json or .md")]
ReportForm = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="table, html, md, json or csv.")
]
ReportFile = Annotated[Path | None, _to_file(".html, .md, .json or .csv")]
TextFile = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", parser=output_file, help="Write to a file."),
]
Html = Annotated[bool, typer.Option("--html", help="Print one HTML page with charts.")]
HtmlTable = Annotated[bool, typer.Option("--html", help="Print one HTML page.")]
Md = Annotated[bool, typer.Option("--md", help="Print Markdown.")]
Open = Annotated[bool, typer.Option("--open", help="Open the page in a browser.")]
Wait = Annotated[bool, typer.Option("--wait", help="Follow the job and exit with its exit code.")]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        help="Print only the job id; when waiting, one line and only if the job did not succeed.",
    ),
]
NoLlm = Annotated[
    bool, typer.Option("--no-llm", help="Use the text template instead of a language model.")
]
Refresh = Annotated[
    bool, typer.Option("--refresh", help="Make a new analysis even if no plan has changed.")
]
Unverified = Annotated[
    bool,
    typer.Option(
        "--unverified", help="Include plans that only the card miner has read; see `sources`."
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key", help="Idempotency key, such as the date; the same key never starts a second job."
    ),
]
Brands = Annotated[
    list[str] | None,
    typer.Argument(help="Brands to show; all brands by default.", autocompletion=complete_brand),
]
MoreBrands = Annotated[
    list[str] | None,
    typer.Option("--brand", help="Only this brand; repeatable.", autocompletion=complete_brand),
]
OneSource = Annotated[str | None, typer.Option("--source", help="Only this source.")]
JobId = Annotated[
    str,
    typer.Argument(
        help="A job id, a unique prefix of one, or `last`.", autocompletion=complete_job
    ),
]


def check_seconds(option: str, seconds: float | None) -> None:
    """Refuse a time to wait that is endless or not a number.

    Raises:
        UsageError: it is one of these.
    """
    if seconds is not None and not seconds < _LONGEST_WAIT_S:
        raise UsageError(
            f"{option} {seconds} is not a valid time", hint="write seconds, such as 900"
        )


def check_kind(kind: str | None) -> str | None:
    """Return a kind of job in lower case.

    Raises:
        UsageError: there is no such kind.
    """
    kind = None if kind is None else kind.lower()
    if kind is not None and kind not in KINDS:
        raise UsageError(f"unknown kind of job {kind!r}", hint=f"use {', '.join(KINDS)}")
    return kind


def parse_as_of(text: str, years: range = range(1, 10_000)) -> date:
    """Return the day that --as-of names.

    Args:
        years: a day of another year is no valid date, either.

    Raises:
        UsageError: it is none.
    """
    try:
        day = date.fromisoformat(text)
        if day.year not in years:
            raise ValueError(f"{day.year} is not in {years}")
    except ValueError as error:
        raise UsageError(
            f"--as-of {text!r} is not a valid date", hint="write it as 2026-11-23"
        ) from error
    return day


Rise = Annotated[
    str | None,
    typer.Option("--rise", help="£ added each April; the brand's known rule by default."),
]
RoamingData = Annotated[
    str | None, typer.Option("--roaming-data", help="Its data usable abroad: 25GB.")
]
IsFiveG = Annotated[bool | None, typer.Option("--5g/--4g", help="Its network generation.")]
MaxSpeed = Annotated[str | None, typer.Option("--max-speed", help="Its limit of speed in Mbps.")]


def write_features(
    rise: str | None,
    promo: str | None,
    roaming: str | None,
    roaming_data: str | None,
    *,
    is_5g: bool | None,
    max_speed: str | None,
) -> dict[str, Any]:
    """Return the options of a tariff as the texts that it is read from; None is not given."""
    return {
        "rise": rise,
        "promo": promo,
        "roaming": roaming,
        "roaming_data": roaming_data,
        "generation": None if is_5g is None else "5g" if is_5g else "4g",
        "max_speed": max_speed,
    }
