"""Save a dry run as a test fixture of a parser: pages, requests and the expected plans.

The layout is that of tests/pages: `case.json`, the pages, `expected.json` unless an error is due,
and `requests.json`. What belongs to a visitor is taken out (services/sources/scrub.py), and the
pages are parsed again: a fixture that would be read otherwise than its pages is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from planwatch.domain.page import Page, PageRequest
from planwatch.domain.record import read_record
from planwatch.domain.slug import slugify
from planwatch.errors import ParseError, UsageError
from planwatch.kept_files import refuse_kept
from planwatch.output_file import refuse_link, write_bytes
from planwatch.services.sources.scrub import Scrubber
from planwatch.sources.contract import Reading, Source, read_pages

_OURS: Final = frozenset({"case.json", "expected.json", "requests.json"})
_CHARSET: Final = re.compile(r"(<meta\b[^<>]{0,200}?charset=[\"']?)[\w-]+", re.IGNORECASE)
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFixture:
    """What was written.

    Attributes:
        plans: offers in `expected.json`; 0 where an error is due.
        error: code of the error that is due, or None.
        removed: how many of each kind were removed.
    """

    folder: Path
    pages: int
    plans: int
    error: str | None
    removed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Outcome:
    reading: Reading | None
    error: str | None


def check_fixture_folder(folder: Path) -> None:
    """Make sure that a fixture can be written to `folder`: it is new or empty.

    Raises:
        UsageError: it is not, it is planwatch's own or a symbolic link, or nobody can look into it.
    """
    refuse_kept(folder)
    refuse_link(folder)
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise _unwritable(folder, error) from error
    if taken:
        raise UsageError(
            f"{folder} is {'not empty' if folder.is_dir() else 'not a folder'}",
            hint="name a new folder, such as tests/pages/SOURCE/YYYY-MM-DD-ordinary",
        )


def save_fixture(source: Source, pages: Sequence[Page], as_of: date, folder: Path) -> SavedFixture:
    """Write pages as a fixture, without what belongs to a visitor.

    Args:
        pages: of one scrape, in the order of the requests; at least one.
        as_of: day on which they were captured.

    Raises:
        UsageError: the folder is not empty or cannot be written.
        ParseError: what would have to be removed changes what is read; nothing is written.
    """
    check_fixture_folder(folder)
    scrubber = Scrubber()
    kept = [_scrub_page(page, scrubber) for page in pages]
    outcome = _read(source, kept, as_of)
    if _comparable(outcome) != _comparable(_read(source, pages, as_of)):
        raise ParseError(
            f"{source.title}: removing private data from the page ({_list_removed(scrubber)})"
            " changes what is read from it; no fixture was written",
            hint="save the page without signing in, and name it with --from",
        )
    requests = [
        scrubber.scrub_json(_request_record(request)) for request in _requests_made(source, pages)
    ]
    _write(folder, _files(kept, outcome, requests, as_of))
    return SavedFixture(
        folder=folder,
        pages=len(kept),
        plans=len(outcome.reading.plans) if outcome.reading else 0,
        error=outcome.error,
        removed=dict(scrubber.removed),
    )


def _scrub_page(page: Page, scrubber: Scrubber) -> Page:
    """Return the page as a fixture keeps it: in UTF-8, whatever it came in."""
    text = scrubber.scrub(page.text)
    if page.charset.lower() not in {"utf-8", "utf8"}:
        text = _CHARSET.sub(r"\g<1>utf-8", text)
    body = text.encode("utf-8", errors="replace")
    return Page(body=body, url=scrubber.scrub(page.url), name=page.name)


def _read(source: Source, pages: Sequence[Page], as_of: date) -> _Outcome:
    try:
        return _Outcome(read_pages(source, pages, as_of), None)
    except ParseError as error:
        return _Outcome(None, error.code)


def _comparable(outcome: _Outcome) -> Any:
    """Return what must be the same with and without secrets; an address may hold one."""
    if outcome.reading is None:
        return outcome.error
    plans = [{**read_record(plan), "url": None} for plan in outcome.reading.plans]
    return (plans, len(outcome.reading.unreadable))


def _list_removed(scrubber: Scrubber) -> str:
    return ", ".join(f"{number} × {kind}" for kind, number in scrubber.removed.items())


def _requests_made(source: Source, pages: Sequence[Page]) -> list[PageRequest]:
    """Return the requests that the pages answer, those for the rest of a listing included."""
    made: list[PageRequest] = []
    rest = list(pages)
    for first in source.requests:
        request: PageRequest | None = first
        while request is not None and rest:
            made.append(request)
            page = rest.pop(0)
            request = source.next_request(page, request) if source.next_request else None
    return made


def _request_record(request: PageRequest) -> dict[str, Any]:
    return {
        "name": request.name,
        "method": "GET" if request.json_body is None else "POST",
        "url": request.url,
        "params": dict(request.params),
        "headers": dict(request.headers),
        "json": None if request.json_body is None else dict(request.json_body),
    }


def _files(
    pages: Sequence[Page], outcome: _Outcome, requests: Sequence[Any], as_of: date
) -> dict[str, bytes]:
    """Return the files of a fixture by name; `case.json`, which makes it one, comes last."""
    files: dict[str, bytes] = {}
    described = []
    for page in pages:
        file = _name_file(page, files)
        files[file] = page.body
        described.append({"file": file, "name": page.name, "url": page.url})
    files["requests.json"] = _dump(requests)
    if outcome.reading is not None:
        files["expected.json"] = _dump(
            {
                "plans": [read_record(plan) for plan in outcome.reading.plans],
                "unreadable": [asdict(item) for item in outcome.reading.unreadable],
            }
        )
    files["case.json"] = _dump(
        {"as_of": as_of.isoformat(), "pages": described, "error": outcome.error}
    )
    return files


def _name_file(page: Page, taken: Mapping[str, bytes]) -> str:
    stem = slugify(page.name)[:_LONGEST_NAME] or "page"
    suffix = ".json" if page.text.lstrip()[:1] in {"{", "["} else ".html"
    names = [f"{stem}{suffix}", *(f"{stem}-{number}{suffix}" for number in range(2, 1000))]
    return next(name for name in names if name not in taken and name not in _OURS)


def _dump(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_bytes(folder / name, content)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(
        f"cannot write a fixture to {folder} ({error.strerror})",
        hint="name a folder that you may write to",
    )
