"""The largest net moves of a digest: a line a plan, its headline and effective cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.facts import Fact
from planwatch.analysis.market.market import Listing, Market
from planwatch.analysis.report.digest.lines import Line, pence_fact, plan_by_id
from planwatch.domain.allowance import Allowance
from planwatch.domain.phrasing import format_pounds

Change = Mapping[str, Any]
_TOLD: Final = ("headline", "effective", "new", "withdrawn", "relaunched", "allowance")
_PRESENCE: Final = {"new": "new", "relaunched": "sold again", "withdrawn": "withdrawn"}


def say_moves(
    changes: Sequence[Change], before: Market | None, now: Market, brands: Sequence[str]
) -> list[Line]:
    """Return a line for each plan that moved, the largest move of effective cost first.

    Args:
        changes: net moves, a record for each kind.
        brands: whose; empty for all.
    """
    plans: dict[str, dict[str, Change]] = {}
    for change in changes:
        if change["kind"] in _TOLD and (not brands or change["brand"] in brands):
            plans.setdefault(change["plan_id"], {})[change["kind"]] = change
    markets = [{item.plan_id: item for item in each.listings} for each in (before, now) if each]
    ends = (markets[0] if before else {}, markets[-1])
    ordered = sorted(plans.values(), key=lambda moves: -_size_of(moves))
    return [_Move(moves, *ends).say() for moves in ordered]


def _size_of(moves: Mapping[str, Change]) -> int:
    change = moves.get("effective")
    return abs(int(change["after"]) - int(change["before"])) if change else 0


class _Move:
    """The words about one plan, and their facts."""

    def __init__(
        self,
        moves: Mapping[str, Change],
        before: Mapping[str, Listing],
        now: Mapping[str, Listing],
    ) -> None:
        first = next(iter(moves.values()))
        self.moves = moves
        self.plan = plan_by_id(first["plan_id"], str(first["plan"]), str(first["brand"]))
        self.before, self.now = before.get(first["plan_id"]), now.get(first["plan_id"])
        self.facts: list[Fact] = []

    def say(self) -> Line:
        return Line(kind="move", text=f"{self.plan.words}: {self._say()}.", facts=tuple(self.facts))

    def _say(self) -> str:
        for kind, word in _PRESENCE.items():
            if kind in self.moves:
                return f"{word}, {self._say_price(kind)}"
        parts = [*self._say_data(), *self._say_headline()]
        if change := self.moves.get("effective"):
            parts.append(f"effective {self._arrow('cost', change['before'], change['after'])}")
        elif self.now and "headline" in self.moves:
            cost = self._pounds("cost_now", self.now.monthly_pence)
            parts.append(f"effective {cost} as before")
        return ", ".join(parts)

    def _say_price(self, kind: str) -> str:
        is_gone = kind == "withdrawn"
        pence = self.moves[kind]["before" if is_gone else "after"]
        item = self.before if is_gone else self.now
        when = "before" if is_gone else "now"
        if pence is None:
            return "at a price not stated"
        said = f"{'was' if is_gone else 'at'} {self._pounds(f'headline_{when}', pence)}"
        if item is None:
            return said
        return f"{said}, effective {self._pounds(f'cost_{when}', item.monthly_pence)}"

    def _say_data(self) -> list[str]:
        change = self.moves.get("allowance")
        if change is None:
            return []
        before, after = (
            "unlimited" if mb is None else str(Allowance(mb))
            for mb in (change["before"], change["after"])
        )
        return [f"{before} → {after}"]

    def _say_headline(self) -> list[str]:
        if change := self.moves.get("headline"):
            return [self._arrow("headline", change["before"], change["after"])]
        if self.now is None:
            return []
        return [f"headline {self._pounds('headline_now', self.now.plan.price_pence)} as before"]

    def _arrow(self, kind: str, before: int, after: int) -> str:
        return f"{self._pounds(f'{kind}_before', before)} → {self._pounds(f'{kind}_now', after)}"

    def _pounds(self, kind: str, pence: int) -> str:
        measure, _, when = kind.partition("_")
        words = "headline" if measure == "headline" else "effective cost"
        label = f"{words} {'now' if when == 'now' else 'before'}"
        self.facts.append(pence_fact(f"move_{kind}", self.plan, pence, label, "Moves"))
        return format_pounds(pence)
