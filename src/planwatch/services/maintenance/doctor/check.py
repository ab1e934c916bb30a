"""One line of `doctor`: what is, and what mends it."""

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
    """`said` and `mends` are a sentence each, without a full stop; nothing mends what is well."""

    group: Group
    name: str
    level: Level
    said: str
    mends: str = ""

    def as_record(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Patient:
    """What the checks look at: `ledger` and `settings` are None where they cannot be used."""

    home: Home
    working_folder: Path
    ledger: Ledger | None
    settings: Settings | None
