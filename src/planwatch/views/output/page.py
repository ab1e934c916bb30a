"""One HTML file from a template: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from planwatch.views.output.cell_labels import CellLabels

if TYPE_CHECKING:
    from jinja2 import Environment


def render_page(template: str, styles: Sequence[str], **content: Any) -> str:
    """Return the text of a page; every text in its content is escaped.

    Args:
        template, styles: names of files in views/templates. A template gets `labels`, which gives a
            table the class under which its cells have labels on a narrow screen.
    """
    labels, place = CellLabels(), secrets.token_hex(16)  # in no text of the content
    text = (
        _environment()
        .get_template(template)
        .render(style=f"{place}s", policy=f"{place}p", labels=labels, **content)
    )
    style = "".join(map(_read_style, styles)) + labels.render_style()
    return text.replace(f"{place}p", _policy_of(style), 1).replace(f"{place}s", style, 1)


@cache
def _read_style(name: str) -> str:
    return (files("planwatch.views") / "templates" / name).read_text(encoding="utf-8")


def _policy_of(style: str) -> str:
    """Return the Content-Security-Policy of a page that has this style and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only a page needs it

    return Environment(
        loader=PackageLoader("planwatch.views", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
