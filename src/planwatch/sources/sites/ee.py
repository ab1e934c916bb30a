"""EE: one GraphQL answer for pay monthly and one for pay as you go.

Pounds, and MB at 1000 a GB; -1 MB is unlimited. A pay-as-you-go plan has no term and is paid today;
it is term 0 here. "mulit-sim-payg" is how EE spells it.
"""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan, PriceStep
from planwatch.errors import UnreadableText
from planwatch.sources.contract import Reading, Source
from planwatch.sources.reading.features import read_features
from planwatch.sources.reading.json_page import (
    allowance_of_mb,
    find,
    parse_day,
    parse_json,
    parse_term,
    pence_of_pounds,
    read_items,
    require_any,
    take,
)
from planwatch.sources.reading.text import clean

COMBINATIONS: Final = "data.simBundle.productPlanCombinations"
CODE: Final = "plan.code"
NAME: Final = "plan.name"
MONTHLY_PRICE: Final = "plan.price.payMonthlyPrice"
WAS_MONTHLY_PRICE: Final = "plan.price.wasPayMonthlyPrice"
PRICE_TODAY: Final = "plan.price.payTodayPrice"
WAS_PRICE_TODAY: Final = "plan.price.wasPayTodayPrice"
TERM: Final = "plan.price.subscriptionTermInMonths"
LATER_PRICE: Final = "plan.price.futurePayMonthlyPrice"
LATER_PRICES: Final = "plan.price.futurePrices"
ENTITLEMENTS: Final = "plan.entitlements"
FAMILY_TITLE: Final = "plan.planFamily.title"
FAMILY_TYPE: Final = "plan.planFamily.type"
FEATURES: Final = ("plan.planFamily.features", "plan.planFamily.specialFeatures")
LABELS: Final = "plan.labels"

UNLIMITED_MB: Final = -1
DATA_CODE: Final = "ME_DATA_MB"
GUIDED: Final = "guided"
_NOT_A_TIER: Final = re.compile(
    r"£[0-9.]{1,12}|[0-9.]{1,12}\s?[GM]B|\bunlimited(?: data)?\b|\bpay as you go\b|\bPAYG\b"
    r"|\bplan\b",
    re.IGNORECASE,
)

_PROMOTION: Final = re.compile(r"£|%|\b(?:free|half|gift|voucher|cashback)\b", re.IGNORECASE)

QUERY: Final = """
query SimBundleQuery($bundleSeoId: String!, $simSeoId: String!) {
  simBundle(simBundleInput: {bundleSeoId: $bundleSeoId, simSeoId: $simSeoId}) {
    productPlanCombinations {
      plan {
        code
        name
        price {
          payMonthlyPrice
          payTodayPrice
          wasPayTodayPrice
          subscriptionTermInMonths
          futurePayMonthlyPrice
          futurePrices { price appliedDate }
        }
        planFamily { title type features { name } }
        entitlements { name quantity unit }
        labels { ... on PromotionLabel { title } }
      }
    }
  }
}
"""


def parse(page: Page, as_of: date) -> Reading:
    items = take(parse_json(page.text, "EE's answer"), COMBINATIONS, list)
    reading = read_items(items, COMBINATIONS, lambda item: _parse_plan(item, as_of), ref=CODE)
    return require_any(reading, COMBINATIONS)


def _parse_plan(item: Any, as_of: date) -> Plan:
    price_path, was_path = _find_price_paths(item)
    price_pence = pence_of_pounds(take(item, price_path, Decimal), price_path)
    was = find(item, was_path, Decimal)
    return Plan(
        brand="EE",
        source="ee",
        name=_parse_name(item),
        variant=_parse_variant(item),
        allowance=_parse_allowance(item),
        term_months=_parse_term(item),
        price_pence=price_pence,
        list_price_pence=pence_of_pounds(was, was_path) if was else None,
        price_steps=_parse_steps(item, price_pence),
        as_of=as_of,
        incentives=_find_promotions(item),
        source_ref=take(item, CODE, str),
        **read_features(_find_features(item)),
    )


def _find_price_paths(item: Any) -> tuple[str, str]:
    if find(item, MONTHLY_PRICE, Decimal):
        return MONTHLY_PRICE, WAS_MONTHLY_PRICE
    if find(item, PRICE_TODAY, Decimal):
        return PRICE_TODAY, WAS_PRICE_TODAY
    raise UnreadableText(f"neither {MONTHLY_PRICE} nor {PRICE_TODAY} is a price above £0")


def _parse_term(item: Any) -> int:
    """Return the term of a plan billed by the month; what is paid today is pay as you go."""
    months = find(item, TERM, int)
    if find(item, MONTHLY_PRICE, Decimal):
        if not months:
            raise UnreadableText(f"{TERM}: a price a month without a term")
        return parse_term(months, TERM)
    if months not in (None, 0, 1):
        raise UnreadableText(f"{TERM}: {months} months on a plan that is paid today")
    return 0


def _parse_name(item: Any) -> str:
    name = clean(take(item, NAME, str))
    if not name:
        raise UnreadableText(f"{NAME} is empty")
    return name


def _parse_variant(item: Any) -> str:
    """Return the family, else what the name says beside data and price.

    A plan for children ("Guided Pay as you go plan £9") may share the family of the others.
    """
    name = take(item, NAME, str)
    family = find(item, FAMILY_TITLE, str) or find(item, FAMILY_TYPE, str)
    if not family:
        return clean(_NOT_A_TIER.sub(" ", name))
    is_marked = GUIDED in name.lower() and GUIDED not in family.lower()
    return clean(f"{family} {GUIDED}" if is_marked else family)


def _parse_allowance(item: Any) -> Allowance:
    found = {
        take(entitlement, "quantity", Decimal)
        for entitlement in take(item, ENTITLEMENTS, list)
        if _is_data(entitlement)
    }
    if len(found) != 1:
        raise UnreadableText(f"{ENTITLEMENTS}: {len(found)} data allowances in MB, expected one")
    data_mb = found.pop()
    return UNLIMITED if data_mb == UNLIMITED_MB else allowance_of_mb(data_mb, ENTITLEMENTS)


def _is_data(entitlement: Any) -> bool:
    """Tell the data at home from minutes, and from data abroad, which has a longer name."""
    if find(entitlement, "code", str) == DATA_CODE:
        return True
    in_mb = "MB" in (find(entitlement, "unit", str) or "").upper()
    return in_mb and take(entitlement, "name", str).strip().lower() in ("data", "uk data")


def _parse_steps(item: Any, price_pence: int) -> tuple[PriceStep, ...]:
    steps = tuple(
        PriceStep(
            parse_day(take(row, "appliedDate", str), LATER_PRICES),
            pence_of_pounds(take(row, "price", Decimal), LATER_PRICES),
        )
        for row in find(item, LATER_PRICES, list) or ()
    )
    later = find(item, LATER_PRICE, Decimal)
    if later and not steps and pence_of_pounds(later, LATER_PRICE) != price_pence:
        raise UnreadableText(f"{LATER_PRICE}: £{later} from a day that is not stated")
    return steps


def _find_features(item: Any) -> tuple[str, ...]:
    rows = [row for path in FEATURES for row in find(item, path, list) or ()]
    return tuple(clean(take(row, "name", str)) for row in rows)


def _find_promotions(item: Any) -> tuple[str, ...]:
    titles = [find(label, "title", str) for label in find(item, LABELS, list) or ()]
    return tuple(clean(title) for title in titles if title and _PROMOTION.search(title))


def _request(name: str, bundle: str, sim: str) -> PageRequest:
    variables = {"bundleSeoId": bundle, "simSeoId": sim}
    return PageRequest(
        name=name,
        url="https://ee.co.uk/graphql",
        params={
            "operationName": "SimBundleQuery",
            "variables": json.dumps(variables, separators=(",", ":")),
            "query": clean(QUERY),
        },
        headers={"accept": "*/*", "content-type": "application/json"},
    )


SOURCE: Final = Source(
    id="ee",
    brand="EE",
    title="EE",
    requests=(
        _request("pay-monthly", "sim-only-deals", "multi-sim-paym"),
        _request("pay-as-you-go", "pay-as-you-go-sim-only", "mulit-sim-payg"),
    ),
    parse=parse,
    rises="prints_rises",
    checked_against="an answer rebuilt from descriptions",
)
