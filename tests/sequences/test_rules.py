"""Rules of alerts: new lows and highs, kinds that do not exist, and how a job is said to end."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.sequences.heard import says_extreme, says_plan
from tests.sequences.stock import label, prices, shelf, subject
from tests.sequences.watching import RULES, Scrape, Watching
from tests.support.cli import run_planwatch


def _extreme_rule(which: str, days: int) -> str:
    """Return a rule for new lows or highs within so many days."""
    return f'[[notify.rules]]\non = ["changes"]\nkinds = ["new_{which}"]\nwithin_days = {days}\n'


def _told(scrapes: Sequence[Scrape], source: str, which: str) -> list[int]:
    """Return the scrapes after which the plan was said to be at a new low or high."""
    told = [n for n, scrape in enumerate(scrapes) if scrape.messages]
    for number in told:
        assert says_plan(scrapes[number].text, label(source))
        assert says_extreme(scrapes[number].text, which)
    return told


EXTREMES = {
    # low or high, days, prices by day, and when it is told
    "a low after a rise and a fall": ("acme", "low", 30, [1000, 1000, 1200, 1000, 900, 900], [4]),
    "each lower price": ("smarty", "low", 30, [1000, 950, 950, 900, 1000, 850], [1, 3, 5]),
    "not the same low again": ("giffgaff", "low", 30, [1000, 900, 1000, 900, 1000], [1]),
    "a low, once the lower one is older": (
        "acme",
        "low",
        5,
        [1000, 800, *[1200] * 9, 1000],
        [1, 11],
    ),
    "no low while the lower one is not": ("acme", "low", 30, [1000, 800, *[1200] * 9, 1000], [1]),
    "a high": ("smarty", "high", 30, [1000, 900, 1100, 1100, 1050, 1300], [2, 5]),
    "a high, once the higher one is older": (
        "giffgaff",
        "high",
        4,
        [1000, 1500, *[900] * 7, 1200, 1200],
        [1, 9],
    ),
    "nothing but falls": ("acme", "high", 30, [1000, 900, 800, 700], []),
    "nothing but rises": ("smarty", "low", 30, [700, 800, 900, 1000], []),
    "pennies count": ("acme", "low", 30, [1000, 999, 999, 998], [1, 3]),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_a_new_low_or_high_within_days_is_told_when_it_begins(watch: Watching, name: str) -> None:
    source, which, days, values, when = EXTREMES[name]
    watch.configure(_extreme_rule(which, days))

    scrapes = watch.play(source, prices(source, values))

    assert _told(scrapes, source, which) == when


UNKNOWN = {
    "a word that is none": "headlines",
    "a kind of another program": "price_drop",
    "a new kind in another spelling": "new-low",
    "beside good ones": 'headline", "withdrawn", "gone',
}
COMMANDS = {
    "check": ("config", "check"),
    "scrape": ("scrape", "acme", "--wait"),
    "notify": ("notify", "test"),
}


@pytest.mark.parametrize(
    ("name", "command"),
    [
        *[(name, "check") for name in UNKNOWN],
        ("a word that is none", "scrape"),
        ("a new kind in another spelling", "scrape"),
        ("a kind of another program", "notify"),
    ],
)
def test_an_unknown_kind_in_a_rule_is_an_error_at_once(
    watch: Watching, name: str, command: str
) -> None:
    watch.sell("acme", shelf(subject("acme", 1000)))
    watch.configure(f'[[notify.rules]]\non = ["changes"]\nkinds = ["{UNKNOWN[name]}"]\n')

    done = run_planwatch(*COMMANDS[command])

    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "rules.0.kinds" in said or UNKNOWN[name].split('"')[-1] in said
    assert "withdrawn" in said, "the kinds that there are"
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "rules",
    [
        '[[notify.rules]]\non = ["changes"]\nkinds = ["new_low", "new_high"]\n',
        _extreme_rule("low", 30) + _extreme_rule("high", 7),
        RULES,
    ],
    ids=["both", "with days", "these tests"],
)
def test_kinds_that_there_are_pass_the_check(watch: Watching, rules: str) -> None:
    watch.configure(rules)

    done = run_planwatch("config", "check")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("sources", "well_first"),
    [
        (("acme", "bolt"), "acme"),
        (("smarty", "giffgaff"), "giffgaff"),
        (("acme", "bolt", "smarty"), "smarty"),
    ],
)
def test_a_job_that_is_partial_after_it_failed_is_said_to_be_partial(
    watch: Watching, sources: tuple[str, ...], well_first: str
) -> None:
    """A scrape that gave nothing for days and then a part does not work again as a whole."""
    for source in sources:
        watch.sell(source, shelf(subject(source, 1000)))
    watch.scrape(*sources)
    for source in sources:
        watch.spoil(source, "500")
    failed = [watch.scrape(*sources) for _ in range(3)]
    watch.spoil(well_first, None)

    partial = watch.scrape(*sources)

    assert [scrape.status for scrape in [*failed, partial]] == ["failed"] * 3 + ["partial"]
    [message] = partial.messages
    assert "scrape works again" not in message.title
    assert "partial" in message.text.lower()
    assert [line for line in message.recoveries() if well_first in line]
