"""What each size of data stands for: the allowance, a former one, roaming, or something else.

"Unlimited" is an allowance only where the words beside it are about data, or about nothing.
"""

from __future__ import annotations

import re
from typing import Final

from planwatch.sources.cards.amounts import data_words as words
from planwatch.sources.cards.amounts.context import Beside, find_beside
from planwatch.sources.cards.amounts.figures import Figure, find_sizes
from planwatch.sources.cards.amounts.position import (
    drop_ranges,
    is_in_heading,
    label_of,
    mark_prose,
)
from planwatch.sources.cards.page.outline import Outline

_ALLOWANCE: Final = frozenset({"data"})
_CLAUSE: Final = re.compile(r"[.;|•·]")


def read_sizes(outline: Outline) -> list[Figure]:
    """Return every size of data with its role: data, was, roaming, other or prose."""
    figures = find_sizes(outline.text)
    for figure, beside in zip(figures, find_beside(outline, figures), strict=True):
        node = outline.node_of(figure.start, figure.end)
        figure.label = label_of(outline, node)
        is_heading = is_in_heading(node)
        if outline.is_struck(figure.start):
            figure.role = "was"
        elif figure.value is None:
            figure.role = _role_of_unlimited(figure, beside, is_heading=is_heading)
        else:
            figure.role = _role_of_size(figure, beside, is_heading=is_heading)
        figure.is_sure = figure.is_sure or is_heading
    mark_prose(outline, figures, _ALLOWANCE)
    drop_ranges(outline, figures)
    return figures


def _role_of_size(figure: Figure, beside: Beside, *, is_heading: bool) -> str:
    label_role = _role_of_label(figure.label)
    if label_role not in ("", "data"):
        return label_role
    if words.WAS_BEFORE.search(beside.before):
        return "was"
    if words.WAS_AFTER.match(beside.in_line_after) and not beside.is_followed:
        return "was"
    if _is_abroad(beside):
        return "roaming"
    if words.OTHER_BEFORE.search(beside.in_line_before):
        return "other"
    if words.OTHER_AFTER.match(beside.in_line_after):
        return "other"
    service = None if label_role or is_heading else _pure_label(beside)
    if service and words.NOT_THE_ALLOWANCE.match(service["service"]):
        return "other"
    figure.is_sure = bool(
        label_role or words.NOW_BEFORE.search(beside.before) or words.NOW_AFTER.match(beside.after)
    )
    return "data"


def _is_abroad(beside: Beside) -> bool:
    after = words.ABROAD_AFTER.match(beside.in_line_after)
    if after:
        return not words.AT_HOME_TOO.search(after[0])
    before = words.ABROAD_BEFORE.search(beside.before)
    if not before or words.AT_HOME_TOO.search(before[0]):
        return False
    return not re.match(r"\s(?:of\s)?data\b", beside.in_line_after, re.I)


def _pure_label(beside: Beside) -> re.Match[str] | None:
    """Return the service that a label on the line before or after names, if it is no more."""
    for label in (beside.label_before, beside.label_after):
        match = words.PURE_LABEL.fullmatch(label)
        if match and not words.SAYS_ALL.search(label):
            return match
    return None


def _role_of_label(label: str) -> str:
    for part in label.split(" | "):
        if words.WAS_BEFORE.search(part):
            return "was"
        if words.ABROAD_LABEL.search(part):
            return "roaming"
        services = [bool(match["data"]) for match in words.SERVICE.finditer(part)]
        if services:
            return "data" if any(services) else "other"
    return ""


def _role_of_unlimited(figure: Figure, beside: Beside, *, is_heading: bool) -> str:
    label_role = _role_of_label(figure.label)
    if label_role:
        figure.is_sure = True
        return label_role
    after = _CLAUSE.split(beside.in_line_after, maxsplit=1)[0]
    after = words.HOW_FAST.sub(" ", words.OWN_NUMBER.split(after, maxsplit=1)[0])
    service = words.SERVICE.search(after)
    if service:
        abroad = service["data"] and words.ABROAD_AFTER.match(after[service.end() :])
        if abroad and not words.AT_HOME_TOO.search(abroad[0]):
            return "roaming"
        return _data_if(figure, bool(service["data"] or words.LIST_WITH_DATA.match(after)))
    labels = list(words.SERVICE.finditer(beside.in_line_before))
    if labels and len(beside.in_line_before[labels[-1].end() :].split()) <= 1:
        return _data_if(figure, bool(labels[-1]["data"]))
    crossing = _pure_label(beside)
    if crossing and (crossing["data"] or not is_heading):
        return _data_if(figure, bool(crossing["data"]))
    return "data"


def _data_if(figure: Figure, is_about_data: bool) -> str:
    figure.is_sure = is_about_data
    return "data" if is_about_data else "other"
