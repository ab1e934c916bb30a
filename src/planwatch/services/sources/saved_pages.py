"""Read pages that a person saved: HTML, JSON, or a HAR file with many responses."""

from __future__ import annotations

import base64
import codecs
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from planwatch.domain.page import Page, PageRequest
from planwatch.domain.whole_page import find_cut
from planwatch.errors import UsageError
from planwatch.sources.contract import Source

_LOOKED_AT: Final = 4096
_HAR_HINT: Final = (
    "save the page itself once its plans are shown (a HAR holds a page as it came, before its "
    "scripts ran), or record the HAR while the page loads"
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a person saved: all pages, and those among them that a HAR file recorded."""

    pages: list[Page]
    recorded: list[Page]


def read_saved(source: Source, files: Sequence[Path]) -> Saved:
    """Return the pages of a source in the order of the files, each with a name of its own.

    Of a HAR file the answers that this source asks for count, each address once, the last answer.

    Raises:
        UsageError: a file cannot be read or is empty, a page was cut short, or a HAR has no answer
            of this source.
    """
    pages: list[Page] = []
    recorded: list[Page] = []
    for file in files:
        body = _read(file)
        answers = read_har(source, file, body)
        if answers is None:
            request = source.requests[min(len(pages), len(source.requests) - 1)]
            page = Page(body=body, url=request.url)
            pages.append(_check_whole(_name(page, len(pages)), file))
            continue
        for answer in answers:
            pages.append(_check_whole(_name(answer, len(pages)), file))
            recorded.append(pages[-1])
    return Saved(pages, recorded)


def read_har(source: Source, file: Path, body: bytes) -> list[Page] | None:
    """Return the answers of a HAR file that a source asks for, None where `body` is no HAR.

    Raises:
        UsageError: it has none of this source, or is called a HAR file and is none.
    """
    entries = _entries_of(body)
    if entries is None and file.suffix.lower() == ".har":
        raise UsageError(
            f"{file} is not a HAR file: it is not JSON with a log of entries",
            hint="save it again from the browser's network panel, as HAR with content",
        )
    if entries is None:
        return None
    pages = [
        Page(body=answer, url=url, media_type=media_type)
        for url, answer, media_type in _answers(source, entries)
    ]
    if not pages:
        raise UsageError(f"{file} has no response for the pages of {source.id}", hint=_HAR_HINT)
    return [_name(page, at) for at, page in enumerate(pages)]


def _name(page: Page, at: int) -> Page:
    return replace(page, name=f"import-{at + 1}")


def read_one_page(file: Path) -> bytes:
    """Return the bytes of a file that is one page.

    Raises:
        UsageError: the file cannot be read, or is a HAR file, which has many.
    """
    body = read_bytes(file)
    if _entries_of(body) is not None:
        raise UsageError(
            f"{file} is a HAR file, which holds many pages",
            hint=f"name the source that they are of: planwatch probe SOURCE --from {file.name}; or"
            " save the page alone",
        )
    return body


def _check_whole(page: Page, file: Path) -> Page:
    """Return a page that came whole: from half of one, plans would seem to be gone.

    Raises:
        UsageError: it was cut short.
    """
    cut = find_cut(page.text, page.media_type)
    if cut is not None:
        raise UsageError(
            f"the page {file} was cut short: {cut}", hint="save it again, once it has loaded"
        )
    return page


def read_bytes(file: Path) -> bytes:
    """Return the bytes of a page that a person names.

    Raises:
        UsageError: the file cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read the page {file} ({error.strerror})",
            hint="save the page from a browser and name that file",
        ) from error


def _read(file: Path) -> bytes:
    body = read_bytes(file)
    if not body.strip():
        raise UsageError(f"the page {file} is empty", hint="save it again, once it has loaded")
    if b"\0" in body[:_LOOKED_AT]:
        raise UsageError(
            f"{file} is not a page: it holds binary data",
            hint="save the page as HTML or JSON, or a HAR file",
        )
    return body


def _entries_of(body: bytes) -> list[Any] | None:
    """Return the entries of a HAR file, None for anything else."""
    text = body.removeprefix(codecs.BOM_UTF8)
    if not text.lstrip().startswith(b"{") or b'"entries"' not in text:
        return None
    try:
        log = json.loads(text).get("log")
    except (ValueError, RecursionError):
        return None
    entries = log.get("entries") if isinstance(log, dict) else None
    return entries if isinstance(entries, list) else None


def _answers(source: Source, entries: Sequence[Any]) -> Iterator[tuple[str, bytes, str]]:
    """Yield address, bytes and media type of each answer that the source asks for."""
    found: dict[tuple[str, str], tuple[str, bytes, str]] = {}
    for entry in entries:
        match entry:
            case {
                "request": {"url": str(url), **request},
                "response": {"status": 200, "content": {"text": str(text), **content}},
            } if text and any(_asks_for(wanted, url, request) for wanted in source.requests):
                body = text.encode(errors="replace")
                if content.get("encoding") == "base64":
                    try:
                        body = base64.b64decode(text, validate=True)
                    except ValueError:
                        continue  # cut by the tool that saved it
                media_type = str(content.get("mimeType", "")).partition(";")[0].strip()
                found[(url, _posted(request))] = (url, body, media_type)
    yield from found.values()


def _asks_for(wanted: PageRequest, url: str, request: Mapping[Any, Any]) -> bool:
    """Tell whether a recorded request is for the page that a source wants.

    Of a GraphQL address that is the one with the same operation.
    """
    method = "GET" if wanted.json_body is None else "POST"
    if request.get("method", method) != method or _place(url) != _place(wanted.url):
        return False
    operation = (wanted.json_body or wanted.params).get("operationName")
    return (
        operation is None
        or f'"{operation}"' in _posted(request)
        or f"operationName={operation}" in url
    )


def _posted(request: Mapping[Any, Any]) -> str:
    posted = request.get("postData")
    return str(posted.get("text", "")) if isinstance(posted, dict) else ""


def _place(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
    except ValueError:  # no address, such as "http://[x/"
        return None
