"""What `digest` prints: verdict and findings in a panel, then each section with its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planwatch.views.market.analysis import render_document

if TYPE_CHECKING:
    from rich.console import Console


def print_digest(target: Console, document: Mapping[str, Any], *, note: str | None) -> None:
    """Print a digest."""
    title = f"{document['since']} to {document['as_of']}"
    target.print(
        render_document(document, title=title, subtitle="words by the template", note=note)
    )
