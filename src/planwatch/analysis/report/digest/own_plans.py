"""A brand's own plans in a digest: which rivals came to dominate them, and which no longer do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planwatch.analysis.market.market import Listing, Listings, Market
from planwatch.analysis.metrics.frontier import Domination, find_dominated
from planwatch.analysis.report.digest.lines import Line, cost_fact, pence_fact, plan_of
from planwatch.domain.phrasing import format_pounds, join_words, name_plan_of_brand


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMove:
    """A plan of the brand that is dominated otherwise than at the start.

    Attributes:
        kind: `dominated` where it is so only now, `further_behind` where the gap is wider than it
            was, `not_dominated` where it is no longer.
        verdict: as it is now; as it was at the start where it is no longer dominated.
        wider_pence: what the gap has grown by; below 0 where it is closed.
    """

    kind: str
    verdict: Domination
    wider_pence: int


def find_own_moves(
    before: Market, now: Market, brand: str, peers: Sequence[str] = ()
) -> list[OwnMove]:
    """Return what moved, the newly dominated first, within a kind the largest first.

    A plan that is no longer sold is no news here, nor that another rival dominates it at no wider
    a gap.

    Args:
        before: of the same sources as `now`.
        peers: the rivals; empty for every other brand.
    """
    then = {each.item.plan_id: each for each in _judge(before, brand, peers)}
    present = {each.item.plan_id: each for each in _judge(now, brand, peers)}
    sold = {item.plan_id: item for item in now.of_brand(brand)}
    worse = [
        OwnMove(
            kind="further_behind" if plan_id in then else "dominated",
            verdict=verdict,
            wider_pence=verdict.gap_pence - (then[plan_id].gap_pence if plan_id in then else 0),
        )
        for plan_id, verdict in present.items()
    ]
    better = [
        OwnMove(kind="not_dominated", verdict=verdict, wider_pence=-verdict.gap_pence)
        for plan_id, verdict in then.items()
        if plan_id in sold and plan_id not in present
    ]
    order = ("dominated", "not_dominated", "further_behind")
    found = [each for each in worse if each.kind == "dominated" or each.wider_pence > 0]
    return sorted(
        [*found, *better], key=lambda each: (order.index(each.kind), -abs(each.wider_pence))
    )


def _judge(market: Market, brand: str, peers: Sequence[str]) -> tuple[Domination, ...]:
    rivals = Listings(
        item for item in market.others_than(brand) if not peers or item.plan.brand in peers
    )
    return find_dominated(market.of_brand(brand), rivals)


def say_own_moves(moves: Sequence[OwnMove], now: Market, *, has_peers: bool) -> list[Line]:
    """Return a line for each plan, with the rival and the cost of both."""
    sold = {item.plan_id: item for item in now.listings}
    return [_say(each, sold, has_peers=has_peers) for each in moves]


def _say(move: OwnMove, sold: dict[str, Listing], *, has_peers: bool) -> Line:
    verdict = move.verdict
    own, rival = sold[verdict.item.plan_id], verdict.dominator
    plan = f"{name_plan_of_brand(own.plan)}, {format_pounds(own.monthly_pence)}"
    other = f"{name_plan_of_brand(rival.plan)}"
    if move.kind == "not_dominated":
        was = pence_fact(
            "cost_before",
            plan_of(rival),
            rival.monthly_pence,
            "effective cost at the start",
            "Comparable monthly cost",
        )
        return Line(
            kind=move.kind,
            text=f"{plan}: no longer dominated{' by a peer' if has_peers else ''}; before, by "
            f"{other}, {format_pounds(rival.monthly_pence)}.",
            facts=(cost_fact(own), was),
        )
    facts = [cost_fact(own), cost_fact(rival)]
    cost = format_pounds(rival.monthly_pence)
    if move.kind == "dominated":
        unsure = join_words(verdict.depends_on)
        unsure = f" (its own {unsure} not stated)" if unsure else ""
        said = f"now dominated by {other}, {cost}{unsure}"
    else:
        facts.append(
            pence_fact("wider", plan_of(own), move.wider_pence, "growth of the gap", "Domination")
        )
        said = f"{format_pounds(move.wider_pence)} further behind {other}, {cost}"
    return Line(kind=move.kind, text=f"{plan}: {said}.", facts=tuple(facts))
