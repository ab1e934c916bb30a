"""The table of price-rise rules that comes with the package, read when a plan needs it."""

from __future__ import annotations

import hashlib
import pkgutil
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from planwatch.domain.rise_rules import COMPLETION, RiseRule, parse_rules

_PACKAGED: Final = "data/rise_rules.toml"


@dataclass(frozen=True)
class RiseTable:
    """The rules of all brands, as TOML.

    Nothing is parsed before it is asked for: whoever only compares digests need not wait.
    """

    text: bytes

    @cached_property
    def digest(self) -> str:
        """What two tables share that give every plan the same cost."""
        return hashlib.sha256(b"%d\n%s" % (COMPLETION, self.text)).hexdigest()[:16]

    @cached_property
    def rules(self) -> tuple[RiseRule, ...]:
        """The rules in the order of the table.

        Raises:
            ValueError: a row is not in shape.
        """
        return parse_rules(tomllib.loads(self.text.decode()))

    def of(self, brand: str) -> tuple[RiseRule, ...]:
        """Return the rules of a brand; () where none is known."""
        return self._by_brand.get(brand, ())

    @cached_property
    def _by_brand(self) -> dict[str, tuple[RiseRule, ...]]:
        brands = dict.fromkeys(rule.brand for rule in self.rules)
        return {
            brand: tuple(rule for rule in self.rules if rule.brand == brand) for brand in brands
        }


@cache
def load_rise_rules() -> RiseTable:
    """Return the rules that come with the package, each with its source."""
    return RiseTable(pkgutil.get_data("planwatch.domain", _PACKAGED) or b"")
