"""A page that a source wants, and the saved bytes that came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
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
    """The saved bytes of one answer, in the character set that `charset` names.

    `etag` and `last_modified` are the answer's own; with them the page can be asked for again at
    the cost of a 304.
    """

    body: bytes
    url: str = ""
    name: str = ""
    charset: str = "utf-8"
    media_type: str = ""
    etag: str | None = None
    last_modified: str | None = None

    @property
    def text(self) -> str:
        """The page as text; bytes that the character set does not know become U+FFFD.

        Bytes beyond ASCII that are UTF-8 throughout are UTF-8, whatever a server declares: in
        another set they would hardly ever be, and a pound sign must not turn into two characters.
        """
        if not self.charset.lower().startswith(("utf-16", "utf-32")):
            with suppress(UnicodeDecodeError):
                return self.body.decode("utf-8")
        try:
            return self.body.decode(self.charset, errors="replace")
        except (LookupError, ValueError):  # such as "idna", which knows no `errors`
            return self.body.decode("utf-8", errors="replace")


Recall = Callable[[str, str], Page | None]
"""Returns the page of that request's name and address as it came last, if it is still at hand."""

NextRequest = Callable[[Page, PageRequest], PageRequest | None]
"""Reads from a page of a listing which page follows; None at its end."""
