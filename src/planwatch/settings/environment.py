"""The variables of the environment that are settings, and those that a job keeps."""

from __future__ import annotations

import os
from typing import Final

ORIGIN_VARIABLE: Final = "PLANWATCH_ORIGIN"
MODEL_ADDRESS_VARIABLE: Final = "OPENAI_BASE_URL"
_CARRIED: Final = (
    "PLANWATCH_ALARMS__",
    "PLANWATCH_ANALYSIS__",
    "PLANWATCH_BROWSER__",
    "PLANWATCH_FETCH__",
    "PLANWATCH_JOBS__",
    "PLANWATCH_LLM__",
)
_MAY_HOLD_A_SECRET: Final = frozenset({"PLANWATCH_FETCH__PROXY", "PLANWATCH_LLM__API_KEY"})
# what is misspelt is nobody's setting, and may hold a secret all the same
_SECRET_WORDS: Final = ("KEY", "SECRET", "TOKEN", "PASSWORD")
# an address may hold credentials
_ADDRESSES: Final = frozenset({ORIGIN_VARIABLE, MODEL_ADDRESS_VARIABLE, "PLANWATCH_LLM__BASE_URL"})


def origin() -> str | None:
    """Return PLANWATCH_ORIGIN: where every source's requests go instead, None for the web."""
    return os.environ.get(ORIGIN_VARIABLE) or None


def carried_environment() -> dict[str, str]:
    """Return the variables of this process that a job keeps, whoever starts its worker.

    Neither secrets nor what may hold one (a proxy's address) are among them.
    """
    return {name: value for name, value in os.environ.items() if _is_carried(name.upper(), value)}


def _is_carried(name: str, value: str) -> bool:
    if name in _ADDRESSES:
        return not any(mark in value for mark in "@?#")
    if not name.startswith(_CARRIED) or name in _MAY_HOLD_A_SECRET:
        return False
    return name.endswith("_FILE") or not any(word in name for word in _SECRET_WORDS)
