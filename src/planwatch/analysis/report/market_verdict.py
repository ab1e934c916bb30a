"""Verdict, findings and sentences of a market report on one brand, by fixed rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.report.sections.white_space import TIER_WORDS
from planwatch.analysis.report.sentences import (
    Row,
    find_dearest,
    find_widest_domination,
    say_difference,
    say_dominated_count,
    say_domination,
    say_elsewhere,
    say_uplift,
    say_widest_gap,
    say_widest_lead,
)
from planwatch.domain.phrasing import (
    count_of,
    format_pounds,
    format_rank,
    is_or_are,
    join_some,
    join_words,
    possessive,
)

MOST_FINDINGS: Final = 3
CHEAPEST_RIVAL: Final = "the cheapest rival"


def say_market_verdict(figures: Mapping[str, Any], focus: str) -> str:
    """Return two sentences: the baskets that the focus wins, and how many plans are efficient."""
    return f"{_say_wins(figures['baskets'], focus)} {_say_efficient(figures['frontier'], focus)}"


def say_market_findings(figures: Mapping[str, Any], focus: str) -> list[str]:
    """Return up to three sentences, the most urgent for the focus brand first."""
    candidates = [
        *say_widest_gap(figures["tiers"]["gaps"], focus, CHEAPEST_RIVAL),
        *_say_other_domination(figures),
        *say_uplift(figures["tiers"]["rungs"], focus),
        *say_worst_tier(figures["tiers"], focus),
        *_say_widest_basket_lead(figures["baskets"], focus),
    ]
    return candidates[:MOST_FINDINGS]


def say_rivals(figures: Row, focus: str) -> list[str]:
    gaps = figures["gaps"]
    return [
        *_say_counts_of_gaps(gaps, focus),
        *say_widest_gap(gaps, focus, CHEAPEST_RIVAL),
        *say_widest_lead(gaps, focus, CHEAPEST_RIVAL),
        *_say_alone(gaps, focus),
        *say_uplift(figures["rungs"], focus),
        *say_elsewhere(figures["elsewhere"]),
    ]


def _say_counts_of_gaps(gaps: Sequence[Row], focus: str) -> list[str]:
    priced = [row["gap_pence"] for row in gaps if row["gap_pence"] is not None]
    if not priced:
        return []
    return [
        f"Of {count_of(len(priced), 'size')} with a rival, {focus} is dearer than the cheapest "
        f"rival at {sum(gap > 0 for gap in priced)}, cheaper at {sum(gap < 0 for gap in priced)} "
        f"and tied at {sum(gap == 0 for gap in priced)}."
    ]


def say_market_baskets(figures: Row, focus: str) -> list[str]:
    rows = figures["baskets"]
    behind = [row for row in rows if (row["gap_pence"] or 0) > 0]
    unserved = [row for row in rows if row["focus_pence"] is None and row["winner"]]
    sentences = [_say_wins(figures, focus)]
    if behind:
        near = min(behind, key=lambda row: row["gap_pence"])
        far = max(behind, key=lambda row: row["gap_pence"])
        sentences.append(
            f"Closest to winning: {near['basket']}, where {focus} costs {_over_market(near)}; it "
            f"would win at {format_pounds(near['market_pence'] - 1)}."
        )
        if far is not near:
            sentences.append(
                f"Furthest behind: {far['basket']}, where {focus} costs {_over_market(far)}."
            )
    sentences += _say_widest_basket_lead(figures, focus)
    if unserved:
        sentences.append(
            f"{focus} has no plan for {count_of(len(unserved), 'basket')} that rivals serve, "
            f"such as {unserved[0]['basket']} ({unserved[0]['winner']} at "
            f"{format_pounds(unserved[0]['market_pence'])})."
        )
    return sentences


def say_frontier(figures: Row, focus: str) -> list[str]:
    efficient, dominated = figures["efficient"], figures["dominated"]
    own = [row["plan"] for row in efficient if row["brand"] == focus]
    by_own = sum(row["dominator_brand"] == focus for row in dominated)
    sentences = [
        f"{len(efficient)} of {count_of(figures['plans'], 'plan')} in the market "
        f"{is_or_are(len(efficient))} efficient: no other plan costs as little and offers as much.",
        _say_efficient(figures, focus),
    ]
    if own:
        plans = f"{focus} plan" if len(own) == 1 else f"{focus} plans"
        sentences.append(f"Efficient {plans}: {join_some(own)}.")
    if by_own:
        others = f"another {focus} plan" if by_own == 1 else f"other {focus} plans"
        sentences.append(
            f"{by_own} of the dominated plans {is_or_are(by_own)} dominated by {others}: reprice "
            f"or withdraw {'it' if by_own == 1 else 'them'}."
        )
    return [*sentences, *_say_widest_domination(figures)]


def _say_wins(figures: Row, focus: str) -> str:
    served = [row for row in figures["baskets"] if row["winner"]]
    alone = sum(row["winners"] == [focus] for row in served)
    shared = sum(focus in row["winners"] for row in served) - alone
    ties = f" and ties for {shared}" if shared else ""
    best = _name_leader(served, focus)
    return f"{focus} wins {alone or 'none'} of {count_of(len(served), 'usage basket')}{ties}{best}."


def _name_leader(rows: Sequence[Row], focus: str) -> str:
    """Return "; SMARTY leads with 9" for the rival that wins most baskets, alone or tied."""
    wins: dict[str, int] = {}
    for row in rows:
        for brand in row["winners"]:
            wins[brand] = wins.get(brand, 0) + 1
    most = max(wins.values(), default=0)
    leaders = [brand for brand, number in wins.items() if number == most]
    if not leaders or focus in leaders:
        return ""
    verb = "leads" if len(leaders) == 1 else "lead"
    return f"; {join_words(leaders)} {verb} with {most}"


def _say_efficient(figures: Row, focus: str) -> str:
    if not figures["dominated"]:
        return f"No {focus} plan is dominated."
    seller = "another plan costs no more and offers no less"
    return say_dominated_count(figures["dominated"], figures["own_plans"], focus, seller)


def _say_alone(gaps: Sequence[Row], focus: str) -> list[str]:
    alone = [row["plan"] for row in gaps if row["gap_pence"] is None]
    if not alone:
        return []
    return [f"No rival sells as much data on as short a term as {focus} does: {join_some(alone)}."]


def _say_widest_domination(figures: Row) -> list[str]:
    row = find_widest_domination(figures["dominated"])
    return [] if row is None else [say_domination(row)]


def _say_other_domination(figures: Row) -> list[str]:
    """Return the widest domination, unless the finding on the widest gap is on that plan."""
    row = find_widest_domination(figures["frontier"]["dominated"])
    dearest = find_dearest(figures["tiers"]["gaps"])
    if row is None or (dearest and dearest["plan_id"] == row["plan_id"]):
        return []
    return [say_domination(row)]


def _say_widest_basket_lead(figures: Row, focus: str) -> list[str]:
    """Return the basket that the focus wins by most, and how far its price could rise."""
    won = [
        row
        for row in figures["baskets"]
        if row["winners"] == [focus] and row["rival_pence"] is not None
    ]
    if not won:
        return []
    row = max(won, key=lambda row: row["rival_pence"] - row["focus_pence"])
    room = row["rival_pence"] - row["focus_pence"]
    return [
        f"Widest lead: {row['basket']}, where {focus} costs {format_pounds(row['focus_pence'])} "
        f"and the cheapest rival {format_pounds(row['rival_pence'])}; {focus} could charge "
        f"{format_pounds(room)} more before they tie."
    ]


def _over_market(row: Row) -> str:
    return (
        f"{format_pounds(row['focus_pence'])}, {say_difference(row)} {row['winner']} at "
        f"{format_pounds(row['market_pence'])}"
    )


def say_overview(figures: Row, focus: str) -> list[str]:
    brands = figures["brands"]
    own = next(row for row in brands if row["brand"] == focus)
    plans = count_of(figures["plans"], "comparable plan")
    return [
        f"The market has {plans} from {count_of(len(brands), 'brand')}; {focus} sells "
        f"{own['plans']} of them.",
    ]


def say_tier(row: Row, focus: str) -> str:
    words = TIER_WORDS[row["tier"]]
    if row["focus_pence"] is None:
        return (
            f"{focus} sells nothing for {words}; the cheapest plan there is {row['market_plan']} "
            f"at {format_pounds(row['market_pence'])} a month."
        )
    if not row["gap_pence"]:
        return (
            f"{focus} has the lowest effective cost for {words}: "
            f"{format_pounds(row['focus_pence'])} a month ({row['focus_plan']})."
        )
    return (
        f"For {words}, {focus} ranks {format_rank(row['rank'])} of "
        f"{count_of(row['brands'], 'brand')}: its cheapest plan costs "
        f"{format_pounds(row['focus_pence'])} a month, {say_difference(row)} {row['market_plan']} "
        f"at {format_pounds(row['market_pence'])}."
    )


def say_premium(rows: Sequence[Row], focus: str) -> list[str]:
    """Return the unlimited premium of the focus, and the lowest one among its rivals."""
    own = [row for row in rows if row["brand"] == focus]
    others = [row for row in rows if row["brand"] != focus]
    if not own:
        return []
    first = (
        f"{possessive(focus)} unlimited data costs {_say_more(own[0]['premium_pence'])} a month "
        f"than its largest capped plan"
    )
    if not others:
        return [f"{first}."]
    least = min(others, key=lambda row: row["premium_pence"])
    more = _say_more(least["premium_pence"])
    return [f"{first}; at {least['brand']} it costs {more}, the lowest premium among rivals."]


def _say_more(pence: int) -> str:
    return f"{format_pounds(abs(pence))} {'less' if pence < 0 else 'more'}"


def say_worst_tier(figures: Row, focus: str) -> list[str]:
    behind = [row for row in figures["tiers"] if row["gap_pence"]]
    return [say_tier(max(behind, key=lambda row: row["gap_pence"]), focus)] if behind else []
