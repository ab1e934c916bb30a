"""Caveats of a report: stale or missing data, conditions, unknowns and assumptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from planwatch.analysis.market.market import LeftOut, Listing
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.outcome import GOOD_OUTCOMES
from planwatch.domain.phrasing import (
    count_of,
    format_date,
    format_pounds,
    is_or_are,
    join_words,
    name_plan_of_brand,
)
from planwatch.domain.plan import Plan
from planwatch.domain.rise_rules import OLD_RULE_DAYS, SHORTEST_CONTRACT_MONTHS
from planwatch.domain.schedule import month_of_step

STALE_DAYS: Final = 2
MONTHS_A_YEAR: Final = 12


def find_caveats(
    listings: Sequence[Listing],
    sources: Sequence[Mapping[str, Any]] = (),
    left_out: Sequence[LeftOut] = (),
) -> list[str]:
    """Return one sentence for each caveat that holds, the most serious first; may be empty.

    Args:
        sources: each source with its outcome and freshness, () where they are not known.
        left_out: plans that are not compared.
    """
    plans = [item.plan for item in listings]
    shown = {plan.source for plan in plans}
    found = [
        *_say_troubled([source for source in sources if source["source"] in shown]),
        _say_stale(plans),
        _say_unverified(left_out),
        _say_taken_in(plans),
        _say_only_aggregated(plans),
        _say_conditions(plans),
        _say_unknown_roaming(plans),
        _say_unknown_speed(plans),
        _say_conflicts(listings),
        _say_derived(listings),
        _say_may_rise(plans),
        _say_old_rules(plans),
        _say_flat_contracts(listings),
        _say_rises_cut_short(plans),
        _say_rises(plans),
        _say_billing_days(plans),
        _say_terms(plans),
    ]
    return [sentence for sentence in found if sentence]


def say_uncertain_dominations(uncertain: int, dominated: int) -> str | None:
    """Return how many dominated plans may not be, for want of a statement; None for none."""
    if not uncertain:
        return None
    verb, them = ("does", "it") if uncertain == 1 else ("do", "them")
    return (
        f"{uncertain} of {count_of(dominated, 'dominated plan')} {verb} not state roaming, data "
        f"usable abroad or speed, which may be better than the dominating plan's: check before "
        f"acting on {them}."
    )


def say_unread(sources: Sequence[Mapping[str, Any]], listings: Iterable[Listing]) -> str | None:
    """Return which sources of the plans were not read, or not in full, or long ago; None for none.

    It opens a verdict: whoever reads on knows what it rests on.
    """
    shown = {item.plan.source for item in listings}
    troubled = [
        f"{source['source']} ({trouble})"
        for source in sources
        if source["source"] in shown and (trouble := _trouble_of(source))
    ]
    if not troubled:
        return None
    return f"Not read in full of late: {join_words(troubled)}."


def _trouble_of(source: Mapping[str, Any]) -> str | None:
    return _bad_outcome(source) or ("stale" if source["freshness"] == "stale" else None)


def _bad_outcome(source: Mapping[str, Any]) -> str | None:
    """Return the outcome of a last visit that did not bring everything."""
    return None if source["outcome"] in (None, *GOOD_OUTCOMES) else str(source["outcome"])


def _say_troubled(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence on sources that are stale, and one on visits that brought less than all."""
    stale = [source["source"] for source in sources if source["freshness"] == "stale"]
    partial = [
        f"{source['source']} ({outcome})" for source in sources if (outcome := _bad_outcome(source))
    ]
    sentences = []
    if stale:
        sentences.append(f"The last good data from {join_words(stale)} are over 48 hours old.")
    if partial:
        sentences.append(
            f"The last visit to {join_words(partial)} did not get everything: older prices are "
            f"used instead."
        )
    return sentences


def _say_unverified(left_out: Sequence[LeftOut]) -> str | None:
    number = sum(not item.plan.verified for item in left_out)
    if not number:
        return None
    verb = "is" if number == 1 else "are"
    return f"{count_of(number, 'plan')} that no parser has verified {verb} left out."


def _say_taken_in(plans: Sequence[Plan]) -> str | None:
    counts = Counter(plan.brand for plan in plans if not plan.verified)
    if not counts:
        return None
    named = join_words(
        [f"{count_of(counts[brand], 'plan')} of {brand}" for brand in sorted(counts)]
    )
    verb = "was" if counts.total() == 1 else "were"
    state = "is" if counts.total() == 1 else "are"
    return f"{named} {verb} read by the card miner alone and {state} unverified."


def _say_stale(plans: Sequence[Plan]) -> str | None:
    newest = {brand: max(p.as_of for p in plans if p.brand == brand) for brand in _brands(plans)}
    oldest = {brand: min(p.as_of for p in plans if p.brand == brand) for brand in _brands(plans)}
    last = max(newest.values())
    old = [brand for brand, day in oldest.items() if (last - day).days > STALE_DAYS]
    if not old:
        return None
    ages = join_words([f"{brand} ({format_date(oldest[brand])})" for brand in old])
    return (
        f"Prices are from different days: the newest from {format_date(last)}, older ones for "
        f"{ages}. Scrape again before acting."
    )


def _say_only_aggregated(plans: Sequence[Plan]) -> str | None:
    brands = _brands(plan for plan in plans if plan.source in AGGREGATORS)
    if not brands:
        return None
    sources = join_words(
        sorted({AGGREGATORS[s] for s in (p.source for p in plans) if s in AGGREGATORS})
    )
    verb = is_or_are(len(brands))
    return (
        f"{join_words(brands)} {verb} seen only through {sources}, which may not list every plan."
    )


def _say_conditions(plans: Sequence[Plan]) -> str | None:
    named = sorted({plan.condition for plan in plans if plan.condition})
    return _say_counts(
        plans,
        lambda plan: plan.condition is not None,
        ("has a price with a condition", "have a price with a condition"),
        f"; the condition ({join_words(named)}) is assumed to be met",
    )


def _say_unknown_roaming(plans: Sequence[Plan]) -> str | None:
    return _say_counts(
        plans,
        lambda plan: plan.roaming is None,
        ("does not state roaming", "do not state roaming"),
        ", so no basket that needs roaming counts them",
    )


def _say_unknown_speed(plans: Sequence[Plan]) -> str | None:
    return _say_counts(
        plans,
        lambda plan: plan.generation is None,
        ("does not state 4G or 5G", "do not state 4G or 5G"),
        ", so they never count as faster",
    )


def _say_conflicts(listings: Sequence[Listing]) -> str | None:
    found = [item for item in listings if item.plan.completion.conflicts]
    if not found:
        return None
    first = found[0]
    conflict = first.plan.completion.conflicts[0]
    verb, whose = ("prints", "its") if len(found) == 1 else ("print", "their")
    return (
        f"{len(found)} of {count_of(len(listings), 'plan')} {verb} a different rise from {whose} "
        f"brand's rule (schedule_conflict), such as {name_plan_of_brand(first.plan)}: "
        f"{format_pounds(conflict.printed_pence)} printed in month {conflict.month}, "
        f"{format_pounds(conflict.rule_pence)} by {conflict.source}. The printed price is used; "
        f"the rule applies after it."
    )


def _say_derived(listings: Sequence[Listing]) -> str | None:
    return _say_counts(
        [item.plan for item in listings],
        lambda plan: bool(plan.completion.derived),
        (
            "has later prices derived from its brand's rise rule",
            "have later prices derived from their brand's rise rule",
        ),
        ": their pages do not print every rise in the term, and planwatch has not confirmed the "
        "rules",
    )


def _say_may_rise(plans: Sequence[Plan]) -> str | None:
    return _say_counts(
        plans,
        lambda plan: plan.may_rise,
        (
            "may rise within its term by an amount that nobody states",
            "may rise within their terms by amounts that nobody states",
        ),
        ": their effective cost assumes that the price does not change",
    )


def _say_old_rules(plans: Sequence[Plan]) -> str | None:
    """Say which rules in use were not looked up for half a year before the newest capture."""
    last = max((plan.as_of for plan in plans), default=date.min)
    old = {
        rule.brand: rule.checked
        for plan in plans
        for rule in plan.completion.rules
        if rule.is_old_on(last)
    }
    if not old:
        return None
    named = join_words([f"{brand} ({format_date(old[brand])})" for brand in sorted(old)])
    return (
        f"Rise rules last checked over {OLD_RULE_DAYS} days before the newest prices: {named}. "
        f"Look at them anew before acting on a cost that rests on one: planwatch config rules."
    )


def _say_flat_contracts(listings: Sequence[Listing]) -> str | None:
    return _say_counts(
        [item.plan for item in listings],
        lambda plan: (
            plan.term_months >= SHORTEST_CONTRACT_MONTHS
            and not plan.all_steps
            and plan.completion.kind is None
        ),
        (
            "has a term of 12 months or more and shows no later price",
            "have a term of 12 months or more and show no later price",
        ),
        ": their effective cost assumes that the price does not change",
    )


def _say_rises_cut_short(plans: Sequence[Plan]) -> str | None:
    return _say_counts(
        plans,
        _lacks_a_later_rise,
        (
            "prints a yearly rise and has a year or more of its term left after it",
            "print a yearly rise and have a year or more of their term left after it",
        ),
        ": their effective cost leaves out the next rise that is likely",
    )


def _lacks_a_later_rise(plan: Plan) -> bool:
    dated = [step for step in plan.all_steps if isinstance(step.starts, date)]
    if not dated:
        return False
    last = max(month_of_step(step, plan.as_of) for step in dated)
    return last + MONTHS_A_YEAR <= plan.term_months


def _say_rises(plans: Sequence[Plan]) -> str | None:
    if not any(plan.all_steps for plan in plans):
        return None
    return (
        "Effective costs are for a contract signed on the day of capture; "
        "signing in another month shifts the rises."
    )


def _say_billing_days(plans: Sequence[Plan]) -> str | None:
    return _say_counts(
        plans,
        lambda plan: plan.billing_days is not None,
        ("bills every 28 or 30 days", "bill every 28 or 30 days"),
        ": compared by the cost of a calendar month",
    )


def _say_terms(plans: Sequence[Plan]) -> str | None:
    if len({plan.term_months for plan in plans}) < 2:
        return None
    return (
        "Each plan's effective cost is over its own minimum term; pay as you go counts as 1 month."
    )


def _say_counts(
    plans: Sequence[Plan],
    holds: Callable[[Plan], bool],
    verbs: tuple[str, str],
    consequence: str,
) -> str | None:
    """Return "5 of 12 plans do not … (O2 3, EE 2)…", None where it holds of no plan."""
    counts = Counter(plan.brand for plan in plans if holds(plan))
    if not counts:
        return None
    total = counts.total()
    named = ", ".join(f"{brand} {counts[brand]}" for brand in _brands(plans) if counts[brand])
    verb = verbs[0] if total == 1 else verbs[1]
    return f"{total} of {count_of(len(plans), 'plan')} {verb} ({named}){consequence}."


def _brands(plans: Iterable[Plan]) -> list[str]:
    return sorted({plan.brand for plan in plans}, key=str.casefold)
