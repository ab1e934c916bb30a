"""Which plans a person means: by key, id or name, by the beginning of a key, or by words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.brand import nearest_first
from planwatch.domain.slug import slugify
from planwatch.errors import UnknownName
from planwatch.ledger.plans.names import load_plan_names
from planwatch.ledger.store.connection import Ledger

MOST_SHOWN: Final = 6
"""Plans that words may mean at once; of more, a person has to name some."""
_MOST_NAMED: Final = 8
_WORD: Final = re.compile(r"[^\W_]+")
_SIZE: Final = re.compile(r"(\d)\s+([gm]b)\b")
_TERM: Final = re.compile(r"(\d+)[\s-]*(?:m|months?|mths?)\b")
_NEEDLESS: Final = frozenset({"data", "at", "the", "sim"})


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """A plan at a source: its row in the ledger, its id and its key."""

    row_id: int
    plan_id: str
    plan_key: str
    words: frozenset[str]
    name: str


def find_plans(ledger: Ledger, text: str) -> list[FoundPlan]:
    """Return the plans that are meant; a key names a plan at each source that has it.

    Every word must begin a word of the plan's key, names, brand or source, in any order:
    `three 25gb lite`, `24 months O2 classic`. A name in full means the plan that has it.

    Raises:
        UnknownName: no plan, or more than `MOST_SHOWN` keys; the hint names them.
    """
    plans = _load(ledger)
    wanted = text.strip().lower()
    exact = [
        each for each in plans if wanted in (each.plan_key, each.plan_id, each.name.casefold())
    ]
    found = exact or [each for each in plans if wanted and each.plan_key.startswith(wanted)]
    if not found:
        words = _words_of(wanted)
        found = [
            each for each in plans if words and all(_begins(word, each.words) for word in words)
        ]
    keys = list(dict.fromkeys(each.plan_key for each in found))
    if not keys:
        raise _nobody(text, plans)
    if len(keys) > MOST_SHOWN:
        named = [each.name for each in found[:_MOST_NAMED]]
        more = len(found) - len(named)
        raise UnknownName(
            f"{text!r} matches {len(keys)} plans",
            hint=f"name fewer: {'; '.join(named)}{f' and {more} more' if more else ''}",
        )
    return found


def find_all(ledger: Ledger, texts: Sequence[str]) -> list[FoundPlan]:
    """Return the plans that each of several texts means, each plan once."""
    found = {each.row_id: each for text in texts for each in find_plans(ledger, text)}
    return list(found.values())


def _nobody(text: str, plans: Sequence[FoundPlan]) -> UnknownName:
    keys = list(dict.fromkeys(each.plan_key for each in plans))
    nearest = nearest_first(slugify(text), keys)[:_MOST_NAMED]
    return UnknownName(
        f"no plan is called {text!r}",
        hint=f"the nearest are {', '.join(nearest)}"
        if nearest
        else "there are no plans yet: planwatch scrape --wait",
    )


def _load(ledger: Ledger) -> list[FoundPlan]:
    rows = ledger.query(
        "SELECT p.plan_id, p.plan_key, p.source, p.brand, v.name"
        " FROM plans AS p JOIN plan_versions AS v USING (version_id) ORDER BY p.plan_key, p.source"
    )
    names = load_plan_names(ledger, [row["plan_id"] for row in rows])
    return [
        FoundPlan(
            row_id=row["plan_id"],
            plan_id=f"{row['source']}:{row['plan_key']}",
            plan_key=row["plan_key"],
            words=frozenset(_words_of(_text_of(row, names[row["plan_id"]]))),
            name=names[row["plan_id"]],
        )
        for row in rows
    ]


def _text_of(row: Any, name: str) -> str:
    return f"{row['plan_key']} {row['brand']} {row['source']} {row['name']} {name}"


def _words_of(text: str) -> list[str]:
    """Return the words of a text, a size and a term as keys have them: 25gb, 24m, 1m."""
    joined = _TERM.sub(r" \1m ", _SIZE.sub(r"\1\2", text.lower()))
    joined = joined.replace("pay as you go", "payg").replace("rolling", "1m")
    return [word for word in _WORD.findall(joined) if word not in _NEEDLESS]


def _begins(word: str, words: frozenset[str]) -> bool:
    return any(each.startswith(word) for each in words)
