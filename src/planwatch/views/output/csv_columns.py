"""The columns of CSV: keys of the JSON records, in the order in which a reader wants them.

Without Rich: a command that prints CSV or JSON must not wait for it.
"""

from __future__ import annotations

from typing import Final

CHANGE_COLUMNS: Final = (
    "changed_at",
    "brand",
    "source",
    "plan_key",
    "name",
    "kind",
    "before",
    "after",
    "by_pence",
    "by_percent",
    "currency",
    "plan_id",
    "plan",
)
HISTORY_COLUMNS: Final = (
    "brand",
    "source",
    "plan_key",
    "name",
    "first_seen",
    "last_seen",
    "price_pence",
    "effective_pence",
    "exit_price_pence",
    "list_price_pence",
    "promo_months",
    "data_mb",
    "unlimited",
    "term_months",
    "changed",
    "is_correction",
    "withdrawn_at",
    "page",
    "captured_at",
    "url",
    "sha256",
    "plan_id",
    "plan",
)
