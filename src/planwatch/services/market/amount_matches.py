"""What an amount of money may be: a price of a plan, a fact of an analysis, a former price."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from planwatch.domain.london import show_day
from planwatch.domain.phrasing import (
    MARKET_CURRENCY,
    format_money,
    join_words,
)
from planwatch.errors import UnknownName, UsageError
from planwatch.ledger.plans.amounts import (
    FormerPrice,
    find_nearest_amounts,
    select_former_prices,
    select_plans_at,
)
from planwatch.ledger.plans.names import load_plan_names
from planwatch.ledger.plans.read import load_plans
from planwatch.ledger.reports.analyses import StoredAnalysis
from planwatch.ledger.store.connection import Ledger

PLAN_COSTS: Final = frozenset(
    {"Effective monthly cost", "Comparable monthly cost", "Headline price", "Exit price"}
)
"""Formulas of facts that are a cost of one plan, which its months explain."""

_AMOUNT: Final = re.compile(r"[−+]?(?P<sign>[£€]?) ?(?P<units>\d[\d,]*)(?:\.(?P<rest>\d{1,2}))?")
_PENCE: Final = re.compile(r"(?P<pence>\d+)p")
_LIKE_AN_AMOUNT: Final = re.compile(r"[−+]?[£€]? ?[\d.,]*\d[\d.,]*p?")
_CURRENCIES: Final = {"£": "GBP", "€": "EUR"}
_MONEY: Final = frozenset({"pence_per_month", "pence_per_year", "pence_per_gb"})
_MOST_NEAREST: Final = 3
_MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in pence; `currency` is None where no sign was written."""

    pence: int
    currency: str | None

    def __str__(self) -> str:
        return format_money(self.pence, self.currency or MARKET_CURRENCY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What has the amount.

    Attributes:
        kind: `plan`, `fact` or `former`, a price that a plan no longer has.
        what: in words.
        id: of the fact, or of the plan: source and key.
        figures: which of its figures have the amount; of a fact its formula.
        options: those of `why` that lead to it.
        day: of a former price: a day on which it held.
    """

    kind: str
    what: str
    id: str
    figures: tuple[str, ...]
    options: tuple[str, ...] = ()
    day: date | None = None

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON, with the command that explains it."""
        return {
            "kind": self.kind,
            "what": self.what,
            "id": self.id,
            "figures": list(self.figures),
            "command": shlex.join(("planwatch", "why", self.id, *self.options)),
        }


def parse_amount(text: str) -> Amount | None:
    """Return an amount of money: "14.27", "£14.27", "£14" or "57p"; None for other text.

    Raises:
        UsageError: it looks like an amount and is none in pounds and pence.
    """
    bare = text.strip()
    if not _LIKE_AN_AMOUNT.fullmatch(bare):
        return None
    found = _PENCE.fullmatch(bare) or _AMOUNT.fullmatch(bare)
    if not found or len(bare) > _MOST_DIGITS:
        raise UsageError(
            f"{bare[:40]!r} is not an amount in pounds and pence", hint="write it as 14.27"
        )
    if found.re is _PENCE:
        return Amount(int(found["pence"]), MARKET_CURRENCY)
    units, rest = found["units"].replace(",", ""), (found["rest"] or "").ljust(2, "0")
    return Amount(int(units) * 100 + int(rest), _CURRENCIES.get(found["sign"]))


def find_matches(
    ledger: Ledger,
    amount: Amount,
    analysis: StoredAnalysis | None,
    *,
    facts_only: bool = False,
    source: str | None = None,
) -> list[Match]:
    """Return the plans in force and the facts that have the amount; else former prices.

    Args:
        facts_only: nothing but facts of the analysis, which was named.
        source: only plans at this source, and no facts.

    Raises:
        UnknownName: nothing has it; the message names the nearest amounts.
    """
    found = [] if facts_only else list(_match_plans(ledger, amount, source))
    if source is None:
        found += _match_facts(analysis, amount, found, is_named=facts_only)
    if not found and not facts_only:
        found = list(_match_former(ledger, amount, source))
    if not found:
        raise _nothing_at(ledger, amount, analysis)
    return found


def _match_plans(ledger: Ledger, amount: Amount, source: str | None) -> Iterator[Match]:
    found = dict(select_plans_at(ledger, amount.pence, amount.currency))
    names = load_plan_names(ledger, list(found))
    for stored in load_plans(ledger, list(found)):
        if source in (None, stored.plan.source):
            yield Match(
                kind="plan",
                what=names[stored.plan_id],
                id=stored.ref,
                figures=found[stored.plan_id],
            )


def _match_former(ledger: Ledger, amount: Amount, source: str | None) -> Iterator[Match]:
    former: dict[int, FormerPrice] = {}
    for price in select_former_prices(ledger, amount.pence, amount.currency):
        former.setdefault(price.plan_id, price)  # the newest of each plan
    names = load_plan_names(ledger, list(former))
    for stored in load_plans(ledger, list(former)):
        if source in (None, stored.plan.source):
            price = former[stored.plan_id]
            day = show_day(price.first_seen)
            yield Match(
                kind="former",
                what=f"{names[stored.plan_id]}, {day}",
                id=stored.ref,
                figures=price.figures,
                options=("--as-of", day),
                day=date.fromisoformat(day),
            )


def _match_facts(
    analysis: StoredAnalysis | None, amount: Amount, plans: Sequence[Match], *, is_named: bool
) -> Iterator[Match]:
    """Yield the facts of that amount, without the costs of plans that are listed already."""
    if analysis is None or amount.currency not in (None, MARKET_CURRENCY):
        return
    listed = {plan.id for plan in plans}
    for fact in _facts_of_money(analysis):
        is_listed = fact["formula"] in PLAN_COSTS and listed.issuperset(fact["plan_ids"])
        if abs(fact["value"]) == amount.pence and not is_listed:
            yield Match(
                kind="fact",
                what=f"{fact['label']}: {fact['subject']}",
                id=str(fact["id"]),
                figures=(str(fact["formula"]),),
                options=("--analysis", analysis.analysis_id) if is_named else (),
            )


def _facts_of_money(analysis: StoredAnalysis) -> Iterator[Mapping[str, Any]]:
    for fact in analysis.document.get("facts") or ():
        if fact["unit"] in _MONEY and isinstance(fact["value"], int | float):
            yield fact


def _nothing_at(ledger: Ledger, amount: Amount, analysis: StoredAnalysis | None) -> UnknownName:
    currency = amount.currency or MARKET_CURRENCY
    known = set(find_nearest_amounts(ledger, amount.pence, currency, _MOST_NEAREST))
    where = ""
    if analysis is not None and currency == MARKET_CURRENCY:
        where = f" and no fact of analysis {analysis.analysis_id}"
        known |= {abs(round(fact["value"])) for fact in _facts_of_money(analysis)}
    if not known:
        return UnknownName(
            f"nothing costs {amount}: there are no plans yet", hint="planwatch scrape --wait"
        )
    nearest = sorted(known, key=lambda pence: (abs(pence - amount.pence), pence))[:_MOST_NEAREST]
    names = join_words([format_money(pence, currency) for pence in nearest])
    return UnknownName(
        f"no plan{where} has {amount}; the nearest amounts are {names}",
        hint=f"ask for one of them: planwatch why {nearest[0] / 100:.2f}",
    )
