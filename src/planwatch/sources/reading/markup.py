"""From the text of a page to its tree: refuses what would keep the parser busy for minutes.

libxml2 compares each attribute of a tag with all before it, so a tag of 100,000 takes it half a
minute. No shop writes such a tag.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from planwatch.errors import LayoutChanged

if TYPE_CHECKING:
    from parsel import Selector

MOST_ATTRIBUTES: Final = 1_000
_LONG_TAG: Final = 4_000  # characters; one of a thousand attributes is longer
_SCRIPT: Final = re.compile(r"<(script|style)\b.*?(?:</\1|\Z)", re.I | re.S)
_QUOTED: Final = re.compile(r"=\s{0,9}(?:\"[^\"]*+\"?|'[^']*+'?)")
_TAG_AT_END: Final = re.compile(r"<[A-Za-z][^<]*+\Z")


def read_markup(text: str) -> Selector:
    """Return the tree of a page.

    Raises:
        LayoutChanged: a tag has more than 1,000 attributes.
    """
    from parsel import Selector  # takes 160 ms to import; JSON sources share this module

    if _has_endless_tag(text):
        raise LayoutChanged(
            f"the page has a tag of more than {MOST_ATTRIBUTES:,} attributes",
            hint="no shop writes such a page; open it in a browser to see who answered",
        )
    return Selector(text=text or "<html/>", type="html")


def _has_endless_tag(text: str) -> bool:
    if not _has_long_piece(text):
        return False
    # what is quoted may hold the signs that end a tag
    plain = _QUOTED.sub("=", _SCRIPT.sub(">", text))
    tags = (
        _TAG_AT_END.search(piece, piece.rfind("<")) for piece in plain.split(">") if "<" in piece
    )
    return any(tag and len(tag[0].replace("/", " ").split()) > MOST_ATTRIBUTES for tag in tags)


def _has_long_piece(text: str) -> bool:
    """Tell whether more than a tag's usual length stands between two tags' ends."""
    start = 0
    while len(text) - start > _LONG_TAG:
        end = text.rfind(">", start, start + _LONG_TAG)
        if end < 0:
            return True
        start = end + 1
    return False
