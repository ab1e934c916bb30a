"""The interface of a fetcher: the network, or a recorded market."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from planwatch.domain.page import NextRequest, Page, PageRequest, Recall


class Fetcher(Protocol):
    """Brings the pages of one source."""

    def fetch_pages(
        self,
        source_id: str,
        requests: Sequence[PageRequest],
        next_request: NextRequest | None,
        *,
        needs_browser: bool,
        recall: Recall | None = None,
    ) -> list[Page]:
        """Return the pages in order, the following ones of a listing included.

        Args:
            recall: gives a page as it came last; an address that says that it has not changed
                since is not read again.

        Raises:
            FetchError: its subclass tells whether another attempt makes sense.
        """

    def close(self) -> None:
        """Let go of what was opened; may be called twice."""
