"""The exit codes that commands share; docs/reference/exit-codes.md."""

from typing import Final

PARTIAL: Final = 3
NOTHING_USABLE: Final = 4
MODEL_UNAVAILABLE: Final = 5
CHANGES_FOUND: Final = 10
TRY_LATER: Final = 75
INTERRUPTED: Final = 130
