"""The words of a market report, made from its figures by fixed rules, for the focus brand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.report.sections.white_space import TIER_WORDS
from planwatch.analysis.report.sentences import (
    Row,
    find_dearest,
    find_widest_domination,
    say_dominated_count,
    say_elsewhere,
    say_end_of_domination,
    say_lack,
    say_like,
    say_of_base,
    say_uplift,
)
from planwatch.domain.phrasing import (
    count_of,
    format_money,
    format_rank,
    is_or_are,
    join_some,
    join_words,
    possessive,
)

MOST_FINDINGS: Final = 3


def say_market_verdict(figures: Mapping[str, Any], focus: str) -> str:
    """Return two sentences: the baskets that the focus wins, and how many plans are efficient."""
    return f"{_say_wins(figures['baskets'], focus)} {_say_efficient(figures['frontier'], focus)}"


def say_market_findings(figures: Mapping[str, Any], focus: str) -> list[str]:
    """Return up to three sentences, the most urgent for the focus brand first."""
    candidates = [
        *_say_dearest(figures["tiers"], focus),
        *_say_other_domination(figures),
        *say_uplift(figures["tiers"]["rungs"], focus),
        *say_worst_tier(figures["tiers"], focus),
        *_say_room(figures["baskets"], focus),
    ]
    return candidates[:MOST_FINDINGS]


def say_rivals(figures: Row, focus: str) -> list[str]:
    gaps = figures["gaps"]
    priced = [row["gap_pence"] for row in gaps if row["gap_pence"] is not None]
    first = (
        f"At {count_of(len(priced), 'size')} with a rival, {focus} is dearer than the cheapest at "
        f"{sum(gap > 0 for gap in priced)}, cheaper at {sum(gap < 0 for gap in priced)} and level "
        f"at {sum(gap == 0 for gap in priced)}."
    )
    return [
        first,
        *_say_dearest(figures, focus),
        *_say_lead(figures, focus),
        *_say_alone(gaps, focus),
        *say_uplift(figures["rungs"], focus),
        *say_elsewhere(figures["elsewhere"]),
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
            f"Nearest to winning: {near['basket']}, where {focus} costs {_over_market(near)}; it "
            f"wins at {format_money(near['market_pence'] - 1)}."
        )
        if far is not near:
            sentences.append(
                f"Furthest behind: {far['basket']}, where {focus} costs {_over_market(far)}."
            )
    sentences += _say_room(figures, focus)
    if unserved:
        sentences.append(
            f"{focus} serves none of {count_of(len(unserved), 'basket')} that others serve, "
            f"such as {unserved[0]['basket']} ({unserved[0]['winner']} at "
            f"{format_money(unserved[0]['market_pence'])})."
        )
    return sentences


def say_frontier(figures: Row, focus: str) -> list[str]:
    efficient, dominated = figures["efficient"], figures["dominated"]
    own = [row["plan"] for row in efficient if row["brand"] == focus]
    by_own = sum(row["dominator_brand"] == focus for row in dominated)
    sentences = [
        f"{len(efficient)} of {count_of(figures['plans'], 'plan')} in the market "
        f"{is_or_are(len(efficient))} efficient: no other costs as little and gives as much.",
        _say_efficient(figures, focus),
    ]
    if own:
        sentences.append(f"Efficient: {join_some(own)}.")
    if by_own:
        sentences.append(
            f"{by_own} of the dominated {is_or_are(by_own)} beaten by a plan of "
            f"{possessive(focus)} own: reprice or withdraw."
        )
    return [*sentences, *_say_widest_domination(figures)]


def _say_wins(figures: Row, focus: str) -> str:
    served = [row for row in figures["baskets"] if row["winner"]]
    alone = sum(row["winners"] == [focus] for row in served)
    shared = sum(focus in row["winners"] for row in served) - alone
    level = f" and shares {shared}" if shared else ""
    best = _name_leader(served, focus)
    return (
        f"{focus} wins {alone or 'none'}{level} of {count_of(len(served), 'usage basket')}{best}."
    )


def _name_leader(rows: Sequence[Row], focus: str) -> str:
    """Return "; SMARTY leads with 9" for the rival that wins most baskets, alone or level."""
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
        return f"No plan of {possessive(focus)} is dominated."
    seller = "another plan costs no more and gives no less"
    return say_dominated_count(figures["dominated"], figures["own_plans"], focus, seller)


def _say_dearest(figures: Row, focus: str) -> list[str]:
    row = find_dearest(figures["gaps"])
    if row is None:
        return []
    return [
        f"{say_like(row)}{focus} is furthest above the cheapest rival at "
        f"{row['plan']}: {_beside_rival(row)}, "
        f"{say_of_base(row, row['rival_brand'])} more; {format_money(row['gap_pence'])} off every "
        f"month matches it."
    ]


def _say_lead(figures: Row, focus: str) -> list[str]:
    cheaper = [r for r in figures["gaps"] if r["is_same_size"] and r["gap_pence"] < 0]
    if not cheaper:
        return []
    row = min(cheaper, key=lambda row: row["gap_pence"])
    return [
        f"{focus} is furthest below every rival at {row['plan']}: {_beside_rival(row)}, "
        f"{say_of_base(row, row['rival_brand'])} less."
    ]


def _beside_rival(row: Row) -> str:
    return (
        f"{format_money(row['effective_pence'])} against {format_money(row['rival_pence'])} for "
        f"{row['rival']}{say_lack(row)}"
    )


def _say_alone(gaps: Sequence[Row], focus: str) -> list[str]:
    alone = [row["plan"] for row in gaps if row["gap_pence"] is None]
    if not alone:
        return []
    return [f"No rival sells as much data for as short a term as {focus} at {join_some(alone)}."]


def _say_widest_domination(figures: Row) -> list[str]:
    row = find_widest_domination(figures["dominated"])
    return [] if row is None else [say_end_of_domination(row)]


def _say_other_domination(figures: Row) -> list[str]:
    """Return the widest domination, unless the finding on the dearest plan told of that plan."""
    row = find_widest_domination(figures["frontier"]["dominated"])
    dearest = find_dearest(figures["tiers"]["gaps"])
    if row is None or (dearest and dearest["plan_id"] == row["plan_id"]):
        return []
    return [say_end_of_domination(row)]


def _say_room(figures: Row, focus: str) -> list[str]:
    """Return the basket that the focus wins by most, with the room before a rival is level."""
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
        f"Widest lead: {row['basket']}, where {focus} costs {format_money(row['focus_pence'])} and "
        f"the best rival {format_money(row['rival_pence'])}: {format_money(room)} of room before "
        f"one is level."
    ]


def _over_market(row: Row) -> str:
    return (
        f"{format_money(row['focus_pence'])} against {format_money(row['market_pence'])} at "
        f"{row['winner']}, {say_of_base(row, row['winner'])} more"
    )


def say_overview(figures: Row, focus: str) -> list[str]:
    brands = figures["brands"]
    own = next(row for row in brands if row["brand"] == focus)
    plans = count_of(figures["plans"], "comparable plan")
    return [
        f"The market holds {plans} of {count_of(len(brands), 'brand')}; {focus} sells "
        f"{own['plans']}.",
    ]


def say_tier(row: Row, focus: str) -> str:
    words = TIER_WORDS[row["tier"]]
    if row["focus_pence"] is None:
        return (
            f"{focus} sells nothing with {words}; the cheapest there is {row['market_plan']} at "
            f"{format_money(row['market_pence'])} a month."
        )
    if not row["gap_pence"]:
        return (
            f"{focus} has the least effective cost with {words}: "
            f"{format_money(row['focus_pence'])} a month ({row['focus_plan']})."
        )
    return (
        f"With {words} {focus} ranks {format_rank(row['rank'])} of "
        f"{count_of(row['brands'], 'brand')}: its cheapest costs "
        f"{format_money(row['focus_pence'])} a month against {format_money(row['market_pence'])} "
        f"for {row['market_plan']}, {say_of_base(row, row['market_brand'])} more."
    )


def say_premium(rows: Sequence[Row], focus: str) -> list[str]:
    """Return what unlimited costs more at the focus and at the brand where it costs least more."""
    own = [row for row in rows if row["brand"] == focus]
    others = [row for row in rows if row["brand"] != focus]
    if not own:
        return []
    first = (
        f"Unlimited data costs {_say_more(own[0]['premium_pence'])} a month than the largest "
        f"capped plan of {focus}"
    )
    if not others:
        return [f"{first}."]
    least = min(others, key=lambda row: row["premium_pence"])
    return [f"{first}; at {least['brand']} {_say_more(least['premium_pence'])}."]


def _say_more(pence: int) -> str:
    return f"{format_money(abs(pence))} {'less' if pence < 0 else 'more'}"


def say_worst_tier(figures: Row, focus: str) -> list[str]:
    behind = [row for row in figures["tiers"] if row["gap_pence"]]
    return [say_tier(max(behind, key=lambda row: row["gap_pence"]), focus)] if behind else []
