"""The sources by id: those with a parser, and those that settings add.

Imports of parsers happen on first use: parsel alone takes 160 ms.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from planwatch.domain.brand import AGGREGATORS, BRANDS, find_brand, slug_of_brand, suggest_names
from planwatch.errors import UnknownName
from planwatch.sources.own import OwnSource

if TYPE_CHECKING:
    from planwatch.sources.contract import Source

SOURCE_IDS: Final = (*(brand.id for brand in BRANDS if brand.has_source), *AGGREGATORS)
"""Every source with a parser: brands in the order of `BRANDS`, then aggregators."""


def load_source(source_id: str) -> Source:
    """Import and return one source.

    Raises:
        UnknownName: no source has that id; the hint lists the known, the nearest first.
    """
    source: Source = importlib.import_module(
        f"planwatch.sources.sites.{resolve_source(source_id)}"
    ).SOURCE
    return source


def resolve_source(text: str) -> str:
    """Return the id of the source meant by `text`: its id or its brand's name, in any case.

    Raises:
        UnknownName: none is.
    """
    return BUILT_IN.resolve(text)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sources that somebody's settings know: the built-in ones, then their own."""

    own: tuple[OwnSource, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return (*SOURCE_IDS, *(own.id for own in self.own))

    def find_own(self, source_id: str) -> OwnSource | None:
        return next((own for own in self.own if own.id == source_id), None)

    def find_brand_of(self, source_id: str) -> str | None:
        """Return the brand that a source sells; None for an aggregator or an unknown source."""
        own = self.find_own(source_id)
        if own is not None:
            return own.name
        brand = find_brand(source_id) if source_id in SOURCE_IDS else None
        return None if source_id in AGGREGATORS or brand is None else brand.name

    def load(self, source_id: str) -> Source:
        """Return one source; a parser is imported now.

        Raises:
            UnknownName: no source has that id; the hint lists the known, the nearest first.
        """
        own = self.find_own(source_id)
        if own is None:
            return load_source(source_id) if source_id in SOURCE_IDS else self._refuse(source_id)
        from planwatch.sources.mined import build_mined  # the miner brings parsel

        return build_mined(own)

    def resolve(self, text: str, also: Iterable[str] = ()) -> str:
        """Return the id of the source meant by `text`: its id or its brand's name, in any case.

        Args:
            also: further ids to accept, such as those of sources that were removed.

        Raises:
            UnknownName: none is.
        """
        source_id = text.strip().lower()
        if source_id in (*self.ids, *also):
            return source_id
        slug = slug_of_brand(text)
        for own in self.own:
            if slug_of_brand(own.name) == slug:
                return own.id
        return slug if slug in SOURCE_IDS else self._refuse(text)

    def _refuse(self, text: str) -> NoReturn:
        raise UnknownName(
            f"unknown source {text!r}", hint=suggest_names(text, self.ids, label="Sources")
        )


BUILT_IN: Final = Catalogue()
