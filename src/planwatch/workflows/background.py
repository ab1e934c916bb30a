"""What an analysis gets besides the plans of its snapshot: rules, history, health."""

from __future__ import annotations

from planwatch.analysis.background import Background
from planwatch.analysis.rise_rules import load_rise_rules


def load_background() -> Background:
    """Return the background of an analysis."""
    return Background(rules=load_rise_rules())
