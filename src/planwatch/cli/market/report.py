"""Output of `show` and `digest`: as a page too, opened in a browser on request."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from planwatch.cli.session import Session
from planwatch.errors import UsageError
from planwatch.ledger.reports.analyses import StoredAnalysis
from planwatch.views.output.delivery import (
    REPORT_FORMATS,
    Content,
    Delivery,
    deliver,
    read_delivery,
)
from planwatch.views.output.streams import is_screen, page_through, print_message

_DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY")


def read_report_delivery(
    form: str | None, path: Path | None, *, as_json: bool, html: bool, md: bool, opens: bool
) -> Delivery:
    """Return where a report goes and in which form.

    Raises:
        UsageError: the options contradict each other or lack a file.
    """
    delivery = read_delivery(form, path, as_json=as_json, html=html, md=md, formats=REPORT_FORMATS)
    if opens and (delivery.form != "html" or path is None):
        raise UsageError(
            "--open needs an HTML page that is written to a file", hint="add --html -o report.html"
        )
    return delivery


def deliver_report(
    delivery: Delivery, content: Content, *, opens: bool, paged: bool = False
) -> None:
    """Print or write a report, and open it where that is wanted and can be done.

    Args:
        paged: a terminal shows it in a pager.
    """
    if paged and delivery.is_table and delivery.path is None and is_screen(sys.stdout):
        page_through(content.draw)
    else:
        deliver(delivery, content)
    if opens and delivery.path is not None:
        _open(delivery.path)


def write_markdown(session: Session, analysis: StoredAnalysis) -> str:
    """Return the report of an analysis, or of a digest in the shape of one, as Markdown."""
    from planwatch.services.market.report_data import load_report
    from planwatch.views.report.markdown import render_markdown

    return render_markdown(load_report(session.ledger, analysis, session.catalogue))


def write_page(session: Session, analysis: StoredAnalysis) -> str:
    """Return the same as one HTML page."""
    from planwatch.services.market.report_data import load_report
    from planwatch.views.report.html import render_html

    return render_html(load_report(session.ledger, analysis, session.catalogue))


def _open(path: Path) -> None:
    """Show the file in a browser where there is a screen; else say that there is none."""
    has_screen = sys.platform == "darwin" or any(os.environ.get(name) for name in _DISPLAYS)
    if has_screen:
        import webbrowser  # nobody else opens one

        if webbrowser.open(path.resolve().as_uri()):
            return
    print_message("No browser can be opened from here.")
