"""What a document advises: its own list, or the first sentences of the section that has more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

_SECTIONS: Final = ("recommendations", "match")
_MOST: Final = 3


def heading_of(document: Mapping[str, Any]) -> str:
    """Return the heading of the advice: without peers it is a position, and nobody's task."""
    return str(document.get("advice_title", "What to do"))


def find_advice(document: Mapping[str, Any]) -> tuple[Sequence[Any], str]:
    """Return the advice and the id of the section with the rest of it, '' where there is none."""
    own = document.get("actions") or document.get("recommendations")
    if own:
        return own, ""
    sections = {str(section.get("id", "")): section for section in document.get("sections") or ()}
    for name in _SECTIONS:
        if name in sections:
            return list(sections[name].get("sentences") or ())[:_MOST], name
    return [], ""
