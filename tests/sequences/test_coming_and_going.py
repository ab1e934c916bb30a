"""Plans that are withdrawn, come back, and those that do both in turn."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.sequences.heard import News
from tests.sequences.shops import Card
from tests.sequences.stock import label, shelf, subject
from tests.sequences.watching import Watching, all_news

COMES_AND_GOES = "comes and goes"


def _days(source: str, pattern: str, pence: int = 1000) -> list[Sequence[Card]]:
    """Return a shelf for each letter: p with the plan, . without it."""
    present = shelf(subject(source, pence))
    return [present if letter == "p" else present[1:] for letter in pattern]


@pytest.mark.parametrize(
    ("source", "pattern", "due"),
    [
        ("acme", "ppp......", {4: "withdrawn"}),
        ("smarty", "pp....pppp", {3: "withdrawn", 6: "relaunched"}),
        ("giffgaff", "...pppp", {3: "new"}),
        ("acme", "..ppp..ppp", {2: "new", 6: "withdrawn", 7: "relaunched"}),
        ("smarty", "pppp.pppp", {}),
    ],
    ids=["withdrawn", "and back", "new", "new, gone and back", "absent once"],
)
def test_a_plan_that_leaves_or_comes_is_reported_by_the_rules_that_everybody_has(
    watch: Watching, source: str, pattern: str, due: dict[int, str]
) -> None:
    """Without any rule of one's own: `new` and `withdrawn` belong to the default ones."""
    watch.configure("")

    heard = all_news(watch.play(source, _days(source, pattern)))

    # the plan is back at its price: in which words, if in any, is open
    wanted = {n: [News(kind, label(source))] for n, kind in due.items() if kind != "relaunched"}
    back = ("relaunched", COMES_AND_GOES)
    assert {n: news for n, news in heard.items() if news[0].kind not in back} == wanted


IN_TURN = {
    # presence by day, and the scrape by which it has to be reported as coming and going
    "two days each": ("acme", "pp..pp..pp..pp..pp..pp..", 8),
    "two days gone, one day back": ("smarty", "ppp..p..p..p..p..p..p..", 8),
    "three days gone, two days back": ("giffgaff", "pp...pp...pp...pp...pp...", 10),
}


@pytest.mark.parametrize("ending", ["pppp", "....."], ids=["it stays", "it stays away"])
@pytest.mark.parametrize("name", IN_TURN)
def test_a_plan_that_appears_and_disappears_in_turn_is_reported_once_as_doing_so(
    watch: Watching, name: str, ending: str
) -> None:
    source, pattern, latest = IN_TURN[name]
    if pattern[-1] == ending[0]:
        pattern += "." if ending[0] == "p" else "p"
    watch.configure(
        '[[notify.rules]]\non = ["changes"]\nkinds = ["new", "withdrawn", "relaunched"]\n'
    )

    heard = all_news(watch.play(source, _days(source, pattern + ending)))

    plan = label(source)
    when = [n for n, news in heard.items() if news == [News(COMES_AND_GOES, plan)]]
    assert len(when) == 1
    assert when[0] <= latest
    before = [news for n, news in heard.items() if n < when[0]]
    assert before in (
        [[News("withdrawn", plan)], [News("relaunched", plan)]],
        [[News("withdrawn", plan)]],
        [],
    )
    # the third good scrape of a state that stays; a plan is gone with its second absence
    [(rest, [end])] = ((n, news) for n, news in heard.items() if n > when[0])
    assert rest - len(pattern) in ((2,) if ending[0] == "p" else (2, 3))
    assert (end.plan, end.kind == "withdrawn") == (plan, ending[0] == ".")


@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        ("acme", "p.p.p.p.p.p.p.p.pppp"),
        ("smarty", "pp.pp.pp.pp.pp.pp.ppp"),
        ("giffgaff", "pppp.pp.p.ppp.p.p.pppp"),
    ],
)
def test_a_plan_that_is_absent_for_a_day_now_and_then_makes_two_lines_at_most(
    watch: Watching, source: str, pattern: str
) -> None:
    """One absence withdraws nothing; at most it is said that it comes and goes, and stays."""
    heard = all_news(watch.play(source, _days(source, pattern)))

    kinds = [news.kind for each in heard.values() for news in each]
    assert not {"new", "withdrawn", "relaunched"} & set(kinds)
    assert len(kinds) <= 2


@pytest.mark.parametrize(
    ("source", "before", "after"), [("acme", 1000, 800), ("smarty", 900, 1300), ("acme", 2000, 990)]
)
def test_a_plan_that_comes_back_at_another_price_is_told_with_it(
    watch: Watching, source: str, before: int, after: int
) -> None:
    days = [*_days(source, "pp...", before), *_days(source, "ppp", after)]

    heard = all_news(watch.play(source, days))

    plan = label(source)
    assert heard[3] == [News("withdrawn", plan)]
    [(number, [back])] = ((n, news) for n, news in heard.items() if n != 3)
    assert (number, back.plan) == (5, plan)
    assert back.kind in ("relaunched", "moved")
