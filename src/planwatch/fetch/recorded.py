"""Fetch the pages of the recorded market, which comes with the package. No network.

`recorded/pages/DATE/manifest.json` lists the pages of each source: file, name and true address.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from planwatch.domain.page import NextRequest, Page, PageRequest, Recall
from planwatch.errors import FetchError, UnknownName

_MANIFEST: Final = "manifest.json"
_MEDIA_TYPES: Final = {"html": "text/html", "json": "application/json"}


class RecordedFetcher:
    """A `Fetcher` that gives the market of one recorded date, whatever it is asked for."""

    def __init__(self, market_date: str) -> None:
        """Choose a date.

        Raises:
            UnknownName: that date was not recorded; the hint lists those that were.
        """
        dates = list_dates()
        if market_date not in dates:
            raise UnknownName(
                f"no market was recorded on {market_date!r}",
                hint=f"recorded dates: {', '.join(dates) or 'none'}",
            )
        self._market_date = market_date
        self._folder = _pages_folder() / market_date

    def fetch_pages(
        self,
        source_id: str,
        requests: Sequence[PageRequest],  # noqa: ARG002 - the protocol's; a recording ignores it
        next_request: NextRequest | None,  # noqa: ARG002 - the same
        *,
        needs_browser: bool,  # noqa: ARG002 - the pages were saved after their scripts had run
        recall: Recall | None = None,  # noqa: ARG002 - nothing is asked for over a network
    ) -> list[Page]:
        """Return all recorded pages of a source, in the order of the manifest.

        Raises:
            FetchError: that source was not recorded, or a page is missing.
        """
        try:
            manifest: dict[str, list[dict[str, Any]]] = json.loads(
                (self._folder / _MANIFEST).read_text("utf-8")
            )
            entries = manifest[source_id]
            return [_page_of(entry, self._folder / source_id) for entry in entries]
        except (KeyError, FileNotFoundError, ValueError) as error:
            raise FetchError(
                f"the recorded market of {self._market_date} has no pages of {source_id} ({error})",
                hint="the package is damaged; install it again",
                source=source_id,
            ) from error

    def close(self) -> None:
        """Do nothing: nothing was opened."""


def list_dates() -> tuple[str, ...]:
    """Return the recorded dates (`2026-11-02`), oldest first; empty if none were."""
    folder = _pages_folder()
    if not folder.is_dir():
        return ()
    return tuple(sorted(day.name for day in folder.iterdir() if (day / _MANIFEST).is_file()))


def _pages_folder() -> Traversable:
    return files("planwatch.recorded") / "pages"


def _page_of(entry: dict[str, Any], folder: Traversable) -> Page:
    return Page(
        body=(folder / entry["file"]).read_bytes(),
        url=entry["url"],
        name=entry["name"],
        media_type=_MEDIA_TYPES.get(entry["file"].rpartition(".")[2], ""),
    )
