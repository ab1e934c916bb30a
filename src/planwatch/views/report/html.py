"""A report as one HTML file: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from planwatch.views.report.page import build_page

if TYPE_CHECKING:
    from jinja2 import Environment

    from planwatch.services.market.report_data import Report

# HTML does without the end of a cell before the next one; with 400 plans that is a tenth of a page
_NEEDLESS: Final = re.compile(r"</t[dhr]>(?=\s*(?:<t[dhr][ >]|</t[rbh]))")


def render_html(report: Report) -> str:
    """Return the file's text; every text of the document is escaped."""
    text = _environment().get_template("report.html").render(page=build_page(report))
    return _NEEDLESS.sub("", text)


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
