"""Documents of earlier versions, whose facts were texts: read into the form of today.

A fact's kind and what it is about had to be read from its id and from the plans considered. Cells
of their tables name no fact, so a page of such a document has no links from figures to facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_PLACED: Final = frozenset(
    {
        *("basket", "basket_gap", "basket_gap_percent", "basket_room", "basket_win"),
        *("win", "win_cut", "win_own", "cell", "flexible", "flexibility_premium"),
        *("tier", "tier_gap", "tier_gap_percent", "tier_rank", "tier_brands"),
    }
)
_MARKET: Final = ("the market", "the baskets")


def renew_document(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the document with facts of today's form; one that has them is returned as it is."""
    facts = document.get("facts") or ()
    if all("kind" in fact for fact in facts):
        return document
    plans = {
        row["plan_id"]: f"{row.get('brand', '')} {row.get('plan', '')}"
        for row in document.get("considered") or ()
    }
    return {**document, "facts": [_renew_fact(fact, plans) for fact in facts]}


def _renew_fact(fact: Mapping[str, Any], plans: Mapping[str, str]) -> Mapping[str, Any]:
    if "kind" in fact:
        return fact
    words = str(fact["id"]).split(".")
    kind = words[0]
    if kind == "match" and len(words) > 1:
        kind = f"match_{words[1].partition('_')[0]}"
    return {
        "id": fact["id"],
        "kind": kind,
        "label": fact.get("label", fact["id"]),
        "value": fact.get("value"),
        "unit": fact.get("unit", ""),
        "subject": fact.get("subject", ""),
        "about": _about(kind, words, fact, plans),
        "base": fact.get("base"),
        "against": None,
        "formula": fact.get("formula", ""),
        "plan_ids": list(fact.get("plan_ids") or ()),
    }


def _about(
    kind: str, words: list[str], fact: Mapping[str, Any], plans: Mapping[str, str]
) -> Mapping[str, Any]:
    subject, plan_ids = str(fact.get("subject", "")), list(fact.get("plan_ids") or ())
    if kind in _PLACED and len(words) > 1:
        return {"kind": "basket", "brand": None, "plan_id": None, "place": words[1]}
    if subject.startswith(_MARKET):
        return {"kind": "market", "brand": None, "plan_id": None, "place": None}
    is_plan = len(plan_ids) == 1 and plans.get(plan_ids[0], subject) == subject
    plan_id = plan_ids[0] if is_plan else None
    return {
        "kind": "plan" if is_plan else "brand",
        "brand": None,
        "plan_id": plan_id,
        "place": None,
    }
