"""Load the table of price-rise rules that comes with the package."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from planwatch.domain.rise_rules import RiseRule, parse_rules

TABLE: Final = "data/rise_rules.toml"


@cache
def load_rise_rules() -> tuple[RiseRule, ...]:
    """Return the rules that come with the package, each with its source."""
    text = files("planwatch.analysis").joinpath(TABLE).read_text(encoding="utf-8")
    return parse_rules(tomllib.loads(text))
