"""Text as part of an id: lower case, letters, digits and hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_NOT_IN_SLUG: Final = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)  # a market has few brands and tiers, and every plan names its own
def slugify(text: str) -> str:
    """Return `text` in lower case with runs of anything but letters and digits as one hyphen."""
    return _NOT_IN_SLUG.sub("-", text.lower()).strip("-")


def has_phrase(text: str, phrases: Iterable[str]) -> bool:
    """Tell whether a phrase stands in the text, in whole words; of no phrases any text will do."""
    wanted = [f"-{slugify(phrase)}-" for phrase in phrases]
    return not wanted or any(phrase in f"-{slugify(text)}-" for phrase in wanted)
