"""What a site of the replica market is: it answers the requests that come for one shop's host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http.cookies import SimpleCookie
from typing import Literal

from tests.support.market.offer import Offer

Kind = Literal[
    "page",  # what a scrape asks for: a document or the answer of an API
    "data",  # what a page's script asks for
    "script",
    "image",
    "tracker",
    "consent",  # the document inside a consent dialog
    "login",
    "robots",
    "elsewhere",  # a site that a redirect leads away to
    "unknown",
]
Wire = Literal["whole", "reset", "drip", "truncated", "truncated_chunked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came in; `path` is the one on the host, header names are in lower case."""

    method: str
    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def cookies(self) -> dict[str, str]:
        jar = SimpleCookie(self.headers.get("cookie", ""))
        return {name: morsel.value for name, morsel in jar.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer, and how it is to be sent.

    Attributes:
        padding: bytes of filler after the body, made while they are sent.
        has_validators: gets an ETag and a Last-Modified, and is a 304 to who has it.
        wire: how it goes wrong on the way.
    """

    kind: Kind
    status: int = 200
    body: bytes = b""
    media_type: str = "text/html"
    charset: str | None = "utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    padding: int = 0
    has_validators: bool = False
    wire: Wire = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """How a page's script behaves.

    Attributes:
        asks_consent: shows the consent dialog to who has not answered it.
        delay_ms: how long the script waits before it asks for its plans.
        throws: the script fails before it does anything.
        haste: how many times faster than usual the script is, in every wait.
    """

    asks_consent: bool = True
    delay_ms: int = 150
    throws: bool = False
    haste: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a site shows at the moment: the offers on sale, the day, the settings."""

    offers: tuple[Offer, ...]
    day: date
    page_size: int
    front: Front


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One shop.

    Attributes:
        answer: None where the site has nothing at that path.
        renames: what its selectors or JSON keys become when it is redesigned.
        needs_scripts: the plans appear only after its script has run.
        guard: whose challenge it shows to robots.
    """

    source: str
    host: str
    answer: Callable[[Asked, Scene], Answer | None]
    renames: Mapping[str, str]
    needs_scripts: bool = False
    guard: Literal["incapsula", "cloudflare"] = "cloudflare"


def json_answer(kind: Kind, body: bytes, *, has_validators: bool = False) -> Answer:
    return Answer(
        kind=kind, body=body, media_type="application/json", has_validators=has_validators
    )
