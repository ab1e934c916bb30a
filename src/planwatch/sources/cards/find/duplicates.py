"""Telling an offer that a page shows twice from two offers alike."""

from __future__ import annotations

import re
from typing import Final

from planwatch.sources.cards.amounts.words import phrases
from planwatch.sources.cards.find.card import Card
from planwatch.sources.cards.result import MinedPlan

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
# words that name no plan in particular
_COMMON: Final = re.compile(
    phrases(
        """
        data | plans? | sim | only | months? | monthly | unlimited | gb | mb | contract | deals?
        and | the | with
        for | our | your | best | seller | popular | most | offer | special | new | minutes
        texts | calls | uk
        rolling | days? | per | forfait | tarif | mobile | mtl | go
        """
    ),
    re.I,
)


def drop_copies(found: list[tuple[Card, MinedPlan]]) -> list[MinedPlan]:
    """Return each offer once, where it stands first; the copy that states its term wins."""
    kept: dict[int, tuple[Card, MinedPlan]] = {}
    alike: dict[object, list[int]] = {}
    repeated = _repeated_lists(found)
    for number, (card, mined) in enumerate(found):
        group = alike.setdefault(_offer_of(mined), [])
        others = (at for at in group if kept[at][0].signature != card.signature)
        known = next(others, None) if card.signature in repeated else None
        if known is None:
            known = next((at for at in group if _is_copy(card, mined, *kept[at])), None)
        if known is None:
            kept[number] = (card, mined)
            group.append(number)
        elif mined.term_stated and not kept[known][1].term_stated:
            kept[known] = (card, mined)
    return [mined for _, mined in kept.values()]


def _offer_of(mined: MinedPlan) -> tuple[object, ...]:
    plan = mined.plan
    return (plan.allowance, plan.price_pence, plan.condition)


def _repeated_lists(found: list[tuple[Card, MinedPlan]]) -> set[tuple[str, ...]]:
    """Return the signatures of cards that are an earlier list once more, for other screens."""
    lists: dict[tuple[str, ...], list[object]] = {}
    for card, mined in found:
        lists.setdefault(card.signature, []).append(_offer_of(mined))
    seen: list[list[object]] = []
    repeated = set()
    for signature, offers in lists.items():
        if len(offers) > 1 and offers in seen:
            repeated.add(signature)
        seen.append(offers)
    return repeated


def _is_copy(card: Card, mined: MinedPlan, other: Card, known: MinedPlan) -> bool:
    is_same_term = mined.plan.term_months == known.plan.term_months
    if not is_same_term and mined.term_stated and known.term_stated:
        return False
    if mined.evidence == known.evidence:
        return True
    if card.node.parent is other.node.parent or card.node is other.node:
        return False  # neighbours of one list are offers of their own
    first, second = _naming_words(mined.plan.name), _naming_words(known.plan.name)
    return not first or not second or bool(first & second)


def _naming_words(name: str) -> set[str]:
    words = (word.lower() for word in _WORD.findall(name))
    return {word for word in words if not _COMMON.fullmatch(word)}
