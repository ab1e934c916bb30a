"""What `planwatch show --html` and `--md` do with a report: print it, write it, open it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from planwatch.errors import UsageError
from planwatch.ledger.analyses import StoredAnalysis
from planwatch.ledger.connection import Ledger
from planwatch.views.output import print_line, print_message, write_text

Form = Literal["html", "md"]
_FORMS: Final[dict[str, Form]] = {".html": "html", ".htm": "html", ".md": "md", ".markdown": "md"}
_DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY")


@dataclass(frozen=True, slots=True)
class Target:
    """A form of report and the file that gets it; None is standard output."""

    form: Form
    path: Path | None
    opens: bool


def read_target(*, html: bool, md: bool, output: Path | None, opens: bool) -> Target | None:
    """Return where a report goes by the options of `show`, None where the terminal gets tables.

    Raises:
        UsageError: the options contradict each other or lack a file.
    """
    if html and md:
        raise UsageError("--html and --md at once", hint="ask for one of them, then for the other")
    form: Form | None = "html" if html else "md" if md else None
    if form is None and output is not None:
        form = _FORMS.get(output.suffix.lower())
        if form is None:
            raise UsageError(
                f"{output} tells no form", hint="say --html or --md, or end it in .html or .md"
            )
    if opens and (form != "html" or output is None):
        raise UsageError("--open opens a page that was written", hint="add --html -o report.html")
    if form is None:
        return None
    if form == "html" and output is None and sys.stdout.isatty():
        raise UsageError("a terminal shows no page", hint="name a file: --html -o report.html")
    return Target(form, output, opens)


def deliver_report(ledger: Ledger, analysis: StoredAnalysis, target: Target) -> None:
    """Print or write the report of an analysis, or of a digest in the shape of one."""
    from planwatch.views.report.html import render_html
    from planwatch.views.report.markdown import render_markdown
    from planwatch.workflows.report import load_report

    report = load_report(ledger, analysis)
    text = render_html(report) if target.form == "html" else render_markdown(report)
    if target.path is None:
        print_line(text.rstrip("\n"))
        return
    write_text(target.path, text)
    if not target.opens or not _open(target.path):
        print_message(f"Written: {target.path} ({len(text.encode()) / 1000:.0f} kB)")


def _open(path: Path) -> bool:
    """Show the file in a browser where there is a screen; else say that there is none."""
    has_screen = sys.platform == "darwin" or any(os.environ.get(name) for name in _DISPLAYS)
    if has_screen:
        import webbrowser  # nobody else opens one

        if webbrowser.open(path.resolve().as_uri()):
            return True
    print_message("No browser can be opened from here.")
    return False
