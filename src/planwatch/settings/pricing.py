"""The section `pricing`, read by itself: a command whose prices nobody set waits for no library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planwatch.settings.model import PricingSettings


def pricing_section(values: Mapping[str, Any]) -> PricingSettings | None:
    """Return the checked section `pricing`; None, and nothing imported, where it is not set.

    Raises:
        SettingsError: a key of it is not valid.
    """
    if not values.get("pricing"):
        return None
    from planwatch.settings.model import build_pricing  # pydantic takes 0.2 s to import

    return build_pricing(values)
