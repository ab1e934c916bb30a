"""What came of asking one source: the word that stands in the ledger and on the screen."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    OK = "ok"
    UNCHANGED = "unchanged"
    PARTIAL = "partial"
    SUSPICIOUS = "suspicious"
    BROKEN_LAYOUT = "broken_layout"
    BLOCKED = "blocked"
    ROBOTS_DENIED = "robots_denied"
    NEEDS_BROWSER = "needs_browser"
    NETWORK = "network"
    MACHINE = "machine"


STORING_OUTCOMES: Final = frozenset({Outcome.OK, Outcome.UNCHANGED, Outcome.PARTIAL})
"""What was read is stored; of the others nothing is."""

GOOD_OUTCOMES: Final = frozenset({Outcome.OK, Outcome.UNCHANGED})
"""Only these may count a plan as absent, and so withdraw it."""
