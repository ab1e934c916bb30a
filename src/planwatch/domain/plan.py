"""A SIM-only plan as a shop sells it on one day, and its identity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from planwatch.domain.allowance import Allowance
from planwatch.domain.badges import without_badges
from planwatch.domain.brand import slug_of_brand
from planwatch.domain.completion import AS_PRINTED, Completion, complete_schedule
from planwatch.domain.cost import effective_monthly_pence, exit_price_pence
from planwatch.domain.rise_rules import RiseRule
from planwatch.domain.schedule import PriceStep, add_months, monthly_prices
from planwatch.domain.slug import slugify
from planwatch.errors import UnreadableText
from planwatch.printable import printable

__all__ = ["Plan", "PlanKind", "PriceStep", "Roaming", "plan_kind_of", "slugify"]

PlanKind = Literal["contract", "rolling", "payg"]
Roaming = Literal["none", "eu", "global"]
Generation = Literal["4g", "5g"]
_TEXTS: Final = (
    "brand",
    "name",
    "variant",
    "minutes",
    "texts",
    "host_network",
    "condition",
    "retailer",
    "source_ref",
    "url",
)
_LISTS: Final = ("extras", "incentives")
_LONGEST: Final = {"url": 2_000, "source_ref": 500}
LONGEST_TEXT: Final = 300  # characters; no name of a plan comes near
LONGEST_EXTRA: Final = 1_000  # the rest of a longer line is left out
MOST_EXTRAS: Final = 100
# Beyond belief for a SIM-only plan, and far below what SQLite can hold.
MOST_PENCE: Final = 10_000_000
MOST_MONTHS: Final = 120
MOST_DATA_MB: Final = 1_000_000_000
MOST_MBPS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One offer of one plan, read from a page captured on `as_of`.

    Texts are kept without control characters, which a page may hold and no terminal should get;
    name and variant also without badges ("Best seller"), so that none is part of a plan's key. A
    text of more than 300 characters (an address: 2,000) is refused; of the extras and incentives
    the first 100 are kept, with up to 1,000 characters each.
    None means *not stated* throughout. Prices are in the minor unit of `currency`, data in MB.
    A negative number, or one beyond belief, is refused with UnreadableText (a ValueError), so that
    it costs the card that it stands on and no more.

    Attributes:
        brand: display name of who sells it under their name ("Sky Mobile").
        variant: tier or category that tells apart plans of the same data and term ("Lite"); "" if
            the brand has none.
        allowance: what a buyer gets now; `base_allowance` is it without a data promotion.
        term_months: minimum term; 1 rolling, 0 pay as you go.
        price_pence: headline price of month 1, promotions included.
        list_price_pence: the price that the headline is a reduction of ("was").
        promo_months: months for which the promotional price holds; None without a promotion.
        price_steps: printed later prices: dated rises and, by month number, promotion ends.
        credit_pence: credit that the bill gives by itself over the term.
        roaming_mb: data usable abroad within the plan.
        condition: what a buyer must be or have for this price ("Clubcard").
        source_ref: id of the plan at the source (code, slug, CTA value).
        retailer: who sells it, where an aggregator lists several.
        billing_days: 28 or 30 where the page says that it bills by days.
        verified: False for what only the card miner found.
        rules: the brand's rise rules, by which the schedule goes on after the printed steps; a plan
            as a parser reads it has none. They are no part of what the page says.
    """

    brand: str
    source: str
    name: str
    allowance: Allowance
    term_months: int
    price_pence: int
    as_of: date
    variant: str = ""
    base_allowance: Allowance | None = None
    currency: str = "GBP"
    list_price_pence: int | None = None
    promo_months: int | None = None
    upfront_pence: int = 0
    credit_pence: int = 0
    price_steps: tuple[PriceStep, ...] = ()
    roaming: Roaming | None = None
    roaming_mb: int | None = None
    generation: Generation | None = None
    max_speed_mbps: int | None = None
    minutes: str | None = None
    texts: str | None = None
    host_network: str | None = None
    condition: str | None = None
    extras: tuple[str, ...] = ()
    incentives: tuple[str, ...] = ()
    retailer: str | None = None
    source_ref: str | None = None
    url: str | None = None
    billing_days: int | None = None
    verified: bool = True
    rules: tuple[RiseRule, ...] = field(default=(), compare=False, repr=False)
    _completion: Completion | None = field(default=None, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._check_numbers()
        for name in _TEXTS:
            text = getattr(self, name)
            if text is None or (
                len(text) <= LONGEST_TEXT and text.isascii() and text.isprintable()
            ):
                continue  # nearly every text, and a plan is made for each row of the ledger
            shown = printable(text)
            if len(shown) > _LONGEST.get(name, LONGEST_TEXT):
                raise UnreadableText(f"its {name} has {len(shown):,} characters: {shown[:40]!r}…")
            if text != shown:
                object.__setattr__(self, name, shown)
        if (variant := without_badges(self.variant)) != self.variant:
            object.__setattr__(self, "variant", variant)
        if (bare := without_badges(self.name)) != self.name:
            object.__setattr__(self, "name", bare or f"{self.allowance} SIM")
        for name in _LISTS:
            if lines := getattr(self, name)[:MOST_EXTRAS]:
                object.__setattr__(self, name, tuple(map(_shortened, map(printable, lines))))

    def _check_numbers(self) -> None:
        if self.price_pence < 0 or self.upfront_pence < 0 or self.credit_pence < 0:
            raise UnreadableText(f"an amount of {self.name!r} is negative")
        if self.term_months < 0:
            raise UnreadableText(f"the term of {self.name!r} is negative")
        base_mb = None if self.base_allowance is None else self.base_allowance.data_mb
        bounded = [
            *((step.price_pence, MOST_PENCE, "pence") for step in self.price_steps),
            *(
                (step.starts, MOST_MONTHS, "months")
                for step in self.price_steps
                if isinstance(step.starts, int)
            ),
            (self.price_pence, MOST_PENCE, "pence"),
            (self.list_price_pence, MOST_PENCE, "pence"),
            (self.upfront_pence, MOST_PENCE, "pence"),
            (self.credit_pence, MOST_PENCE, "pence"),
            (self.term_months, MOST_MONTHS, "months"),
            (self.promo_months, MOST_MONTHS, "months"),
            (self.allowance.data_mb, MOST_DATA_MB, "MB"),
            (base_mb, MOST_DATA_MB, "MB"),
            (self.roaming_mb, MOST_DATA_MB, "MB"),
            (self.max_speed_mbps, MOST_MBPS, "Mbps"),
        ]
        for number, most, unit in bounded:
            if number is not None and number > most:
                raise UnreadableText(f"{self.name!r} has more than {most} {unit}")

    @property
    def plan_key(self) -> str:
        """Identity at a source: brand, base data, term and variant, as `three-25gb-24m-lite`."""
        base = self.base_allowance or self.allowance
        term = f"{self.term_months}m" if self.term_months else "payg"
        parts = [slug_of_brand(self.brand), base.slug, term, slugify(self.variant)]
        return "-".join(part for part in parts if part)

    @property
    def offer_key(self) -> str:
        """What tells apart offers of one plan at one source: retailer and condition."""
        return f"{slugify(self.retailer or '')}/{slugify(self.condition or '')}"

    @property
    def plan_kind(self) -> PlanKind:
        return plan_kind_of(self.term_months)

    @property
    def completion(self) -> Completion:
        """What the brand's rules add to the printed steps, worked out once."""
        if not self.rules:
            return AS_PRINTED
        if self._completion is None:
            object.__setattr__(self, "_completion", complete_schedule(self, self.rules))
        return self._completion or AS_PRINTED

    @property
    def all_steps(self) -> tuple[PriceStep, ...]:
        """The whole schedule: the printed steps, then those that follow from the rules."""
        derived = self.completion.derived
        return (*self.price_steps, *derived) if derived else self.price_steps

    @property
    def may_rise(self) -> bool:
        """Tell whether the price may rise within the term by an amount that nobody states."""
        return self.completion.kind == "variable"

    @property
    def effective_pence(self) -> int:
        """Effective monthly cost in pence, over the whole schedule."""
        return self._cost_with(self.all_steps)

    @property
    def printed_effective_pence(self) -> int:
        """The same over the printed steps alone."""
        return self._cost_with(self.price_steps)

    @property
    def is_by_rule(self) -> bool:
        """Tell whether the effective cost rests on steps that the page does not print."""
        if not self.completion.derived:
            return False
        return self.effective_pence != self.printed_effective_pence

    def _cost_with(self, steps: Iterable[PriceStep]) -> int:
        return effective_monthly_pence(
            self.price_pence,
            self.term_months,
            steps=steps,
            upfront_pence=self.upfront_pence,
            credit_pence=self.credit_pence,
            as_of=self.as_of,
        )

    def effective_pence_on(self, signing: date) -> int:
        """Return the effective monthly cost for a contract signed on `signing`, in pence."""
        return self.signed_on(signing).effective_pence

    def signed_on(self, day: date) -> Plan:
        """Return the plan as of another day; what is checked of a plan holds on every day."""
        return self if day == self.as_of else self._with(as_of=day)

    def with_rules(self, rules: tuple[RiseRule, ...]) -> Plan:
        """Return the plan with its brand's rise rules."""
        return self if rules == self.rules else self._with(rules=rules)

    def _with(self, **values: Any) -> Plan:
        """Return a copy, without the checks, which it has passed."""
        plan = object.__new__(Plan)
        for name in Plan.__slots__:
            object.__setattr__(plan, name, values[name] if name in values else getattr(self, name))
        object.__setattr__(plan, "_completion", None)
        return plan

    def cheapness_on(self, signing: date) -> tuple[int, int, str]:
        """Return what orders offers of one plan: effective cost, then headline, then offer key."""
        return (self.effective_pence_on(signing), self.price_pence, self.offer_key)

    @property
    def exit_price_pence(self) -> int:
        return exit_price_pence(
            self.price_pence, self.term_months, steps=self.all_steps, as_of=self.as_of
        )

    @property
    def promo_ends(self) -> date | None:
        """First day of the first month that the promotional price no longer covers."""
        return None if self.promo_months is None else add_months(self.as_of, self.promo_months)

    def prices_by_month(self) -> tuple[int, ...]:
        """Return the price of each month of the term in pence; one month at least."""
        months = max(self.term_months, 1)
        return monthly_prices(self.price_pence, months, self.all_steps, self.as_of)


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST_EXTRA else f"{line[: LONGEST_EXTRA - 1]}…"


def plan_kind_of(term_months: int) -> PlanKind:
    if term_months == 0:
        return "payg"
    return "rolling" if term_months == 1 else "contract"
