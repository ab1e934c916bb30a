"""The sources by id. Imports of parsers happen on first use: parsel alone takes 160 ms."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from planwatch.domain.brand import find_brand, nearest_first
from planwatch.errors import UnknownName

if TYPE_CHECKING:
    from planwatch.sources.contract import Source

SOURCE_IDS: Final = (
    "o2",
    "vodafone",
    "three",
    "ee",
    "giffgaff",
    "sky",
    "tesco",
    "smarty",
    "uswitch",
)


def load_source(source_id: str) -> Source:
    """Import and return one source.

    Raises:
        UnknownName: no source has that id; the hint lists the known, the nearest first.
    """
    source: Source = importlib.import_module(
        f"planwatch.sources.{resolve_source(source_id)}"
    ).SOURCE
    return source


def resolve_source(text: str) -> str:
    """Return the id of the source meant by `text`: its id or its brand's name, in any case.

    Raises:
        UnknownName: none is.
    """
    source_id = text.strip().lower()
    if source_id in SOURCE_IDS:
        return source_id
    brand = find_brand(text)
    if brand and brand.id in SOURCE_IDS:
        return brand.id
    raise UnknownName(
        f"no source is called {text!r}",
        hint=f"the nearest first, sources are {', '.join(nearest_first(text, SOURCE_IDS))}",
    )
