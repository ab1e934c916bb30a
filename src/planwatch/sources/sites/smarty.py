"""SMARTY: one JSON list of every plan, all of them rolling for a month.

Pounds and GB; 0 GB is unlimited. A name is not unique ("8GB" is sold twice): the id is, and the
category tells apart plans of the same data. A record at £0 outside the categories on sale, such as
a member of a group, is no plan that a buyer can have and is passed over, as an advertisement is.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from planwatch.domain.allowance import MB_PER_GB, UNLIMITED, Allowance
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan
from planwatch.errors import UnreadableText
from planwatch.sources.contract import Reading, Source
from planwatch.sources.reading.json_page import (
    allowance_of_mb,
    find,
    parse_json,
    pence_of_pounds,
    read_items,
    require_any,
    take,
)

PLANS: Final = "data.attributes.plans"
ID: Final = "id"
NAME: Final = "name"
CATEGORY: Final = "categoryType"
PRICE: Final = "finalPrice.value"
CURRENCY: Final = "finalPrice.currency"
DATA_GB: Final = "dataAllowanceGB"
DATA_NOW_GB: Final = "dataAllowanceWithPromosGB"
VOUCHER_DATA_GB: Final = "voucher.applies_to.title"
DATA_ONLY: Final = "planIsDataOnly"
DESCRIPTION: Final = "description"
SLUG: Final = "slug"

TERM_MONTHS: Final = 1
ON_SALE: Final = frozenset({"classic", "data-only", "data-discount"})
PLAN_PAGE: Final = "https://smarty.co.uk/plans/"
_DIGITS: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def parse(page: Page, as_of: date) -> Reading:
    items = take(parse_json(page.text, "SMARTY's answer"), PLANS, list)
    reading = read_items(items, PLANS, lambda item: _parse_plan(item, as_of), ref=ID)
    return require_any(reading, PLANS)


def _parse_plan(item: Any, as_of: date) -> Plan | None:
    category = take(item, CATEGORY, str)
    if category not in ON_SALE and not take(item, PRICE, Decimal):
        return None
    base = _allowance_of_gb(take(item, DATA_GB, Decimal), DATA_GB)
    now = _parse_data_now(item, base)
    slug = find(item, SLUG, str)
    return Plan(
        brand="SMARTY",
        source="smarty",
        name=_parse_name(item),
        variant=category,
        allowance=now,
        base_allowance=base if base != now else None,
        term_months=TERM_MONTHS,
        price_pence=_parse_price(item),
        as_of=as_of,
        minutes=_find_service(item, "voice"),
        texts=_find_service(item, "text"),
        source_ref=take(item, ID, str),
        url=f"{PLAN_PAGE}{slug}" if slug else None,
    )


def _parse_name(item: Any) -> str:
    name = take(item, NAME, str).strip()
    if not name:
        raise UnreadableText(f"{NAME} is empty")
    return name


def _parse_price(item: Any) -> int:
    currency = take(item, CURRENCY, str)
    if currency != "GBP":
        raise UnreadableText(f"{CURRENCY}: expected GBP, found {currency!r}")
    return pence_of_pounds(take(item, PRICE, Decimal), PRICE)


def _allowance_of_gb(gb: Decimal, path: str) -> Allowance:
    return allowance_of_mb(gb * MB_PER_GB, path) if gb else UNLIMITED


def _parse_data_now(item: Any, base: Allowance) -> Allowance:
    """Return what a buyer gets now: the promoted data, which is never less than the base."""
    promoted = find(item, DATA_NOW_GB, Decimal)
    path = DATA_NOW_GB
    if promoted is None:
        promoted, path = _find_voucher_gb(item), VOUCHER_DATA_GB
    if promoted is None:
        return base
    if not promoted and not base.unlimited:
        raise UnreadableText(f"{path}: 0 beside {base} is neither no promotion nor unlimited")
    now = _allowance_of_gb(promoted, path)
    if not now.covers(base):
        raise UnreadableText(f"{path}: {now} with a promotion is less than {base} without")
    return now


def _find_voucher_gb(item: Any) -> Decimal | None:
    title = find(item, VOUCHER_DATA_GB, str)
    return Decimal(title) if title and _DIGITS.fullmatch(title) else None


def _find_service(item: Any, service: str) -> str | None:
    if find(item, DATA_ONLY, bool):
        return "0"
    description = (find(item, DESCRIPTION, str) or "").lower()
    return "unlimited" if f"unlimited {service}" in description else None


SOURCE: Final = Source(
    id="smarty",
    brand="SMARTY",
    title="SMARTY",
    requests=(
        PageRequest(
            name="plans",
            url="https://smarty.co.uk/api/v3/plans",
            headers={"accept": "application/json"},
        ),
    ),
    parse=parse,
    rises="fixed_price",
    checked_against="true values of September 2025 in a rebuilt JSON (17 plans)",
)
