"""Case folders: saved pages of a source, and what must be read from them.

`tests/pages/<source>/<YYYY-MM-DD>-<case>/` holds the pages, `case.json` (the day, the pages, the
error if one is due) and `expected.json` (plans and unreadable items, absent when an error is due).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from planwatch.domain.page import Page
from planwatch.domain.record import read_record
from planwatch.sources.contract import Reading, Source, read_pages
from planwatch.sources.registry import SOURCE_IDS

REPO: Final = Path(__file__).resolve().parents[2]
PAGES: Final = REPO / "tests" / "pages"
CAPTURES: Final = REPO.parent / "shared" / "captures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One saved scrape of one source; `error` is the code of the error that is due, or None."""

    source_id: str
    folder: Path
    as_of: date
    pages: tuple[Page, ...]
    error: str | None

    @property
    def name(self) -> str:
        return f"{self.source_id}/{self.folder.name}"

    @property
    def is_ordinary(self) -> bool:
        return self.error is None

    def read(self, source: Source) -> Reading:
        return read_pages(source, self.pages, self.as_of)


def find_cases(source_id: str | None = None) -> tuple[Case, ...]:
    """Return every case, or those of one source, by name; empty where there is no folder."""
    sources = [source_id] if source_id else SOURCE_IDS
    return tuple(
        load_case(source, path.parent)
        for source in sources
        for path in sorted((PAGES / source).glob("*/case.json"))
    )


def load_case(source_id: str, folder: Path) -> Case:
    described = json.loads((folder / "case.json").read_text("utf-8"))
    return Case(
        source_id=source_id,
        folder=folder,
        as_of=date.fromisoformat(described["as_of"]),
        pages=tuple(
            Page(
                body=(folder / page["file"]).read_bytes(),
                name=page.get("name", ""),
                url=page.get("url", ""),
            )
            for page in described["pages"]
        ),
        error=described["error"],
    )


def reading_record(reading: Reading) -> dict[str, Any]:
    """Return a reading in the shape of `expected.json`."""
    return {
        "plans": [read_record(plan) for plan in reading.plans],
        "unreadable": [asdict(item) for item in reading.unreadable],
    }


def load_expected(case: Case, record: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the case expects; None on the first run, which writes `record` to be read."""
    path = case.folder / "expected.json"
    if path.exists():
        expected: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return expected
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return None
