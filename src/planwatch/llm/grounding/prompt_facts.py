"""Facts as a model may know them: typed parts and our own words, never a text from a page.

A fact's subject names variants and conditions as a shop wrote them. So the model gets a token
(`F7`), the brand as planwatch spells it, data and term; the subject is put in afterwards, by code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from planwatch.analysis.facts import StoredFact
from planwatch.analysis.market.market import plan_id_of
from planwatch.domain.brand import BRANDS, find_brand, owner_of
from planwatch.domain.phrasing import format_data, format_term
from planwatch.domain.plan import Plan
from planwatch.llm.grounding.fact_kinds import (
    FIRST,
    KINDS,
    Extreme,
    Kind,
    Polarity,
)

MOST_FACTS: Final = 150
_SIDES: Final = 2
# so many of a kind come before any further one of another, so that each kind is heard
_AT_A_TIME: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayable:
    """A fact under a token.

    Attributes:
        token: what the model writes for it: F1, F2, …
        brands: display names of the brands it is about, whose plan it is of first, its rival next.
        sizes: data and term of the plans, in the same order.
        place: basket or tier; empty for a fact of a plan.
    """

    token: str
    fact: StoredFact
    kind: str
    brands: tuple[str, ...]
    sizes: tuple[str, ...]
    place: str = ""

    @property
    def means(self) -> Kind:
        return KINDS[self.kind]

    @property
    def polarity(self) -> Polarity | None:
        return self.means.polarity

    @property
    def sign(self) -> int:
        """Return 1 above the level that is no difference, −1 below it, 0 at it."""
        above = self.fact.value - self.means.level
        return (above > 0) - (above < 0)

    @property
    def extreme(self) -> Extreme | None:
        if self.kind == "tier":  # the market's cheapest is one, a brand's own is none
            return None if self.fact.about["brand"] else "least"
        return self.means.extreme

    @property
    def is_unlimited(self) -> bool:
        return "unlimited" in self.place or any("unlimited" in size for size in self.sizes)

    @property
    def is_rolling(self) -> bool:
        return bool(self.sizes) and self.sizes[0].endswith(" 1 month")

    @property
    def has_roaming(self) -> bool:
        return "roaming" in self.place

    def as_prompt(self) -> dict[str, Any]:
        """Return what the model is told of it."""
        told: dict[str, Any] = {
            "id": self.token,
            "what": self.means.says,
            "of": " ".join((self.brands[0], *self.sizes[:1])) if self.brands else "the market",
            "value": self.fact.value,
            "unit": self.fact.unit,
        }
        if len(self.brands) > 1:
            told["against"] = " ".join((self.brands[1], *self.sizes[1:2]))
        if self.place:
            told["in"] = self.place
        if self.polarity is not None:
            told["means"] = _MEANINGS[self.polarity][self.sign + 1]
        return told


# below the level, at it, above it
_MEANINGS: Final[Mapping[Polarity, tuple[str, str, str]]] = {
    "gap": ("cheaper than the other", "level with the other", "dearer than the other"),
    "offer": ("cheaper elsewhere", "level elsewhere", "dearer elsewhere"),
    "rise": ("does not rise", "does not rise", "rises"),
    "change": ("went down: fell", "stayed", "went up: rose"),
    "cut": ("nothing to cut", "nothing to cut", "should cut by it"),
    "room": ("no room", "no room", "could raise by it"),
}


def choose_facts(
    facts: Iterable[StoredFact], plans: Iterable[Plan], *, most: int
) -> dict[str, Sayable]:
    """Return the facts that a model may be told, by token.

    Left out are facts about a brand that planwatch does not know by name, whose name is a text
    from a page, and facts of a kind that nobody has taught the gate.

    Args:
        plans: the plans that they were computed from.
        most: how many at most; superlatives, wide gaps and dominated plans come first.
    """
    known = {plan_id_of(plan): plan for plan in plans}
    found = [told for fact in facts if (told := _sayable(fact, known)) is not None]
    ranked = _rank(found)
    return {
        f"F{number}": replace(told, token=f"F{number}")
        for number, told in enumerate(ranked[: min(most, MOST_FACTS)], 1)
    }


def _known_brand(subject: Mapping[str, Any] | None) -> str | None:
    """Return the brand of a subject or a base if planwatch knows it by name."""
    name = subject["brand"] if subject else None
    return name if name and _is_known(name) else None


def _is_known(name: str) -> bool:
    brand = find_brand(name)
    return brand is not None and brand.name == name


def _rank(facts: Iterable[Sayable]) -> list[Sayable]:
    """Order facts by urgency: of each kind the widest first, and no kind before all others."""
    seen: Counter[str] = Counter()
    rounds: list[tuple[int, Sayable]] = []
    for told in sorted(facts, key=_urgency):
        rounds.append((seen[told.kind] // _AT_A_TIME, told))
        seen[told.kind] += 1
    return [told for _, told in sorted(rounds, key=lambda pair: pair[0])]


def _urgency(told: Sayable) -> tuple[int, float, str]:
    place = FIRST.index(told.kind) if told.kind in FIRST else len(FIRST)
    return place, -abs(told.fact.value), told.fact.id


def _sayable(fact: StoredFact, known: Mapping[str, Plan]) -> Sayable | None:
    kind = fact.kind
    named = [known.get(plan_id) for plan_id in fact.plan_ids]
    plans = [plan for plan in named if plan is not None and _is_known(plan.brand)]
    if kind not in KINDS or len(plans) < len(named):
        return None
    brands = _brands_of(fact, [plan.brand for plan in plans])
    if brands is None or (KINDS[kind].polarity == "gap" and len(brands) < _SIDES):
        return None
    is_of_brand = KINDS[kind].is_of_brand
    return Sayable(
        token="",
        fact=fact,
        kind=kind,
        brands=brands[:1] if is_of_brand else brands,
        sizes=() if is_of_brand else tuple(map(_size, plans)),
        place=fact.about["place"] or "",
    )


def _brands_of(fact: StoredFact, brands: list[str]) -> tuple[str, ...] | None:
    """Return the brands that a fact is about, none for the market; None where one is unknown."""
    if not brands and fact.about["kind"] != "market":
        of = _known_brand(fact.about)
        if of is None:
            return None
        brands = [of]
    against = _known_brand(fact.against)
    return tuple(brands if len(brands) != 1 or against is None else [*brands, against])


def _size(plan: Plan) -> str:
    return f"{format_data(plan.allowance.data_mb)} {format_term(plan.term_months)}"


def names_of_brands() -> dict[str, str]:
    """Return every word that names a brand, in lower case, with the display name it stands for.

    A group of companies stands for itself: no fact is about one.
    """
    names: dict[str, str] = {}
    for brand in BRANDS:
        short = brand.name.split()[0].lower()
        for word in (brand.name.lower(), short, *brand.aliases, owner_of(brand.name).lower()):
            if not word.isdecimal():
                names.setdefault(word, brand.name if word != str(brand.owner).lower() else word)
    return names
