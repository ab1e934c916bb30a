"""What to consider in a digest: the headline at which a plan that fell behind matches a rival.

The figures are those of `match`, with the brand's plan as the tariff.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from planwatch.analysis.facts import Fact
from planwatch.analysis.market.comparable import comparable_pence
from planwatch.analysis.market.market import Listing, Market, cheapness, newest_capture
from planwatch.analysis.match import Matched, match_tariff
from planwatch.analysis.metrics.frontier import Domination
from planwatch.analysis.metrics.tariff import Tariff, build_plan
from planwatch.analysis.pricing import Pricing
from planwatch.analysis.report.digest.lines import Line, cost_fact, pence_fact, plan_of
from planwatch.analysis.report.digest.own_plans import OwnMove
from planwatch.domain.phrasing import format_pounds, name_plan_of_brand
from planwatch.domain.plan import Plan

MOST_ADVICE: Final = 2


def advise(moves: Sequence[OwnMove], market: Market, pricing: Pricing) -> list[Line]:
    """Return a line for each of the plans that lost most, two at most."""
    worse = [each for each in moves if each.kind != "not_dominated"]
    widest = sorted(worse, key=lambda each: -each.wider_pence)[:MOST_ADVICE]
    return [_advise(each.verdict, market, pricing) for each in widest]


def _advise(verdict: Domination, market: Market, pricing: Pricing) -> Line:
    item = verdict.item
    tariff = tariff_of(item.plan)
    day = newest_capture(market.listings)
    # upfront charges, credits and printed steps, which a tariff does not have
    beside = item.monthly_pence - comparable_pence(build_plan(tariff, day, item.plan.rules))
    aim = replace(pricing, premium_pence=pricing.premium_pence - beside)
    found = match_tariff(tariff, market, item.plan.rules, aim)
    return _Advice(verdict, tariff, found, pricing, beside).say()


def tariff_of(plan: Plan) -> Tariff:
    """Return a plan as a tariff: its price is the one after a promotion."""
    full, months = plan.list_price_pence, plan.promo_months
    has_promo = bool(full and months and full > plan.price_pence and months < plan.term_months)
    return Tariff(
        brand=plan.brand,
        allowance=plan.allowance,
        term_months=plan.term_months,
        price_pence=full if has_promo and full else plan.price_pence,
        promo_pence=plan.price_pence if has_promo else None,
        promo_months=months if has_promo else None,
        roaming=plan.roaming,
        roaming_mb=plan.roaming_mb,
        generation=plan.generation,
        max_speed_mbps=plan.max_speed_mbps,
        name=f"{plan.name} {plan.variant}".strip(),  # by which a rule for a family knows it
    )


class _Advice:
    """The words about one plan, and their facts."""

    def __init__(
        self,
        verdict: Domination,
        tariff: Tariff,
        found: Matched,
        pricing: Pricing,
        beside_pence: int,
    ) -> None:
        self.verdict, self.tariff, self.found, self.pricing = verdict, tariff, found, pricing
        self.beside_pence = beside_pence
        self.item = verdict.item
        self.facts: list[Fact] = []

    def say(self) -> Line:
        return Line(kind="consider", text=self._say(), facts=tuple(self.facts))

    def _say(self) -> str:
        name, advice = name_plan_of_brand(self.item.plan), self.found.recommended
        who = "peer" if self.pricing.peers else "other brand"
        if advice is None:
            return f"{name}: no {who} sells an equivalent to match."
        rival = self._say_rival(advice.rival)
        if advice.headline is None:
            return f"{name}: no headline is low enough to match {rival}."
        if advice.headline.pence >= self.tariff.price_pence:
            if advice.is_floor:
                return f"{name}: no change; its price is at your floor or below, above {rival}."
            return f"{name}: no change; it costs no more than {rival}{self._say_cheaper()}."
        price = self._pounds("match", advice.headline.pence, "headline that matches", "Match")
        cost = self._pounds(
            "match_cost",
            advice.headline.effective_pence + self.beside_pence,
            "effective cost at that headline",
            "Comparable monthly cost",
        )
        now = self._pounds("headline", self.tariff.price_pence, "headline now", "Headline price")
        own_cost = format_pounds(self.item.monthly_pence)
        self.facts.append(cost_fact(self.item))
        after = " after its promotion" if self.tariff.promo_pence is not None else ""
        head = f"{name}: {price}{after} (effective {cost})"
        rest = f"now {now} ({own_cost}){self._say_cheaper()}"
        if advice.is_floor:
            return f"{head} is your floor, too high to match {rival}; {rest}."
        return f"{head} would match {rival}; {rest}."

    def _say_rival(self, rival: Listing) -> str:
        self.facts.append(cost_fact(rival))
        said = f"{name_plan_of_brand(rival.plan)} ({format_pounds(rival.monthly_pence)})"
        premium = self.pricing.premium_pence
        if not premium:
            return said
        amount = self._pounds("premium", abs(premium), "premium over a rival", "Match")
        return f"{said} {'plus' if premium > 0 else 'less'} {amount}"

    def _say_cheaper(self) -> str:
        """Name the rival that is cheaper than the one to match: no peer, or of another size."""
        advice, like = self.found.recommended, self.found.like_for_like
        if advice is None:
            return ""
        others = [self.verdict.dominator, *([like.rival] if like else [])]
        cheapest = min(others, key=cheapness)
        gap = advice.rival.monthly_pence - cheapest.monthly_pence
        if gap <= 0:
            return ""
        less = self._pounds("cheaper_still", gap, "what another rival costs less", "Match")
        return f"; {name_plan_of_brand(cheapest.plan)} is {less} cheaper still"

    def _pounds(self, kind: str, pence: int, label: str, formula: str) -> str:
        self.facts.append(pence_fact(kind, plan_of(self.item), pence, label, formula))
        return format_pounds(pence)
