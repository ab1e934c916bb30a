"""A report as one HTML file: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from planwatch.views.report.page import build_page

if TYPE_CHECKING:
    from jinja2 import Environment

    from planwatch.services.market.report_data import Report

# HTML does without the end of a cell before the next one; with 400 plans that is a tenth of a page
_NEEDLESS: Final = re.compile(r"</t[dhr]>(?=\s*(?:<t[dhr][ >]|</t[rbh]))")


def render_html(report: Report) -> str:
    """Return the file's text; every text of the document is escaped."""
    from markupsafe import Markup  # only a report needs it

    style = _style()
    text = (
        _environment()
        .get_template("report.html")
        .render(
            page=build_page(report),
            style=Markup(style),  # noqa: S704 - our own file
            policy=_policy_of(style),
        )
    )
    return _NEEDLESS.sub("", text)


@cache
def _style() -> str:
    return (files("planwatch.views") / "templates" / "report.css").read_text(encoding="utf-8")


def _policy_of(style: str) -> str:
    """Return the Content-Security-Policy of a page that has this style and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only a report needs it

    return Environment(
        loader=PackageLoader("planwatch.views", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
