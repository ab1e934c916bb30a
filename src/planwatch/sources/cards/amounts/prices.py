"""What each amount of money stands for: the price now, a former or later one, a saving, a fee.

The words on the proper side of the figure decide, and the header of its column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from planwatch.sources.cards.amounts import price_words as words
from planwatch.sources.cards.amounts.context import Beside, find_beside
from planwatch.sources.cards.amounts.figures import Figure, find_money, most_of
from planwatch.sources.cards.amounts.position import drop_ranges, label_of, mark_prose
from planwatch.sources.cards.page.outline import Outline

_BEFORE_ORDER: Final = ("conditional", "was", "then", "rise", "other", "weak", "upfront", "from")
_LABEL_ORDER: Final = ("conditional", "was", "then", "rise", "other", "upfront", "now")
_AFTER_ORDER: Final = ("other", "upfront", "rise", "then", "conditional", "was")
_CROSSES_LINES: Final = frozenset({"rise", "was", "then"})
_CURRENT: Final = frozenset({"now", "from"})
_NAMES_ANYTHING: Final = re.compile(r"[\w£€$]")


def read_money(outline: Outline, currency: str) -> list[Figure]:
    """Return every amount of money with its role.

    Roles: now, from (the least of several), was, then (after a promotion), rise, upfront,
    conditional (for members), other (savings, rates, totals, ranges), prose (in a sentence).
    """
    figures = _merge_copies(outline, find_money(outline.text, currency))
    beside = find_beside(outline, figures)
    claims = [_find_before(around) for around in beside]
    most = most_of(currency)
    for index, figure in enumerate(figures):
        figure.label = label_of(outline, outline.node_of(figure.start, figure.end))
        after = beside[index].in_line_after
        if beside[index].is_followed:
            after = after[: len(after) - claims[index + 1][1]]
        _set_role(outline, figure, beside[index], after, claims[index][0])
        is_current = figure.role in _CURRENT or figure.role == "conditional"
        if is_current and not 0 < (figure.value or 0) <= most:
            figure.role = "other"
    mark_prose(outline, figures, _CURRENT)
    drop_ranges(outline, figures)
    return figures


def _merge_copies(outline: Outline, figures: Iterable[Figure]) -> list[Figure]:
    """Make one of a price and its copy for screen readers, which stands right beside it."""
    merged: list[Figure] = []
    text = outline.text
    for figure in figures:
        last = merged[-1] if merged else None
        if (
            last is None
            or last.value != figure.value
            or _NAMES_ANYTHING.search(text, last.end, figure.start)
            or not _is_copy(outline, last, figure)
        ):
            merged.append(figure)
        else:
            last.end = figure.end
    return merged


def _is_copy(outline: Outline, left: Figure, right: Figure) -> bool:
    text = outline.text
    if "\n" not in text[left.end : right.start]:
        return True
    if outline.node_of(left.start, right.end).tag in ("tr", "table", "tbody"):
        return False
    is_cut = "\n" in text[left.start : left.end] or "\x1f" in text[left.start : left.end]
    return is_cut or any(
        outline.veil_of(outline.node_of(figure.start, figure.end)) for figure in (left, right)
    )


def _find_before(beside: Beside) -> tuple[str, int]:
    """Return the role that the words before a figure give it, and how many signs of its line."""
    for role in _BEFORE_ORDER:
        if role == "weak":
            touching = words.BEFORE[role].search(beside.touching)
            if touching:
                return "other", len(touching[0])
        elif words.BEFORE[role].search(beside.before):
            in_line = words.BEFORE[role].search(beside.in_line_before)
            return role, len(in_line[0]) if in_line else 0
    return "", 0


def _set_role(
    outline: Outline, figure: Figure, beside: Beside, after: str, before_role: str
) -> None:
    rest = _after_month(after)
    is_monthly = bool(
        rest is not after
        or words.MONTHLY_AFTER.match(beside.after)
        or words.MONTHLY_BEFORE.search(beside.in_line_before or beside.label_before)
    )
    for_months = words.FOR_MONTHS.match(rest)
    for_months = for_months or words.FOR_MONTHS.match(_after_month(beside.after))
    figure.months = int(for_months[1]) if for_months else None
    if before_role in ("other", "upfront") and is_monthly:
        # a role found on another line gives way to "a month" beside the figure itself
        in_line = words.BEFORE[before_role].search(beside.in_line_before)
        touching = words.BEFORE["weak"].search(beside.touching)
        before_role = before_role if in_line or touching else ""
    role = _role_of_label(figure.label)
    if outline.is_struck(figure.start):
        role = "was"
    elif role in ("", "now"):
        role = before_role or _find_after(beside, rest) or role
    figure.role = role or "now"
    figure.is_sure = role == "now" or is_monthly or bool(words.BEFORE["now"].search(beside.before))
    if role == "conditional":
        figure.note = _condition_of(beside)


def _after_month(after: str) -> str:
    """Return what follows "a month"; the same text where it does not begin so."""
    monthly = words.MONTHLY_AFTER.match(after)
    return after[monthly.end() :] if monthly else after


def _find_after(beside: Beside, rest: str) -> str:
    for role in _AFTER_ORDER:
        if role == "was" and beside.is_followed:
            continue
        if words.AFTER[role].match(rest):
            return role
        if role in _CROSSES_LINES and words.AFTER[role].match(_after_month(beside.after)):
            return role
    label = words.LABEL_AFTER.fullmatch(beside.label_after) if beside.label_after else None
    if label:
        return "upfront" if label["upfront"] else "other"
    return ""


def _role_of_label(label: str) -> str:
    for part in label.split(" | "):
        if words.RATE_LABEL.search(part):
            return "other"
        for role in _LABEL_ORDER:
            if words.BEFORE[role].search(part):
                return role
    return ""


def _condition_of(beside: Beside) -> str:
    """Return who gets a price: "Clubcard" of "Clubcard Price"."""
    match = words.BEFORE["conditional"].search(beside.before)
    match = match or words.AFTER["conditional"].match(_after_month(beside.in_line_after))
    return " ".join(words.NOT_IN_CONDITION.sub(" ", match[0]).split()) if match else ""
