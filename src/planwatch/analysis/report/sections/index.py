"""Market index section: the index of the last 90 days with churn, and the plans of each owner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, facts_of, ids_of
from planwatch.analysis.inputs import Background
from planwatch.analysis.market.market import build_market
from planwatch.analysis.market.owners import OwnerGroup
from planwatch.analysis.metrics.market_index import IndexPoint, market_index
from planwatch.analysis.report.costs import cost_cells, cost_columns
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.subjects import MARKET, market_of
from planwatch.domain.phrasing import (
    count_of,
    format_date,
    format_percent,
    format_pounds,
    join_words,
    name_plan_of_brand,
)
from planwatch.domain.plan import Plan

_INDEX_COLUMNS: Final[tuple[Column, ...]] = (
    ("day", "Day", "date"),
    ("index", "Index", "int"),
    ("mean_pence", "Mean of baskets", "money"),
    ("plans", "Plans", "int"),
    ("new", "New", "int"),
    ("withdrawn", "Withdrawn", "int"),
    ("churn_percent", "Churn", "share"),
)
_OWNER_COLUMNS: Final[tuple[Column, ...]] = (
    ("owner", "Owner", "text"),
    ("brands", "Brands", "text"),
    ("plans", "Plans", "int"),
    *cost_columns("cheapest_pence", "Cheapest effective"),
    ("cheapest", "Plan", "text"),
)


def find_index(background: Background) -> tuple[IndexPoint, ...]:
    """Return the index over the markets of the background; () without two of them."""
    markets = [
        (
            day,
            build_market(_one_offer_each(plans), unverified=background.unverified),
        )
        for day, plans in background.past_markets
    ]
    return market_index(markets, background.baskets) if len(markets) > 1 else ()


def _one_offer_each(plans: Sequence[Plan]) -> list[Plan]:
    return list({(plan.source, plan.plan_key): plan for plan in plans}.values())


def index_table(points: Sequence[IndexPoint]) -> Record:
    rows = [
        {
            "day": point.day.isoformat(),
            "index": point.index,
            "mean_pence": point.mean_pence,
            "plans": point.plans,
            "new": point.new,
            "withdrawn": point.withdrawn,
            "churn_percent": point.churn_percent,
            "ids": ids_of(
                market_of(point.day),
                index="index",
                mean_pence="index_mean",
                churn_percent="index_churn",
            ),
        }
        for point in points
    ]
    return build_table("index", "Market index (first day = 100)", _INDEX_COLUMNS, rows)


def say_index(points: Sequence[IndexPoint]) -> list[str]:
    """Return one sentence on how the market moved, none without an index."""
    if len(points) < 2:
        return []
    first, last = points[0], points[-1]
    words = (
        "is unchanged"
        if last.index == first.index
        else f"has {'risen' if last.index > first.index else 'fallen'} to {last.index}"
    )
    churn = ""
    if last.churn_percent is not None:
        since = format_date(points[-2].day)
        churn = f", with {format_percent(last.churn_percent)} churn since {since}"
    return [
        f"The market index {words} since {format_date(first.day)} (100): the mean price of "
        f"{count_of(last.baskets, 'basket')} is {format_pounds(last.mean_pence)} a month{churn}."
    ]


def index_facts(points: Sequence[IndexPoint]) -> list[Fact]:
    return [fact for point in points for fact in _point_facts(point, points[0])]


def _point_facts(point: IndexPoint, first: IndexPoint) -> list[Fact]:
    day = market_of(point.day)
    return [
        *facts_of(
            day,
            "Market index",
            ("index", "market index", point.index, "index"),
            base=market_of(first.day),
        ),
        *facts_of(
            day,
            "Market index",
            ("index_mean", "mean price of the baskets", point.mean_pence, "pence_per_month"),
            ("index_churn", "churn: new and withdrawn plans", point.churn_percent, "percent"),
            ("index_baskets", "baskets in the index", point.baskets, "count"),
        ),
    ]


def owner_table(owners: Iterable[OwnerGroup]) -> Record:
    return build_table("owners", "By owner", _OWNER_COLUMNS, map(_owner_row, owners))


def _owner_row(group: OwnerGroup) -> Record:
    return {
        "owner": group.owner,
        "brands": join_words(group.brands),
        "plans": group.plans,
        **cost_cells(cheapest_pence=group.cheapest),
        "cheapest": name_plan_of_brand(group.cheapest.plan) if group.cheapest else None,
    }


def say_owners(owners: Sequence[OwnerGroup], plans: int) -> list[str]:
    """Return one sentence on the owner with the most plans, none where there is only one owner."""
    if len(owners) < 2:
        return []
    first, brands = owners[0], join_words(owners[0].brands)
    return [f"{first.owner} ({brands}) has the most plans: {first.plans} of {plans}."]


def owner_facts(owners: Iterable[OwnerGroup]) -> list[Fact]:
    return [
        count_fact(
            "owner_plans",
            group.plans,
            "plans",
            MARKET.said(group.owner),
            group.owner.lower().replace(" ", "-"),
        )
        for group in owners
    ]
