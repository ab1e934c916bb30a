"""Pages that print no card: the plans stand in JSON or in attributes."""

from __future__ import annotations

import json
from typing import Any

from tests.support.card_layouts.layouts import Layout
from tests.support.card_layouts.markup import Habit, escape, money, size, term
from tests.support.card_layouts.offer import Offer


def _plain(habit: Habit, offers: list[Offer]) -> list[dict[str, Any]]:
    """Return the offers as objects, in one of several habits of naming."""
    tongue = habit.tongue
    style = habit.pick("json", ("pounds", "pence", "nested", "text", "entitled"))
    found: list[dict[str, Any]] = []
    for number, offer in enumerate(offers):
        base: dict[str, Any] = {
            "id": f"P{number}",
            "name": f"{offer.name} SIM",
            "contractLength": offer.term_months,
        }
        pounds = offer.price_pence / 100
        gb = -1 if offer.data_mb is None else offer.data_mb / 1000
        if style == "pounds":
            base |= {
                "monthlyPrice": pounds,
                "dataGB": gb,
                "upfrontCost": 0,
                "wasPrice": (offer.was_pence or 0) / 100 or None,
            }
        elif style == "pence":
            base |= {
                "priceInPence": offer.price_pence,
                "dataAllowanceMb": -1 if offer.data_mb is None else offer.data_mb,
            }
        elif style == "nested":
            base |= {
                "price": {
                    "monthly": {"gross": f"{pounds:.2f}", "net": f"{pounds / 1.2:.2f}"},
                    "upfront": {"gross": "0.00"},
                },
                "allowances": [
                    {
                        "type": "DATA",
                        "value": "Unlimited"
                        if offer.data_mb is None
                        else str(int(gb) if gb >= 1 else gb),
                        "uom": "GB",
                    },
                    {"type": "VOICE", "value": "Unlimited"},
                ],
            }
        elif style == "text":
            base |= {
                "price": money(tongue, offer.price_pence),
                "data": size(tongue, offer.data_mb),
                "roaming": "12GB",
                "minutes": "Unlimited",
            }
        else:
            base |= {
                "payMonthlyPrice": pounds,
                "futurePrices": [{"price": pounds + 2.5, "appliedDate": "2026-03-31"}],
                "entitlements": [
                    {"name": "Minutes", "quantity": -1, "unit": "MIN"},
                    {
                        "name": "Data",
                        "quantity": -1 if offer.data_mb is None else offer.data_mb,
                        "unit": "MB",
                    },
                ],
            }
        found.append(base)
    return found


def in_next_data(habit: Habit, offers: list[Offer]) -> str:
    state = {
        "props": {
            "pageProps": {"plans": _plain(habit, offers), "nav": [{"title": "Phones", "price": 29}]}
        },
        "page": "/sim",
    }
    return (
        f"<div id=__next></div>"
        f"<script id=__NEXT_DATA__ type='application/json'>{json.dumps(state)}</script>"
    )


def in_window(habit: Habit, offers: list[Offer]) -> str:
    state = {"catalogue": {"groups": [{"title": "SIM only", "items": _plain(habit, offers)}]}}
    return f"<div id=root></div><script>window.__STATE__ = {json.dumps(state)};window.x=1;</script>"


def in_comment(habit: Habit, offers: list[Offer]) -> str:
    by_id = {plan["id"]: plan for plan in _plain(habit, offers)}
    return (
        f"<script type='application/json' data-key='Range'>"
        f"<!--{json.dumps({'plans': by_id})}--></script>"
    )


def in_data_page(habit: Habit, offers: list[Offer]) -> str:
    return (
        f"<div id=app"
        f" data-page='{escape(json.dumps({'props': {'bundles': _plain(habit, offers)}}))}'>"
        f"</div>"
    )


def in_json_ld(habit: Habit, offers: list[Offer]) -> str:
    products = [
        {
            "@type": "Product",
            "name": f"SIM - {size(habit.tongue, offer.data_mb)}{'' if offer.data_mb else ' data'}"
            f" - {term(habit, offer.term_months)}",
            "offers": {
                "@type": "Offer",
                "price": f"{offer.price_pence / 100:.2f}",
                "priceCurrency": habit.tongue.currency,
            },
        }
        for offer in offers
    ]
    state = {"@type": "ItemList", "itemListElement": products}
    return f"<script type='application/ld+json'>{json.dumps(state)}</script>"


def in_pictures(habit: Habit, offers: list[Offer]) -> str:
    """Cards are pictures; their words stand in alt."""
    per = habit.pick("per", habit.tongue.per_month)
    return (
        "<div>"
        + "".join(
            f"<a href='/p'><img src=c.png alt='{escape(size(habit.tongue, offer.data_mb))},"
            f" {escape(money(habit.tongue, offer.price_pence))}"
            f" {escape(per)}, {term(habit, offer.term_months)}'></a>"
            for offer in offers
        )
        + "</div>"
    )


def in_labels(habit: Habit, offers: list[Offer]) -> str:
    """The price is drawn; only its aria-label says it."""
    return (
        "<ul>"
        + "".join(
            f"<li><h3>{size(habit.tongue, offer.data_mb)}</h3>"
            f"<div role=img aria-label='{escape(money(habit.tongue, offer.price_pence))}"
            f" {escape(habit.tongue.per_month[0])}'></div>"
            f"<p>{term(habit, offer.term_months)}</p><a href='/b'>Buy</a></li>"
            for offer in offers
        )
        + "</ul>"
    )


def in_data_attributes(habit: Habit, offers: list[Offer]) -> str:
    return (
        "<div>"
        + "".join(
            f"<article data-price='{offer.price_pence / 100:.2f}'"
            f" data-data='{-1 if offer.data_mb is None else offer.data_mb}'"
            f" data-contract-length='{offer.term_months}' data-name='{offer.name}'>"
            f"<div class=skeleton></div></article>"
            for offer in offers
        )
        + "</div>"
    )


CARRIED: dict[str, Layout] = {
    "next data": in_next_data,
    "window": in_window,
    "comment": in_comment,
    "data-page": in_data_page,
    "json-ld": in_json_ld,
    "pictures": in_pictures,
    "aria-label": in_labels,
    "data attributes": in_data_attributes,
}
