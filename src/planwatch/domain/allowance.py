"""A data allowance. *Unlimited* is a value of its own, never 0, −1 or a large number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MB_PER_GB: Final = 1000


@dataclass(frozen=True, slots=True)
class Allowance:
    """Data a month: `data_mb` in MB (1000 per GB), None exactly when `unlimited`."""

    data_mb: int | None
    unlimited: bool = False

    def __post_init__(self) -> None:
        if self.unlimited != (self.data_mb is None):
            raise ValueError("an allowance is either unlimited or a number of MB")
        if self.data_mb is not None and self.data_mb <= 0:
            raise ValueError(f"an allowance is more than 0 MB, not {self.data_mb}")

    @classmethod
    def of_gb(cls, gb: int) -> Allowance:
        return cls(gb * MB_PER_GB)

    def covers(self, other: Allowance) -> bool:
        """Tell whether this gives no less data than `other`."""
        if self.data_mb is None:
            return True
        return other.data_mb is not None and self.data_mb >= other.data_mb

    @property
    def sort_key(self) -> float:
        """Order by data, unlimited last."""
        return float("inf") if self.data_mb is None else float(self.data_mb)

    @property
    def slug(self) -> str:
        """The form that goes into a plan key: `25gb`, `500mb`, `unlimited`."""
        if self.data_mb is None:
            return "unlimited"
        gb, rest = divmod(self.data_mb, MB_PER_GB)
        return f"{self.data_mb}mb" if rest else f"{gb}gb"

    def __str__(self) -> str:
        if self.data_mb is None:
            return "Unlimited"
        if self.data_mb < MB_PER_GB:
            return f"{self.data_mb} MB"
        return f"{self.data_mb / MB_PER_GB:.10g} GB"


UNLIMITED: Final = Allowance(None, unlimited=True)
