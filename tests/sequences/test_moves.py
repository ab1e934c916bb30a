"""Prices that creep, and sales that end: a move is measured from the price last reported."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.sequences.careful import Enough, by_pence, by_percent, due_moves
from tests.sequences.heard import moved
from tests.sequences.stock import label, prices
from tests.sequences.watching import Watching, all_news


@dataclass(frozen=True)
class Creep:
    """A price that goes by `steps` pence a day, and a rule with a threshold.

    Attributes:
        reports: how many moves are worth a message.
    """

    source: str
    start: int
    steps: tuple[int, ...]
    threshold: str
    is_enough: Enough
    reports: int

    @property
    def values(self) -> list[int]:
        values = [self.start]
        for step in self.steps:
            values.append(values[-1] + step)
        return values


def _rule(threshold: str) -> str:
    return f'[[notify.rules]]\non = ["changes"]\nkinds = ["headline"]\n{threshold}\n'


CREEPS = {
    "down by 50p a day": Creep("acme", 2000, (-50,) * 14, "min_pounds = 1", by_pence(100), 7),
    "down by 30p a day": Creep("smarty", 1500, (-30,) * 16, "min_pounds = 1", by_pence(100), 4),
    "up by 25p a day": Creep("giffgaff", 800, (25,) * 20, "min_pounds = 1", by_pence(100), 5),
    "up by 99p a day": Creep("acme", 1000, (99,) * 4, "min_pounds = 1", by_pence(100), 2),
    "down by a penny a day": Creep("smarty", 1000, (-1,) * 25, "min_pounds = 0.1", by_pence(10), 2),
    "down by a penny a day, in per cent": Creep(
        "smarty", 1000, (-1,) * 25, "min_percent = 1", by_percent(1), 2
    ),
    "up by 20p a day, in per cent": Creep(
        "acme", 1000, (20,) * 12, "min_percent = 5", by_percent(5), 4
    ),
    "down by 40p a day, in pounds and per cent": Creep(
        "giffgaff",
        1600,
        (-40,) * 12,
        "min_pounds = 1\nmin_percent = 10",
        lambda before, after: by_pence(100)(before, after) and by_percent(10)(before, after),
        3,
    ),
    "down by 50p a day and back": Creep(
        "acme", 2000, (-50,) * 6 + (50,) * 6, "min_pounds = 1", by_pence(100), 6
    ),
    "down by less than the threshold and back": Creep(
        "smarty", 2000, (-30,) * 4 + (30,) * 4, "min_pounds = 1.5", by_pence(150), 0
    ),
    "now and then by 60p": Creep(
        "giffgaff", 1000, (0, 60, 0, 0, 60, 0, 0, 0, 60, 0, 60), "min_pounds = 1", by_pence(100), 2
    ),
}


@pytest.mark.parametrize("name", CREEPS)
def test_a_price_that_creeps_is_reported_when_it_has_reached_the_threshold(
    watch: Watching, name: str
) -> None:
    creep = CREEPS[name]
    watch.configure(_rule(creep.threshold))

    heard = all_news(watch.play(creep.source, prices(creep.source, creep.values)))

    due = due_moves(label(creep.source), creep.values, creep.is_enough)
    assert (heard, len(due)) == (due, creep.reports)


@pytest.mark.parametrize(
    ("direction", "steps", "due"),
    [
        ("down", (-50,) * 5, {2: (2000, 1900), 4: (1900, 1800)}),
        ("up", (40, 40, 40, -60, -60, 40), {3: (2000, 2120)}),
        ("down", (1000, 0, 0, -800, 0), {4: (3000, 2200)}),
        ("up", (-700, 0, 0, 0, 250), {5: (1300, 1550)}),
    ],
    ids=["down", "up", "a cut after a rise that was left out", "a rise after a cut"],
)
def test_a_rule_for_one_direction_hears_of_each_move_in_it(
    watch: Watching, direction: str, steps: tuple[int, ...], due: dict[int, tuple[int, int]]
) -> None:
    creep = Creep("acme", 2000, steps, "", by_pence(100), len(due))
    watch.configure(_rule(f'min_pounds = 1\ndirection = "{direction}"'))

    heard = all_news(watch.play("acme", prices("acme", creep.values)))

    assert heard == {number: [moved(label("acme"), *move)] for number, move in due.items()}


SALES = {
    "a weekend": ("acme", [1000] * 5 + [800] * 2 + [1000] * 9),
    "five days at half price but one penny": ("smarty", [1200] * 3 + [601] * 5 + [1200] * 8),
    "one day": ("giffgaff", [1500] * 4 + [1400] + [1500] * 8),
    "a weekend at a higher price": ("acme", [900] * 3 + [1050] * 2 + [900] * 5),
    "two weekends, three weeks apart": (
        "smarty",
        [1000] * 3 + [800] * 2 + [1000] * 19 + [800] * 2 + [1000] * 4,
    ),
    "two sales at two prices": (
        "acme",
        [2000] * 3 + [1800] * 2 + [2000] * 2 + [1700] * 2 + [2000] * 4,
    ),
}


@pytest.mark.parametrize("name", SALES)
def test_the_end_of_a_sale_is_news_as_its_beginning_was(watch: Watching, name: str) -> None:
    source, values = SALES[name]

    heard = all_news(watch.play(source, prices(source, values)))

    changed = [n for n in range(1, len(values)) if values[n] != values[n - 1]]
    plan = label(source)
    assert heard == {n: [moved(plan, values[n - 1], values[n])] for n in changed}
