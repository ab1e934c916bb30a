"""One line of `doctor`: what was found, and how to fix it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from planwatch.home import Home

if TYPE_CHECKING:
    from planwatch.ledger.store.connection import Ledger
    from planwatch.settings.model import Settings

Level = Literal["ok", "note", "warning", "fault"]
Group = Literal["installation", "home", "jobs", "sources", "model", "alerts", "settings", "live"]


@dataclass(frozen=True, slots=True)
class Line:
    """A finding (`said`) and its fix (`mends`, empty for `ok`), each without a full stop."""

    group: Group
    name: str
    level: Level
    said: str
    mends: str = ""

    def as_record(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Installation:
    """What the checks look at: `ledger` and `settings` are None where they cannot be used."""

    home: Home
    working_folder: Path
    ledger: Ledger | None
    settings: Settings | None
