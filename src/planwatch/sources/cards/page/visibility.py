"""What of a page is shown or selected: hidden parts, panels of tabs, footnotes, raised pence."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

_NEVER_SHOWN: Final = frozenset(
    {"script", "style", "template", "noscript", "svg", "head", "iframe", "object", "canvas"}
    | {"audio", "video", "textarea", "math", "map", "datalist"}
)
_FOOTNOTE: Final = re.compile(
    r"[^\w£€$]{0,8}(?:[0-9]{1,2}|[a-z])(?:\s?[,/&]\s?[0-9]{1,2}){0,8}[^\w£€$]{0,8}", re.I
)
_LOOKS_LIKE_PENCE: Final = re.compile(r"[0-9][059]")
_PRICE_BEFORE_PENCE: Final = re.compile(r"(?<![0-9.,])[0-9]{1,3}[\s.,]{0,2}[€$]?\s?\Z")
_NOT_DISPLAYED: Final = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.I
)
_STYLED_AWAY: Final = ("tabpanel", "dialog", "alertdialog")
_YES: Final = frozenset({"true", "page", "step", "location", "active", "checked", "on"})
_STATES: Final = ("aria-selected", "aria-checked", "aria-pressed", "aria-current", "data-state")
_BREAKS: Final = frozenset({"br", "wbr"})


def standing_of(tag: str, attributes: Any) -> Literal["shown", "hidden", "panel"]:
    """Tell whether an element is shown, hidden, or the hidden panel of a tab.

    An element that is hidden from screen readers only counts as shown.
    """
    if tag in _NEVER_SHOWN:
        is_root = tag == "template" and "shadowrootmode" in attributes
        return "shown" if is_root else "hidden"
    if tag in _BREAKS or (tag == "dialog" and "open" not in attributes):
        return "hidden"
    if not attributes:
        return "shown"
    role = attributes.get("role")
    is_hidden = (
        "hidden" in attributes
        or ("style" in attributes and _NOT_DISPLAYED.search(attributes["style"]) is not None)
        or (attributes.get("aria-hidden") == "true" and role in _STYLED_AWAY)
    )
    if not is_hidden:
        return "shown"
    return "panel" if role == "tabpanel" else "hidden"


def is_footnote(element: Any, written: str) -> bool:
    """Tell a footnote mark from the pence that some shops raise: £9<sup>99</sup>.

    Args:
        element: the `sup`.
        written: the text right before it.
    """
    text = "".join(element.itertext()).strip()
    if not text or not _FOOTNOTE.fullmatch(text):
        return not text
    if not _LOOKS_LIKE_PENCE.fullmatch(text) or element.find(".//a") is not None:
        return True
    return not _PRICE_BEFORE_PENCE.search(written[-8:])


def is_selected(element: Any) -> bool:
    """Tell whether a tab, button, option or label is the one that is chosen."""
    if element.tag == "select":
        return False
    attributes = element.attrib
    if "selected" in attributes or (element.tag == "input" and "checked" in attributes):
        return True
    if attributes.get("role") == "combobox":
        return True
    if any(attributes.get(name, "").lower() in _YES for name in _STATES):
        return True
    if element.tag != "label":
        return False
    boxes = [*element.iter("input")]
    if attributes.get("for"):
        boxes += element.getroottree().xpath("//input[@id=$name]", name=attributes["for"])
    return any("checked" in box.attrib for box in boxes)
