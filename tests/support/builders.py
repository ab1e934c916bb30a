"""The JSON of a shop around given values, in the shape that docs/reference/sources.md describes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

KB_PER_GB = 1024 * 1024


def build_smarty_answer(plans: Iterable[Mapping[str, Any]]) -> bytes:
    """Return SMARTY's answer for plans given by id, name, categoryType, data and price."""
    return _dump({"data": {"attributes": {"plans": [_smarty_plan(plan) for plan in plans]}}})


def _smarty_plan(plan: Mapping[str, Any]) -> dict[str, Any]:
    promoted = plan.get("promo_data_gb")
    return {
        "id": plan["id"],
        "name": plan["name"],
        "description": plan["description"],
        "categoryType": plan["categoryType"],
        "finalPrice": {"value": plan["price_gbp_month"], "currency": "GBP"},
        "dataAllowanceGB": plan["raw_sim_data"],
        "dataAllowanceWithPromosGB": promoted or plan["raw_sim_data"],
        "planIsDataOnly": plan["categoryType"] == "data-only",
        "slug": plan["slug"],
        "voucher": {"roundel_type": plan["promo_text"], "applies_to": {"title": str(promoted)}}
        if promoted
        else None,
    }


def build_giffgaff_page(
    plans: Iterable[Mapping[str, Any]], *, json_ld: bool = True, range_page: bool = True
) -> bytes:
    """Return giffgaff's page with its plans as JSON-LD, as hypernova JSON, or both."""
    rows = list(plans)
    scripts = ""
    if json_ld:
        scripts += f'<script type="application/ld+json">{_text(_product(rows))}</script>'
    if range_page:
        ranged = {str(number): _range_plan(number, row) for number, row in enumerate(rows, 101)}
        scripts += (
            '<script type="application/json" data-hypernova-key="RangePage"'
            f' data-hypernova-id="1f0a">{wrap_hypernova({"plans": ranged})}</script>'
        )
    return f"<!DOCTYPE html><html><head>{scripts}</head><body></body></html>".encode()


def wrap_hypernova(value: Any) -> str:
    """Return JSON as hypernova writes it into a page: in a comment, & and > as entities."""
    return f"<!--{_text(value).replace('&', '&amp;').replace('>', '&gt;')}-->"


def _product(rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "@type": "Product",
        "isRelatedTo": [_related(row) for row in rows if row["plan_kind"] == "contract"],
        "isSimilarTo": [_related(row) for row in rows if row["plan_kind"] != "contract"],
    }


def _related(row: Mapping[str, Any]) -> dict[str, Any]:
    size = "Unlimited data" if row["unlimited"] else f"{row['data_gb']} GB"
    return {
        "@type": "Product",
        "name": row["name"],
        "description": f"{size}, Unlimited Calls and Text",
        "url": row["url"],
        "offers": {"price": f"{row['price_gbp_month']:.2f}", "priceCurrency": "GBP"},
    }


def _range_plan(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    descriptions = {"contract": "18 months", "monthly-rolling": "Monthly rolling"}
    tags = {"contract": ["contract_18"], "monthly-rolling": ["golden"]}
    return {
        "id": f"plan-{number}",
        "name": f"£{row['price_gbp_month']:g} plan",
        "priceInPence": int(Decimal(str(row["price_gbp_month"])) * 100),
        "description": descriptions.get(row["plan_kind"], "Pay as you go, lasts 30 days"),
        "allowance": [
            {"type": "MINUTES", "allocation": -1},
            {"type": "DATA", "allocation": _kb_of(row)},
        ],
        "tags": tags.get(row["plan_kind"], []),
    }


def _kb_of(row: Mapping[str, Any]) -> int:
    return -1 if row["unlimited"] else int(row["data_gb"] * KB_PER_GB)


def _dump(value: Any) -> bytes:
    return _text(value).encode()


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
