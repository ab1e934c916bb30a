"""Text as part of an id: lower case, letters, digits and hyphens."""

from __future__ import annotations

import re
from typing import Final

_NOT_IN_SLUG: Final = re.compile(r"[^a-z0-9]+")


def slugify(text: str) -> str:
    """Return `text` in lower case with runs of anything but letters and digits as one hyphen."""
    return _NOT_IN_SLUG.sub("-", text.lower()).strip("-")
