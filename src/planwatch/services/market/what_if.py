"""`what-if`: hypothetical tariffs from the command line or a file, put into the plans in force."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from planwatch.analysis.market.market import Listing, Market, build_market
from planwatch.analysis.metrics.baskets import Basket
from planwatch.analysis.metrics.frontier import Domination
from planwatch.analysis.metrics.tariff import Tariff, parse_tariff
from planwatch.analysis.what_if import BasketRank, Placement, place_tariff
from planwatch.domain.phrasing import name_plan_of_brand
from planwatch.domain.rise_table import load_rise_rules
from planwatch.errors import NoPlans, UsageError
from planwatch.ledger.plans.read import load_current_plans
from planwatch.ledger.store.connection import Ledger

MOST_TARIFFS: Final = 50
_MOST_BYTES: Final = 1_000_000


def load_market(ledger: Ledger, *, unverified: bool = False) -> Market:
    """Return the plans in force that can be compared, with their whole schedules.

    Args:
        unverified: with those that only the card miner read.

    Raises:
        NoPlans: there is none.
    """
    plans = [stored.plan for stored in load_current_plans(ledger)]
    market = build_market(plans, unverified=unverified)
    if not market.listings:
        raise NoPlans(
            "there are no plans yet to compare a tariff with",
            hint="collect them first: planwatch scrape --wait (or try: planwatch demo)",
        )
    return market


def read_tariffs(path: Path, known_brands: Sequence[str]) -> list[Tariff]:
    """Return the tariffs of a JSON or CSV file, in its order.

    Raises:
        UsageError: the file cannot be read, holds none or more than 50, or a tariff is not
            readable; its number is named.
    """
    rows = _read_rows(path)
    if not 0 < len(rows) <= MOST_TARIFFS:
        raise UsageError(
            f"{path} holds {len(rows) or 'no'} tariffs",
            hint=f"put 1 to {MOST_TARIFFS} tariffs into a file",
        )
    tariffs = []
    for number, row in enumerate(rows, start=1):
        try:
            tariffs.append(parse_tariff(row, known_brands))
        except UsageError as error:
            raise UsageError(
                f"tariff {number} of {path}: {error.message}", hint=error.hint
            ) from error
    return tariffs


def _read_rows(path: Path) -> list[Mapping[str, Any]]:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"cannot read {path} ({error.strerror})", hint="name a JSON or CSV file of tariffs"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text", hint="save it as UTF-8") from error
    if len(content) > _MOST_BYTES:
        raise UsageError(
            f"{path} is larger than 1 MB", hint=f"put at most {MOST_TARIFFS} tariffs into it"
        )
    return _read_json(path, text) if text.lstrip()[:1] in ("[", "{") else _read_csv(path, text)


def _read_json(path: Path, text: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:  # also a number or a nesting beyond belief
        raise UsageError(
            f"{path} is not valid JSON ({error})",
            hint='write [{"brand": "O2", "data": "100GB", "term": 24, "price": 18}]',
        ) from error
    rows = found.get("tariffs") if isinstance(found, dict) and "tariffs" in found else found
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UsageError(
            f"{path} does not hold a list of tariffs",
            hint='write [{"brand": "O2", "data": "100GB", "term": 24, "price": 18}]',
        )
    return rows


def _read_csv(path: Path, text: str) -> list[Mapping[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
    try:
        rows: list[Mapping[str, Any]] = list(reader)
    except csv.Error as error:
        raise UsageError(
            f"{path} is not valid CSV: {error}", hint="save it as CSV again"
        ) from error
    if any(None in row for row in rows):
        raise UsageError(
            f"{path} has a row with more values than its header",
            hint="put text that contains a comma in quotes",
        )
    return rows


def place_tariffs(
    market: Market, tariffs: Sequence[Tariff], baskets: Sequence[Basket]
) -> list[dict[str, Any]]:
    """Return each tariff's placement, alone among the plans in force, as a JSON record."""
    table = load_rise_rules()
    return [
        placement_record(place_tariff(tariff, market, baskets, table.of(tariff.brand)))
        for tariff in tariffs
    ]


def placement_record(placed: Placement) -> dict[str, Any]:
    """Return a placement in the shape of docs/reference/json.md."""
    plan, gap = placed.item.plan, placed.gap
    return {
        "brand": plan.brand,
        "name": plan.name,
        "data_mb": plan.allowance.data_mb,
        "unlimited": plan.allowance.unlimited,
        "term_months": plan.term_months,
        "price_pence": placed.tariff.price_pence,
        "promo_pence": placed.tariff.promo_pence,
        "promo_months": placed.tariff.promo_months,
        "rise_pence": placed.tariff.rise_pence,
        "rise_source": placed.rise_source,
        "may_rise": plan.may_rise,
        "roaming": plan.roaming,
        "generation": plan.generation,
        "as_of": plan.as_of.isoformat(),
        "effective_pence": placed.item.monthly_pence,
        "exit_price_pence": plan.exit_price_pence,
        "monthly_pence": list(plan.prices_by_month()),
        "efficient": not placed.dominated_by,
        "joins_frontier_at_pence": placed.joins_at_pence,
        "joins_frontier_at_effective_pence": placed.joins_at_cost_pence,
        "no_rival_gives_as_much": placed.is_free_of_rivals,
        "rival": name_plan_of_brand(gap.rival.plan) if gap else None,
        "rival_pence": gap.rival.monthly_pence if gap else None,
        "gap_pence": gap.pence if gap else None,
        "gap_percent": gap.percent if gap else None,
        "baskets": [_basket_record(rank) for rank in placed.baskets],
        "dominates": [_domination_record(verdict, verdict.item) for verdict in placed.dominates],
        "dominated_by": [
            _domination_record(verdict, verdict.dominator) for verdict in placed.dominated_by
        ],
    }


def _basket_record(rank: BasketRank) -> dict[str, Any]:
    return {
        "basket": rank.basket.id,
        "label": rank.basket.label,
        "rank": rank.rank,
        "brands": rank.brands,
        "market_pence": rank.market_pence,
        "market_brands": list(rank.market_brands),
        "win_pence": rank.win_pence,
    }


def _domination_record(verdict: Domination, shown: Listing) -> dict[str, Any]:
    """Return a domination with the plan on its other side."""
    return {
        "plan_id": shown.plan_id,
        "plan": name_plan_of_brand(shown.plan),
        "effective_pence": shown.plan.effective_pence,
        "comparable_pence": shown.monthly_pence,
        "gap_pence": verdict.gap_pence,
        "hangs_on": list(verdict.depends_on),
    }
