"""What the miner hands back: plans, and why each is believed to be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planwatch.domain.plan import Plan

Origin = Literal["html", "attributes", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinedPlan:
    """A plan that was found, and why it is believed to be one.

    Attributes:
        plan: with `verified` False.
        evidence: the words of its card, lines parted by " | ".
        path: XPath of the card's element, or the path within the JSON.
        origin: shown text, attributes of shown elements, or embedded JSON.
        term_stated: False where the page states no term and one month was assumed.
    """

    plan: Plan
    evidence: str
    path: str
    origin: Origin
    term_stated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MinedPage:
    """What was found on one page, in its order; may be empty.

    Attributes:
        origin: where the plans were found, None without any.
        hidden: plans in panels of tabs that were not selected; not among `found`.
    """

    found: tuple[MinedPlan, ...]
    origin: Origin | None
    hidden: tuple[MinedPlan, ...] = ()

    @property
    def plans(self) -> tuple[Plan, ...]:
        return tuple(mined.plan for mined in self.found)
