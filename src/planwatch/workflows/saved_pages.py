"""Pages that a person saved: HTML or JSON as it came, or a HAR file with many answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from planwatch.domain.page import Page
from planwatch.errors import UsageError
from planwatch.sources.contract import Source

_HAR_HINT: Final = (
    "save the page itself once its plans are shown (a HAR holds a page as it came, before its "
    "scripts ran), or record the HAR while the page loads"
)


def read_saved(source: Source, files: Sequence[Path]) -> list[Page]:
    """Return the pages of a source in the order of the files, each with a name of its own.

    Of a HAR file the answers that this source asks for count, each address once, the last answer.

    Raises:
        UsageError: a file cannot be read or is empty, or a HAR has no answer of this source.
    """
    pages: list[Page] = []
    for file in files:
        body = _read(file)
        entries = _entries_of(body)
        if entries is None:
            request = source.requests[min(len(pages), len(source.requests) - 1)]
            pages.append(Page(body=body, url=request.url, name=f"import-{len(pages) + 1}"))
            continue
        found = list(_answers(source, entries))
        if not found:
            raise UsageError(
                f"{file} has no answer of the pages that {source.id} asks for", hint=_HAR_HINT
            )
        for url, answer, media_type in found:
            name = f"import-{len(pages) + 1}"
            pages.append(Page(body=answer, url=url, name=name, media_type=media_type))
    return pages


def _read(file: Path) -> bytes:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read the page {file} ({error.strerror})",
            hint="save the page from a browser and name that file",
        ) from error
    if not body.strip():
        raise UsageError(f"the page {file} is empty", hint="save it again, once it has loaded")
    return body


def _entries_of(body: bytes) -> list[Any] | None:
    """Return the entries of a HAR file, None for anything else."""
    if not body.lstrip().startswith(b"{") or b'"entries"' not in body:
        return None
    try:
        log = json.loads(body).get("log")
    except (ValueError, RecursionError):
        return None
    entries = log.get("entries") if isinstance(log, dict) else None
    return entries if isinstance(entries, list) else None


def _answers(source: Source, entries: Sequence[Any]) -> Iterator[tuple[str, bytes, str]]:
    """Yield address, bytes and media type of each answer that the source asks for."""
    wanted = {_place(request.url) for request in source.requests}
    found: dict[tuple[str, str], tuple[str, bytes, str]] = {}
    for entry in entries:
        match entry:
            case {
                "request": {"url": str(url), **request},
                "response": {"status": 200, "content": {"text": str(text), **content}},
            } if _place(url) in wanted:
                body = text.encode()
                if content.get("encoding") == "base64":
                    try:
                        body = base64.b64decode(text, validate=True)
                    except ValueError:
                        continue  # cut by the tool that saved it
                posted = json.dumps(request.get("postData"), sort_keys=True)
                media_type = str(content.get("mimeType", "")).partition(";")[0].strip()
                found[(url, posted)] = (url, body, media_type)
    yield from found.values()


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
