"""Price to match section: the cut, promotion or data that would match a rival or win a basket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from planwatch.analysis.facts import Fact, fact_id, facts_of, ids_of
from planwatch.analysis.market.market import Listing
from planwatch.analysis.metrics.baskets import MarketPrice
from planwatch.analysis.metrics.gap import Gap, find_gaps
from planwatch.analysis.metrics.price_to_match import (
    PROMO_MONTHS,
    Match,
    Win,
    find_match,
    find_win,
)
from planwatch.analysis.pricing import NOBODY, Pricing
from planwatch.analysis.report.costs import cost_cells, cost_columns, cost_ids
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.baskets import basket_of
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sentences import say_shortfall
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import brand_subject, plan_subject
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.phrasing import (
    count_of,
    format_data,
    format_pounds,
    name_plan_of_brand,
)

MOST_SAID: Final = 3
NONE_IS_ENOUGH: Final = "no amount"
_PLAN_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Plan", "text"),
    *cost_columns("effective_pence", "Effective"),
    ("rival", "Rival", "text"),
    *cost_columns("rival_pence", "Rival effective"),
    ("headline_pence", "Headline to set", "money"),
    ("cut_pence", "Cut each month", "money"),
    *(
        (f"promo_{months}_pence", f"or off first {months} months", "money")
        for months in PROMO_MONTHS
    ),
    ("data", "or data at same price", "text"),
)
_BASKET_COLUMNS: Final[tuple[Column, ...]] = (
    ("basket", "Basket", "text"),
    ("own_pence", "Own price", "money"),
    ("best_pence", "Best rival", "money"),
    ("rival", "Rival", "text"),
    ("win_pence", "Wins at (effective)", "money"),
    ("win_headline_pence", "Headline to set", "money"),
    ("cut_pence", "Cut to win", "money"),
)


def matching_part(
    brand: str,
    gaps: Iterable[Gap],
    priced: Iterable[MarketPrice],
    rivals: Sequence[Listing],
    pricing: Pricing = NOBODY,
) -> Part:
    """Return the part for one brand.

    Args:
        gaps: of the brand's plans to their rivals.
        priced: the baskets at every brand compared.
        rivals: plans that may dominate the brand's, or undercut a rival that is matched.
        pricing: the premium over a rival, and the lowest headline.
    """
    behind = sorted((gap for gap in gaps if gap.pence > 0), key=lambda gap: -gap.pence)
    matches = [match for gap in behind if (match := find_match(gap, rivals, pricing)).aim_pence > 0]
    wins = [win for price in priced if (win := find_win(price, brand)) is not None]
    return Part(
        sentences=_say_matching(matches, wins, brand),
        tables=[
            build_table(
                "match",
                f"To match the rival of each {brand} plan",
                _PLAN_COLUMNS,
                map(_match_row, matches),
            ),
            build_table(
                "win",
                f"What {brand} needs to win each basket",
                _BASKET_COLUMNS,
                map(_win_row, wins),
            ),
        ],
        facts=[
            *(fact for match in matches for fact in _match_facts(match)),
            *(fact for win in wins for fact in _win_facts(win)),
        ],
        document={"advice_title": "What to do" if pricing.peers else "Position"},
    )


def _match_row(match: Match) -> Record:
    item, rival = match.gap.item, match.gap.rival
    own = plan_subject(item)
    return {
        "plan": name_plan_of_brand(item.plan),
        **cost_cells(effective_pence=item, rival_pence=rival),
        "rival": name_plan_of_brand(rival.plan),
        "headline_pence": match.headline_pence,
        "cut_pence": match.cut_pence,
        **{f"promo_{months}_pence": worth for months, worth in match.promotions.items()},
        "data": _say_data(match),
        "ids": {
            **ids_of(
                own,
                named="plan",
                headline_pence="match_headline",
                cut_pence="match_cut",
                data="match_data",
            ),
            **{
                f"promo_{months}_pence": fact_id("match_promo", own, f"{months}m")
                for months in match.promotions
            },
            **cost_ids("effective_pence", item),
            **ids_of(plan_subject(rival), named="rival"),
            **cost_ids("rival_pence", rival),
        },
    }


def _say_data(match: Match) -> str | None:
    if match.is_no_data_enough:
        return NONE_IS_ENOUGH
    return None if match.data_mb is None else format_data(match.data_mb)


def _win_row(win: Win) -> Record:
    return {
        "basket": win.price.basket.label,
        "own_pence": win.own.monthly_pence,
        "best_pence": win.rival.monthly_pence,
        "rival": name_plan_of_brand(win.rival.plan),
        "win_pence": win.win_pence,
        "win_headline_pence": win.headline_pence,
        "cut_pence": win.cut_pence,
        "ids": {
            "rival": win.rival.plan_id,
            **ids_of(
                basket_of(win.price, win.own.plan.brand),
                own_pence="win_own",
                win_pence="win",
                win_headline_pence="win_headline",
                cut_pence="win_cut",
            ),
        },
    }


def _say_matching(matches: Sequence[Match], wins: Sequence[Win], brand: str) -> list[str]:
    if not matches and not wins:
        return [f"Nothing to match: no rival is cheaper than {brand} anywhere."]
    sentences = [_say_match(match) for match in matches[:MOST_SAID]]
    if len(matches) > MOST_SAID:
        sentences.append(
            "The table shows the same for every other plan that costs more than its rival."
        )
    if wins:
        near = min(wins, key=lambda win: win.cut_pence)
        sentences.append(
            f"Closest basket to win: {near.price.basket.label}, with {_say_win(near)}, 1p below "
            f"{name_plan_of_brand(near.rival.plan)}."
        )
    return sentences


def _say_win(win: Win) -> str:
    """Return the headline that wins a basket, with the effective cost."""
    cost = format_pounds(win.win_pence)
    if win.headline_pence is None:
        return f"an effective cost of {cost}, for which no headline is low enough"
    return (
        f"{name_plan_of_brand(win.own.plan)} at a headline of "
        f"{format_pounds(win.headline_pence)} (effective {cost})"
    )


def _say_match(match: Match) -> str:
    gap, plan = match.gap, match.gap.item.plan
    name, rival = name_plan_of_brand(plan), name_plan_of_brand(gap.rival.plan)
    at = f"{rival} at {format_pounds(gap.rival.monthly_pence)} effective"
    premium = gap.pence - match.aim_pence
    aim = f"To match {at}" if not premium else f"To keep to your premium over {at}"
    return f"{aim}, {name} {' or '.join(_say_ways(match))}{_say_undercut(match)}."


def _say_ways(match: Match) -> list[str]:
    plan = match.gap.item.plan
    if match.headline_pence is None:
        ways = ["has no headline that is low enough"]
    elif match.is_floor:
        ways = [
            f"would have to charge less than your floor of {format_pounds(match.headline_pence)}"
        ]
    else:
        ways = [
            f"could charge a headline of {format_pounds(match.headline_pence)} instead of "
            f"{format_pounds(plan.price_pence)}"
        ]
    possible = [(months, worth) for months, worth in match.promotions.items() if worth is not None]
    if possible:
        months, worth = possible[0]
        ways.append(
            f"take {format_pounds(worth)} off each of the first {count_of(months, 'month')}"
        )
    if match.data_mb is not None:
        ways.append(
            f"give {format_data(match.data_mb)} at its present price, where no rival plan "
            "dominates it"
        )
    return ways


def _say_undercut(match: Match) -> str:
    """Return who stays cheaper than the rival that is matched."""
    if match.undercut is None:
        return ""
    less = match.gap.rival.monthly_pence - match.undercut.monthly_pence
    gives = say_shortfall(match.shortfall)
    which = f", which {gives}," if gives else ""
    return (
        f"; {name_plan_of_brand(match.undercut.plan)}{which} would still be "
        f"{format_pounds(less)} cheaper than that rival"
    )


def _match_facts(match: Match) -> list[Fact]:
    gap = match.gap
    item, rival = plan_subject(gap.item), plan_subject(gap.rival)
    figures: list[tuple[str, str, str, int | None]] = [
        ("match_headline", "", "headline price that matches the rival", match.headline_pence),
        ("match_price", "", "headline price now", gap.item.plan.price_pence),
        ("match_cut", "", "cut off every month that matches the rival", match.cut_pence),
        ("match_effective", "", "effective cost", gap.item.monthly_pence),
        ("match_rival", "", "effective cost of the rival", gap.rival.monthly_pence),
        *(
            (
                "match_promo",
                f"{months}m",
                f"reduction in each of the first {months} months that matches the rival",
                worth,
            )
            for months, worth in match.promotions.items()
        ),
        ("match_data", "", "least data at its price that no rival dominates", match.data_mb),
        (
            "match_undercut",
            "",
            "by how much another rival is cheaper than the one that is matched",
            match.gap.rival.monthly_pence - match.undercut.monthly_pence
            if match.undercut
            else None,
        ),
    ]
    return [
        Fact(
            kind=kind,
            variant=variant,
            label=label,
            value=value,
            unit="mb" if kind == "match_data" else "pence_per_month",
            subject=item.said(rival.words) if kind == "match_rival" else item,
            formula="Price to match",
            plan_ids=(gap.item.plan_id, gap.rival.plan_id),
            base=rival,
        )
        for kind, variant, label, value in figures
        if value is not None
    ]


def _win_facts(win: Win) -> list[Fact]:
    rival = win.rival.plan
    return facts_of(
        basket_of(win.price, win.own.plan.brand),
        "Price to match",
        ("win", "cost that wins the basket", win.win_pence, "pence_per_month"),
        ("win_headline", "headline that wins the basket", win.headline_pence, "pence_per_month"),
        ("win_cut", "cut that wins the basket", win.cut_pence, "pence_per_month"),
        ("win_own", "own price of the basket", win.own.monthly_pence, "pence_per_month"),
        plan_ids=(win.own.plan_id, win.rival.plan_id),
        base=brand_subject(rival.brand).said(name_plan_of_brand(rival)),
    )


def _recommend(study: Study) -> Part:
    pricing = study.background.pricing
    peers = [item for item in study.rivals if item.plan.brand in pricing.peers]
    gaps = find_gaps(study.own, peers if pricing.peers else study.rivals)
    part = matching_part(study.focus, gaps.found, study.priced, study.rivals, pricing)
    return replace(part, title=part.document["advice_title"], leads=[Line(40, part.sentences[0])])


_TOLD: Final = frozenset(
    {
        *("match_cut", "match_effective", "match_rival", "match_promo", "match_data"),
        "match_headline",
        *("win", "win_cut", "win_own"),
    }
)
COMPARED: Final = Section(
    report=COMPARE,
    name="match",
    title="Price to match and to beat",
    place=100,
    build=lambda study: matching_part(
        study.focus, study.gaps.found, study.priced, study.rivals, study.background.pricing
    ),
    told=_TOLD,
)
ANALYSED: Final = Section(
    report=ANALYSE,
    name="recommendations",
    title="Position",
    place=90,
    build=_recommend,
    told=_TOLD | {"domination_cut", "basket_room"},
)
