"""A drawn year from its first scrape to the oracle's word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.sequences.stock import unreadable
from tests.sequences.watching import Scrape, Watching, watching
from tests.sequences.year.drawn import PARTIAL, UNREAD, Turn, draw_turns
from tests.sequences.year.due import find_faults


@dataclass(frozen=True, slots=True)
class Lived:
    """What was scraped and heard; `faults` is empty when all is well."""

    turns: Sequence[Turn]
    scrapes: Sequence[Scrape]
    faults: Sequence[str]

    @property
    def counts(self) -> dict[str, int]:
        kinds = [news.kind for scrape in self.scrapes for news in scrape.news]
        return {
            "scrapes": len(self.scrapes),
            "messages": sum(len(scrape.messages) for scrape in self.scrapes),
            "moves": kinds.count("moved"),
            "alternations": kinds.count("alternates"),
            "troubles": sum(len(scrape.troubles) for scrape in self.scrapes),
            "recoveries": sum(len(scrape.recoveries) for scrape in self.scrapes),
        }


def live(
    folder: Path, days: int, seed: int, *, tell: Callable[[Turn], None] = lambda _: None
) -> Lived:
    """Live through so many days from a new home in a folder, and judge what was heard.

    It changes the environment, as `watching` says.
    """
    turns = draw_turns(days, seed)
    scrapes = []
    with watching(folder) as watch:
        for turn in turns:
            _set_up(watch, turn)
            scrapes.append(watch.scrape(*turn.sells, at=turn.at))
            tell(turn)
    return Lived(turns, scrapes, list(find_faults(turns, scrapes)))


def _set_up(watch: Watching, turn: Turn) -> None:
    for source, cards in turn.sells.items():
        fault = turn.faults.get(source)
        if fault == PARTIAL:
            watch.sell(source, unreadable(cards, UNREAD))
        else:
            watch.sell(source, cards, fault=fault)
