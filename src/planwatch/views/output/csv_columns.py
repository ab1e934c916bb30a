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
    "printed_effective_pence",
)
MONTH_COLUMNS: Final = (
    "brand",
    "source",
    "plan_key",
    "name",
    "month",
    "from",
    "price_pence",
    "reason",
    "derived",
    "upfront_pence",
    "credit_pence",
    "effective_pence",
    "currency",
)
MATCH_COLUMNS: Final = ("kind", "what", "id", "figures", "command")
RULE_COLUMNS: Final = (
    "brand",
    "kind",
    "pence_a_year",
    "month",
    "day",
    "family",
    "condition",
    "signed_from",
    "signed_to",
    "rises_from",
    "rises_to",
    "data_mb_from",
    "data_mb_below",
    "halved",
    "checked",
    "is_old",
    "source",
    "note",
    "plan_key",
    "plan_source",
    "holds",
    "why_not",
)
