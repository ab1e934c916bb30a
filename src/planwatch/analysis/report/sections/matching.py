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
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.baskets import basket_of
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import brand_subject, plan_subject
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.phrasing import (
    count_of,
    format_data,
    format_pounds,
    join_words,
    name_plan_of_brand,
)

MOST_SAID: Final = 3
NONE_IS_ENOUGH: Final = "no amount"
_PLAN_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Plan", "text"),
    ("effective_pence", "Effective", "money"),
    ("rival", "Rival", "text"),
    ("rival_pence", "Rival effective", "money"),
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
    ("win_pence", "Wins at", "money"),
    ("cut_pence", "Cut to win", "money"),
)


def matching_part(
    brand: str,
    gaps: Iterable[Gap],
    priced: Iterable[MarketPrice],
    rivals: Sequence[Listing],
) -> Part:
    """Return the part for one brand.

    Args:
        gaps: of the brand's plans to their rivals.
        priced: the baskets at every brand compared.
        rivals: plans that may dominate the brand's.
    """
    # rivals that lack nothing come first, then the narrowest gap
    behind = sorted(
        (gap for gap in gaps if gap.pence > 0),
        key=lambda gap: (bool(gap.rival_lacks), gap.pence),
    )
    matches = [find_match(gap, rivals) for gap in behind]
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
    )


def _match_row(match: Match) -> Record:
    item, rival = match.gap.item, match.gap.rival
    own = plan_subject(item)
    return {
        "plan": name_plan_of_brand(item.plan),
        "effective_pence": item.monthly_pence,
        "rival": name_plan_of_brand(rival.plan),
        "rival_pence": rival.monthly_pence,
        "cut_pence": match.cut_pence,
        **{f"promo_{months}_pence": worth for months, worth in match.promotions.items()},
        "data": _say_data(match),
        "ids": {
            **ids_of(
                own,
                named="plan",
                effective_pence="effective",
                cut_pence="match_cut",
                data="match_data",
            ),
            **{
                f"promo_{months}_pence": fact_id("match_promo", own, f"{months}m")
                for months in match.promotions
            },
            **ids_of(plan_subject(rival), named="rival", rival_pence="effective"),
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
        "cut_pence": win.cut_pence,
        "ids": {
            "rival": win.rival.plan_id,
            **ids_of(
                basket_of(win.price, win.own.plan.brand),
                own_pence="win_own",
                win_pence="win",
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
            f"Closest basket to win: {near.price.basket.label}, at "
            f"{format_pounds(near.win_pence)} a month instead of "
            f"{format_pounds(near.own.monthly_pence)}, 1p below "
            f"{name_plan_of_brand(near.rival.plan)}."
        )
    return sentences


def _say_match(match: Match) -> str:
    gap = match.gap
    name, rival = name_plan_of_brand(gap.item.plan), name_plan_of_brand(gap.rival.plan)
    ways = [f"{name} could cut {format_pounds(match.cut_pence)} off every month"]
    possible = [(months, worth) for months, worth in match.promotions.items() if worth is not None]
    if possible:
        months, worth = possible[0]
        ways.append(f"{format_pounds(worth)} off each of the first {count_of(months, 'month')}")
    if match.data_mb is not None:
        ways.append(
            f"give {format_data(match.data_mb)} at its present price, where no rival plan "
            "dominates it"
        )
    ways_said = ", or ".join(ways)
    lacks = f", which lacks {join_words(gap.rival_lacks)}" if gap.rival_lacks else ""
    return f"To match {rival} at {format_pounds(gap.rival.monthly_pence)}{lacks}, {ways_said}."


def _match_facts(match: Match) -> list[Fact]:
    gap = match.gap
    item, rival = plan_subject(gap.item), plan_subject(gap.rival)
    figures: list[tuple[str, str, str, int | None]] = [
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
        ("win_cut", "cut that wins the basket", win.cut_pence, "pence_per_month"),
        ("win_own", "own price of the basket", win.own.monthly_pence, "pence_per_month"),
        plan_ids=(win.own.plan_id, win.rival.plan_id),
        base=brand_subject(rival.brand).said(name_plan_of_brand(rival)),
    )


def _recommend(study: Study) -> Part:
    gaps = find_gaps(study.own, study.rivals)
    part = matching_part(study.focus, gaps.found, study.priced, study.rivals)
    return replace(part, leads=[Line(40, part.sentences[0])])


_TOLD: Final = frozenset(
    {
        *("match_cut", "match_effective", "match_rival", "match_promo", "match_data"),
        *("win", "win_cut", "win_own"),
    }
)
COMPARED: Final = Section(
    report=COMPARE,
    name="match",
    title="Price to match and to beat",
    place=100,
    build=lambda study: matching_part(study.focus, study.gaps.found, study.priced, study.rivals),
    told=_TOLD,
)
ANALYSED: Final = Section(
    report=ANALYSE,
    name="recommendations",
    title="Recommendations",
    place=90,
    build=_recommend,
    told=_TOLD | {"domination_cut", "basket_room"},
)
