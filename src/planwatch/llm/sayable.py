"""Facts as a model may know them: typed parts and our own words, never a text from a page.

A fact's subject names variants and conditions as a shop wrote them. So the model gets a token
(`F7`), the brand as planwatch spells it, data and term; the subject is put in afterwards, by code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from planwatch.analysis.facts import Fact
from planwatch.analysis.market import plan_id_of
from planwatch.analysis.superlatives import kind_of
from planwatch.analysis.words import format_data, format_term
from planwatch.domain.brand import BRANDS, find_brand, owner_of
from planwatch.domain.plan import Plan

Polarity = Literal["gap", "rise"]
Extreme = Literal["least", "gap", "uplift"]
MOST_FACTS: Final = 150


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of fact lets a sentence say.

    Attributes:
        says: what it is, for the model.
        polarity: "gap": above 0 the first brand's plan is dearer than the other's, below 0
            cheaper; "rise": above 0 the price goes up. None: the value has no direction.
        extreme: which superlatives it carries.
    """

    says: str
    polarity: Polarity | None = None
    extreme: Extreme | None = None


KINDS: Final[Mapping[str, Kind]] = {
    "gap": Kind("gap: effective cost of the plan less its rival's", "gap"),
    "gap_percent": Kind("gap as a percentage of the rival's cost", "gap"),
    "dominated": Kind("effective cost above the plan that dominates it", "gap"),
    "widest_gap": Kind("widest gap of any plan to its rival", "gap", "gap"),
    "widest_domination": Kind("widest gap of any plan to its dominator", "gap", "gap"),
    "uplift": Kind("uplift: effective cost above the first month's price", "rise"),
    "largest_uplift": Kind("largest uplift of any plan", "rise", "uplift"),
    "cheapest_basket": Kind("least price of the basket, and who asks it", None, "least"),
    "basket": Kind("price of the basket at the brand"),
    "tier": Kind("least effective cost in the data tier"),
    "ends_domination": Kind("highest effective cost at which the plan is not dominated"),
    "headline": Kind("headline price"),
    "effective": Kind("effective cost"),
    "exit": Kind("exit price"),
}
UNITS: Final = frozenset({"pence_per_month", "percent", "count"})
# parts of an id that are no slug of a plan: ids of baskets and names of tiers, which are ours
_PLACED: Final = frozenset({"basket", "cheapest_basket", "tier"})
# what is sent first where not all may be: superlatives, gaps, dominated plans, the rest
_FIRST: Final = (
    *("widest_gap", "widest_domination", "largest_uplift", "cheapest_basket"),
    *("change", "gap", "gap_percent", "dominated", "ends_domination", "tier", "uplift", "basket"),
)


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
    fact: Fact
    kind: str
    brands: tuple[str, ...]
    sizes: tuple[str, ...]
    place: str = ""

    @property
    def polarity(self) -> Polarity | None:
        return KINDS[self.kind].polarity if self.kind in KINDS else None

    @property
    def extreme(self) -> Extreme | None:
        if self.kind == "tier":  # the market's cheapest is one, a brand's own is none
            return "least" if self.fact.id.endswith(".market") else None
        return KINDS[self.kind].extreme if self.kind in KINDS else None

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
            "what": KINDS[self.kind].says if self.kind in KINDS else self.kind.replace("_", " "),
            "of": " ".join((self.brands[0], *self.sizes[:1])) if self.brands else "the market",
            "value": self.fact.value,
            "unit": self.fact.unit,
        }
        if len(self.sizes) > 1:
            told["against"] = f"{self.brands[-1]} {self.sizes[1]}"
        if self.place:
            told["in"] = self.place
        if self.polarity == "gap":
            sign = "dearer than" if self.fact.value > 0 else "cheaper than"
            told["means"] = f"{sign if self.fact.value else 'level with'} the other"
        return told


def choose_facts(
    records: Iterable[Mapping[str, Any]], plans: Iterable[Plan], *, most: int
) -> dict[str, Sayable]:
    """Return the facts that a model may be told, by token.

    Left out are facts about a brand that planwatch does not know by name, whose name is a text
    from a page, and facts in a unit that nobody has taught us to write.

    Args:
        records: facts as `Fact.as_record` writes them.
        plans: the plans that they were computed from.
        most: how many at most; superlatives, wide gaps and dominated plans come first.
    """
    known = {plan_id_of(plan): plan for plan in plans}
    every = [_fact(record) for record in records]
    chosen = sorted((fact for fact in every if _is_sayable(fact, known)), key=_urgency)
    return {
        f"F{number}": _sayable(f"F{number}", fact, known)
        for number, fact in enumerate(chosen[: min(most, MOST_FACTS)], 1)
    }


def _fact(record: Mapping[str, Any]) -> Fact:
    return Fact(**{**record, "plan_ids": tuple(record["plan_ids"])})


def _is_sayable(fact: Fact, plans: Mapping[str, Plan]) -> bool:
    named = [plans.get(plan_id) for plan_id in fact.plan_ids]
    return (
        fact.unit in UNITS
        and bool(named)
        and all(plan is not None and find_brand(plan.brand) is not None for plan in named)
    )


def _urgency(fact: Fact) -> tuple[int, float, str]:
    kind = kind_of(fact.id)
    place = _FIRST.index(kind) if kind in _FIRST else len(_FIRST)
    return place, -abs(fact.value), fact.id


def _sayable(token: str, fact: Fact, plans: Mapping[str, Plan]) -> Sayable:
    named = [plans[plan_id] for plan_id in fact.plan_ids]
    kind = kind_of(fact.id)
    return Sayable(
        token=token,
        fact=fact,
        kind=kind,
        brands=tuple(plan.brand for plan in named),
        sizes=tuple(_size(plan) for plan in named),
        place=fact.id.split(".")[1] if kind in _PLACED else "",
    )


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
