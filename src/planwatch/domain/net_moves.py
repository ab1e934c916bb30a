"""Net moves: what a plan's changes within a period come to, from what was to what is.

Works on change records, as `domain/moves.py` does, and imports no plan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from planwatch.domain.moves import PRESENCE_KINDS, ChangeRecord

Move = dict[str, Any]
CostEnds = Callable[[ChangeRecord, ChangeRecord], tuple[int, int]]

_ORDER: Final = (
    *PRESENCE_KINDS,
    "renamed",
    "headline",
    "effective",
    "promotion",
    "allowance",
    "term",
    "rise",
    "extras",
)


def find_net_moves(
    changes: Sequence[ChangeRecord],
    kinds: Collection[str] = (),
    *,
    cost_ends: CostEnds | None = None,
) -> list[Move]:
    """Return the net moves of one plan, one a kind; what is again as it was is none.

    A plan that is new or gone at the end is that alone, with its last or first headline price, and
    one that came and went is nothing. Where `kinds` leave that out, the kinds that they name are
    netted by themselves.

    Args:
        changes: all of one plan within a period, the earliest first.
        kinds: those that are wanted; empty for any.
        cost_ends: the effective cost before the first of several changes of it and after the last,
            both for a signing on the day of the last; without it the recorded ones.

    Returns:
        Records of the last change of each kind, with the `before` of the first.
    """
    events = [change for change in changes if change["kind"] in PRESENCE_KINDS]
    was_sold = not events or events[0]["kind"] == "withdrawn"
    is_sold = not events or events[-1]["kind"] != "withdrawn"
    if not was_sold and not is_sold:
        return []
    wanted = set(kinds or _ORDER)
    ending: list[Move] = []
    if was_sold and not is_sold:
        ending = [{**events[-1], "before": _first_price(changes)}]
    elif is_sold and not was_sold:
        ending = [{**events[0], "after": _last_price(changes)}]
    shown = [move for move in ending if move["kind"] in wanted]
    if shown and shown[0]["kind"] != "relaunched":
        return shown
    return shown + [
        move
        for kind in _ORDER
        if kind in wanted and kind not in PRESENCE_KINDS
        for move in _net([each for each in changes if each["kind"] == kind], cost_ends)
    ]


def _first_price(changes: Sequence[ChangeRecord]) -> Any:
    return next(each["before"] for each in changes if each["kind"] in ("headline", "withdrawn"))


def _last_price(changes: Sequence[ChangeRecord]) -> Any:
    stated = ("headline", "new", "relaunched")
    return next(each["after"] for each in reversed(changes) if each["kind"] in stated)


def _net(changes: Sequence[ChangeRecord], cost_ends: CostEnds | None) -> list[Move]:
    """Return the move that changes of one kind come to, if any."""
    if not changes:
        return []
    first, last = changes[0], changes[-1]
    before, after = first["before"], last["after"]
    if first is not last and first["kind"] == "effective" and cost_ends is not None:
        before, after = cost_ends(first, last)
    is_back = _in_any_order(before) == _in_any_order(after)
    return [] if is_back else [{**last, "before": before, "after": after}]


def _in_any_order(value: Any) -> Any:
    """Return a value whose lists of texts are sorted: a page may print them in any order."""
    if not isinstance(value, dict):
        return value
    return {key: sorted(each) if isinstance(each, list) else each for key, each in value.items()}
