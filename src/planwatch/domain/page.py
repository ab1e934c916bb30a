"""A page that a source wants, and the saved bytes that came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from planwatch.domain.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """One page that a source wants.

    Attributes:
        name: unique within the source; names the capture ("24-months", "offset-100").
        json_body: body of a POST; None makes it a GET.
        visit: what a browser is to do there; None is plain HTTP.
        offset: where a paged listing goes on; 0 for the first page.
    """

    name: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json_body: Mapping[str, Any] | None = None
    visit: Visit | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The saved bytes of one answer, in the character set that `charset` names."""

    body: bytes
    url: str = ""
    name: str = ""
    charset: str = "utf-8"
    media_type: str = ""

    @property
    def text(self) -> str:
        """The page as text; bytes that the character set does not know become U+FFFD."""
        try:
            return self.body.decode(self.charset, errors="replace")
        except (LookupError, ValueError):  # such as "idna", which knows no `errors`
            return self.body.decode("utf-8", errors="replace")


NextRequest = Callable[[Page, PageRequest], PageRequest | None]
"""Reads from a page of a listing which page follows; None at its end."""
