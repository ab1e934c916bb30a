"""Plans under a new name, with a badge, or in another order: what is the same plan stays it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.sequences.heard import moved
from tests.sequences.shops import Card
from tests.sequences.stock import label, others, shelf, subject
from tests.sequences.watching import Watching, all_news
from tests.support.ledgers import rows

EVERY_KIND = """\
[[notify.rules]]
on = ["changes"]
kinds = ["headline", "effective", "new", "withdrawn", "relaunched", "promotion", "allowance",
  "term", "extras"]
"""


def _plans(watch: Watching) -> list[tuple[str, str]]:
    """Return name and day of the first sight of each plan that is on sale."""
    return rows(watch.home.root, "SELECT name, substr(first_seen, 1, 10) FROM current_plans")


RENAMES: dict[str, tuple[str, Card, Card]] = {
    # source, the plan before, the plan after
    "another tier": (
        "acme",
        Card(tier="Lite", gb=12, pence=1000),
        Card(tier="Essential", gb=12, pence=1000),
    ),
    "two words for one": (
        "acme",
        Card(tier="Lite", gb=40, pence=1500, months=24),
        Card(tier="Super Saver", gb=40, pence=1500, months=24),
    ),
    "a tier dropped": (
        "bolt",
        Card(tier="Starter", gb=5, pence=600, months=1),
        Card(tier="", gb=5, pence=600, months=1),
    ),
    "another category of the same price": (
        "smarty",
        Card(tier="Lite", gb=12, pence=1000),
        Card(tier="Lite", gb=12, pence=1000, category="data-discount"),
    ),
    "another category and id of the same price": (
        "smarty",
        Card(tier="Small", gb=8, pence=800, ref="A1"),
        Card(tier="Mini", gb=8, pence=800, category="data-discount", ref="B7"),
    ),
}


@pytest.mark.parametrize("name", RENAMES)
def test_a_plan_under_a_new_name_is_the_same_plan_with_its_history(
    watch: Watching, name: str
) -> None:
    source, before, after = RENAMES[name]
    watch.configure(EVERY_KIND)

    scrapes = watch.play(source, [shelf(before)] * 3 + [shelf(after)] * 4)

    assert all_news(scrapes) == {}
    plans = _plans(watch)
    assert (len(plans), {day for _, day in plans}) == (6, {"2026-11-23"})
    assert after.tier in " ".join(name for name, _ in plans)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            Card(tier="Lite", gb=12, pence=1000, ref="SM1"),
            Card(tier="Max", gb=12, pence=1200, ref="SM1", category="data-discount"),
        ),
        (
            Card(tier="Small", gb=8, pence=900, ref="X"),
            Card(tier="Tiny", gb=8, pence=700, ref="X", category="data-discount"),
        ),
        (
            Card(tier="Data only", gb=30, pence=1500, ref="D30", category="data-only"),
            Card(tier="Stream", gb=30, pence=1350, ref="D30"),
        ),
    ],
    ids=["dearer", "cheaper", "out of a category"],
)
def test_a_plan_of_the_same_id_is_the_same_plan_and_its_move_is_one(
    watch: Watching, before: Card, after: Card
) -> None:
    scrapes = watch.play("smarty", [shelf(before)] * 3 + [shelf(after)] * 4)

    assert all_news(scrapes) == {3: [moved(f"{after.gb} GB", before.pence, after.pence)]}
    assert len(_plans(watch)) == 6


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("acme", subject("acme", 1000), Card(tier="Essential", gb=12, pence=1300)),
        ("acme", subject("acme", 1000), Card(tier="Essential", gb=12, pence=1000, months=24)),
        ("acme", subject("acme", 1000), Card(tier="Essential", gb=15, pence=1000)),
    ],
    ids=["another price", "another term", "other data"],
)
def test_a_plan_with_other_figures_is_another_plan(
    watch: Watching, source: str, before: Card, after: Card
) -> None:
    watch.configure('[[notify.rules]]\non = ["changes"]\nkinds = ["new", "withdrawn"]\n')

    heard = all_news(watch.play(source, [shelf(before)] * 3 + [shelf(after)] * 3))

    said = {n: [(news.kind, news.plan) for news in each] for n, each in heard.items()}
    assert said == {
        3: [("new", f"{after.gb} GB {after.tier}")],
        4: [("withdrawn", f"{before.gb} GB {before.tier}")],
    }


@pytest.mark.parametrize(
    ("source", "badges"),
    [
        ("acme", ["", "Best seller", "", "Best seller", "ends Monday", ""]),
        ("acme", ["Ends Monday", "Ends Tuesday", "Ends tonight", "Last chance", "Ends Monday"]),
        ("smarty", ["", "Best seller", "- ends Monday", "", "Best Seller", "New"]),
        ("bolt", ["Most popular", "Recommended", "Web exclusive", "Limited time", ""]),
        ("smarty", ["(ends Monday)", "(ends 30 November)", "", "(ends Sunday)"]),
    ],
)
def test_a_badge_is_no_part_of_a_name(watch: Watching, source: str, badges: list[str]) -> None:
    watch.configure(EVERY_KIND)
    plan = subject(source, 1000)

    days = [shelf(replace(plan, badge=badge)) for badge in badges for _ in range(2)]
    heard = all_news(watch.play(source, days))

    assert heard == {}
    plans = _plans(watch)
    assert (len(plans), {day for _, day in plans}) == (6, {"2026-11-23"})
    names = " ".join(name for name, _ in plans).lower()
    assert not [word for word in ("seller", "ends", "popular", "exclusive") if word in names]


@pytest.mark.parametrize(
    ("source", "move"), [("acme", (1000, 850)), ("smarty", (700, 900)), ("bolt", (2000, 1500))]
)
def test_a_move_on_the_day_of_a_badge_is_a_move_and_nothing_else(
    watch: Watching, source: str, move: tuple[int, int]
) -> None:
    before, after = (subject(source, pence) for pence in move)

    days = [shelf(before)] * 2 + [shelf(replace(after, badge="Best seller"))] * 3

    assert all_news(watch.play(source, days)) == {2: [moved(label(source), *move)]}


TWINS: dict[str, tuple[str, Card, Card]] = {
    "two prices": (
        "acme",
        Card(tier="Lite", gb=12, pence=1000),
        Card(tier="Lite", gb=12, pence=1300),
    ),
    "two prices and ids": (
        "smarty",
        Card(tier="Lite", gb=12, pence=900, ref="A"),
        Card(tier="Lite", gb=12, pence=1100, ref="B"),
    ),
    "two names at two prices": (
        "smarty",
        Card(tier="Lite", gb=12, pence=900, ref="A"),
        Card(tier="Extra", gb=12, pence=1500, ref="B"),
    ),
    "one price, other texts": (
        "smarty",
        Card(tier="Lite", gb=12, pence=900, ref="A"),
        Card(tier="Lite", gb=12, pence=900, ref="B", notes="12GB Data, Unlimited Voice"),
    ),
    "two prices at giffgaff": (
        "giffgaff",
        Card(gb=12, pence=1000),
        Card(gb=12, pence=1400),
    ),
}


@pytest.mark.parametrize("name", TWINS)
def test_two_records_of_one_key_whose_order_changes_are_no_news(watch: Watching, name: str) -> None:
    source, one, other = TWINS[name]
    watch.configure(EVERY_KIND)
    orders = [shelf(one, other), shelf(other, one)]

    scrapes = watch.play(source, [orders[day % 2] for day in range(8)] + [orders[0]] * 3)

    assert all_news(scrapes) == {}
    assert rows(watch.home.root, "SELECT * FROM recent_changes") == []


Shuffle = Callable[[Sequence[Card], int], list[Card]]
ORDERS: dict[str, Shuffle] = {
    "shuffled": lambda cards, day: random.Random(day).sample(list(cards), len(cards)),
    "turned round": lambda cards, day: list(cards) if day % 2 else list(reversed(cards)),
    "rotated": lambda cards, day: [*cards[day % len(cards) :], *cards[: day % len(cards)]],
}


@pytest.mark.parametrize("source", ["acme", "smarty", "giffgaff"])
@pytest.mark.parametrize("name", ORDERS)
def test_a_list_in_another_order_is_no_news(watch: Watching, name: str, source: str) -> None:
    watch.configure(EVERY_KIND)
    cards = others(9)

    scrapes = watch.play(source, [ORDERS[name](cards, day) for day in range(7)])

    assert all_news(scrapes) == {}
    assert {scrape.outcome(source) for scrape in scrapes} <= {"ok", "unchanged"}


@pytest.mark.parametrize("source", ["acme", "smarty"])
def test_a_move_in_a_shuffled_list_is_one_move(watch: Watching, source: str) -> None:
    shuffle = ORDERS["shuffled"]
    days = [shuffle(shelf(subject(source, 1000 if n < 3 else 850)), n) for n in range(6)]

    assert all_news(watch.play(source, days)) == {3: [moved(label(source), 1000, 850)]}
