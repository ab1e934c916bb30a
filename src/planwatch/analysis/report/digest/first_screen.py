"""The first screen of a digest: what moved, who won what, our own plans, what to consider.

How they are cut to the room that a screen or a message has: room.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.analysis.facts import Fact
from planwatch.analysis.market.market import Market
from planwatch.analysis.pricing import Pricing
from planwatch.analysis.report.digest.advice import advise
from planwatch.analysis.report.digest.baskets import say_hands
from planwatch.analysis.report.digest.lines import Line
from planwatch.analysis.report.digest.own_plans import find_own_moves, say_own_moves
from planwatch.analysis.report.digest.peer_moves import say_moves
from planwatch.analysis.report.digest.room import HEADINGS
from planwatch.domain.phrasing import join_some

_MOST: Final = {"moves": 5, "baskets": 3, "our_plans": 4}
ALL_READ: Final = "Every source that was visited was read in full."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the first screen is made of.

    Attributes:
        before: the market at the start, None where nothing was known; `now` at the end, of the
            sources that `before` has; `whole` of all sources.
        changes: net moves; `moved` the baskets with a new winner or price.
        brand: ours; "" for nobody's digest.
        brands: those that it is about; empty for all.
        not_read: names the sources that were not read in full; None where all were.
    """

    before: Market | None
    now: Market
    whole: Market
    changes: Sequence[Mapping[str, Any]]
    moved: Sequence[Mapping[str, Any]]
    pricing: Pricing
    brand: str = ""
    brands: Sequence[str] = ()
    not_read: str | None = None


def write_first_screen(scene: Scene) -> tuple[list[dict[str, Any]], dict[str, int], list[Fact]]:
    """Return its lines, how many more of each heading there are, and the facts of the lines."""
    lines: list[Line] = []
    more = dict.fromkeys(_MOST, 0)
    for found in (_say_moves(scene), _say_baskets(scene), *_say_ours(scene), _say_sources(scene)):
        heading = HEADINGS[found[0].kind] if found else ""
        most = _MOST.get(heading, len(found))
        lines += found[:most]
        if len(found) > most:
            more[heading] = len(found) - most
    facts = [fact for line in lines for fact in line.facts]
    return [line.as_record() for line in lines], more, facts


def _say_moves(scene: Scene) -> list[Line]:
    peers = () if scene.brands else _rivals(scene)
    found = say_moves(scene.changes, scene.before, scene.whole, peers)
    if found:
        return found
    whose = (
        f" of {join_some(scene.brands or scene.pricing.peers)}"
        if (scene.brands or scene.pricing.peers)
        else ""
    )
    return [Line(kind="move", text=f"No plan{whose} came, went or changed its price or data.")]


def _rivals(scene: Scene) -> tuple[str, ...]:
    """Return the brands whose moves are told: the peers, or all but ours."""
    if scene.pricing.peers:
        return scene.pricing.peers
    if not scene.brand:
        return ()
    known = {*scene.whole.brands, *(str(each["brand"]) for each in scene.changes)}
    return tuple(sorted(known - {scene.brand}))


def _say_baskets(scene: Scene) -> list[Line]:
    if scene.before is None:
        return [Line(kind="basket", text="The winners at the start are not known.")]
    found = say_hands(scene.moved, scene.brand)
    return found or [Line(kind="basket", text="No usage basket has a new winner.")]


def _say_ours(scene: Scene) -> list[list[Line]]:
    """Return the lines about our own plans, then those about what to consider."""
    brand = scene.brand
    if not brand or (scene.brands and brand not in scene.brands):
        return []
    if not scene.whole.of_brand(brand):
        return [[Line(kind="dominated", text=f"No plan of {brand} is sold now.")]]
    if scene.before is None:
        return [[Line(kind="dominated", text="How they stood at the start is not known.")]]
    moves = find_own_moves(scene.before, scene.now, brand, scene.pricing.peers)
    said = say_own_moves(moves, scene.now, has_peers=bool(scene.pricing.peers))
    who = "a peer" if scene.pricing.peers else "another brand"
    none = f"No plan of {brand} came to be dominated by {who}, fell further behind or caught up."
    return [
        said or [Line(kind="dominated", text=none)],
        advise(moves, scene.whole, scene.pricing),
    ]


def _say_sources(scene: Scene) -> list[Line]:
    if scene.not_read is None and scene.brands:
        return []
    return [Line(kind="not_read", text=scene.not_read or ALL_READ)]
