"""The version of the schema. In a module of its own, so that reading it imports nothing."""

from __future__ import annotations

from typing import Final

SCHEMA_VERSION: Final = 9
APPLICATION_ID: Final = 0x504C574D  # "PLWM": tells our file from other programs' databases
