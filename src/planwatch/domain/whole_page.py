"""Tell whether a page came whole, by what its bytes say; knows no network.

A server may send half of a page and call it complete. In HTML that shows in `<html>` and `<body>`,
which a page that opens them closes at its end; in JSON it shows in the first and last bracket. A
page without these signs cannot be judged and counts as whole.
"""

from __future__ import annotations

import re
from typing import Final

_MARKUP: Final = re.compile(r"<(?:(?P<comment>!--)|(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*))")
_IN_TAG: Final = re.compile(r"=\s*(?P<quote>[\"'])|>")
_FRAME: Final = ("html", "body")
# Between these tags there is text alone, whatever it looks like.
_RAW: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}
_BRACKETS: Final = {"{": "}", "[": "]"}
_BYTE_ORDER_MARK: Final = "\ufeff"


def find_cut(text: str, media_type: str = "") -> str | None:
    """Return what shows that the text of a page was cut short, None for one that may be whole.

    Args:
        media_type: as its server declares it; empty where that is not known.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK).strip()
    if text[:1] in _BRACKETS:
        is_cut = "json" in media_type and text[-1] != _BRACKETS[text[0]]
        return "its JSON has no end" if is_cut else None
    if "html" not in media_type and text[:1] != "<":
        return None
    opened, closed = _read_frame(text)
    if opened and not closed:
        return f"<{opened[0]}> is opened, and neither </html> nor </body> follows"
    return None


def _read_frame(text: str) -> tuple[list[str], list[str]]:
    """Return which of `<html>` and `<body>` are opened and closed: in tags, nowhere else.

    Every character is looked at once: what is opened and never closed reaches to the end.
    """
    opened: list[str] = []
    closed: list[str] = []
    place = 0
    while place != -1 and (found := _MARKUP.search(text, place)):
        if found["comment"]:
            place = text.find("-->", found.start())  # "<!-->" is a comment, too
            continue
        place = _find_end_of_tag(text, found.end())
        if place == -1:
            break
        name = found["name"].lower()
        if name in _FRAME:
            (closed if found["end"] else opened).append(name)
        if name in _RAW and not found["end"]:
            closing = _RAW[name].search(text, place)
            place = closing.start() if closing else -1
    return opened, closed


def _find_end_of_tag(text: str, place: int) -> int:
    """Return where the text goes on after a tag, -1 if the tag is not closed.

    A `>` in quotes closes nothing.
    """
    while place != -1 and (found := _IN_TAG.search(text, place)):
        if not found["quote"]:
            return found.end()
        place = text.find(found["quote"], found.end())
    return -1
