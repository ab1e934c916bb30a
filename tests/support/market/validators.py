"""ETag and Last-Modified of pages that have them, and 304 for a reader who has the page already."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import Final

from tests.support.market.sites.contract import Answer, Asked

_PUBLISHED_AT: Final = time(5, 0, tzinfo=UTC)


@dataclass
class Validators:
    """Remembers for each address what it last answered, and since when that has been so."""

    _last: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def apply(self, answer: Answer, asked: Asked, day: date) -> Answer:
        """Return the answer with its validators, or the 304 that stands for it.

        Args:
            day: on which a change of the page counts as published, at 05:00 UTC.
        """
        tag, changed = self._version_of(answer, asked, day)
        headers = {
            **answer.headers,
            "ETag": tag,
            "Last-Modified": format_datetime(changed, usegmt=True),
            "Cache-Control": "no-cache",
        }
        if not _is_known(asked, tag, changed):
            return replace(answer, headers=headers)
        return replace(answer, status=304, body=b"", headers=headers, padding=0)

    def _version_of(self, answer: Answer, asked: Asked, day: date) -> tuple[str, datetime]:
        address = f"{asked.host}{asked.path}?{sorted(asked.query.items())}"
        digest = sha256(f"{answer.charset}".encode() + answer.body).hexdigest()
        tag = f'"{digest[:32]}"'
        with self._lock:
            last_tag, changed = self._last.get(address, ("", datetime.min.replace(tzinfo=UTC)))
            if tag != last_tag:
                # HTTP dates count seconds: a second change on one day must be newer than the first
                first = datetime.combine(day, _PUBLISHED_AT)
                changed = max(first, changed + timedelta(seconds=1))
                self._last[address] = (tag, changed)
        return tag, changed


def _is_known(asked: Asked, tag: str, changed: datetime) -> bool:
    """Tell whether the reader has this version; If-None-Match outranks If-Modified-Since."""
    tags = asked.headers.get("if-none-match")
    if tags is not None:
        known = [each.strip().removeprefix("W/") for each in tags.split(",")]
        return tag in known or known == ["*"]
    try:
        since = parsedate_to_datetime(asked.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return changed <= (since if since.tzinfo else since.replace(tzinfo=UTC))
