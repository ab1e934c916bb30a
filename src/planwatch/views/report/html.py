"""A report as one HTML file: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from planwatch.views.output.page import render_page
from planwatch.views.report.page import build_page

if TYPE_CHECKING:
    from planwatch.services.market.report_data import Report
    from planwatch.views.report.page import Page

# HTML does without the end of a cell before the next one; with 400 plans that is a tenth of a page
_NEEDLESS: Final = re.compile(r"</t[dhr]>(?=\s*(?:<t[dhr][ >]|</t[rbh]))")
_DAY: Final = re.compile(
    r"\b(\d{1,2}) ((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*) (?=\d{4}\b)"
)
_STAYS: Final = "\u00a0"  # a blank at which no line is broken


def render_html(report: Report) -> str:
    """Return the file's text of a report."""
    return render_report_page(build_page(report))


def render_report_page(page: Page) -> str:
    """Return the file's text; every text of the page is escaped, and no date is broken."""
    text = render_page("report.html", ["report.css"], page=page)
    return _DAY.sub(rf"\1{_STAYS}\2{_STAYS}", _NEEDLESS.sub("", text))
