"""What `probe` prints of the card miner's opinion and of a case."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from planwatch.domain.record import plan_record
from planwatch.services.sources.fixture import SavedFixture
from planwatch.views.market.probe import describe_fixture, print_probe
from planwatch.views.output.streams import console
from tests.support.plans import make_plan

RECORD: dict[str, Any] = {**plan_record(make_plan()), "offers": [], "first_seen": None}
CASE = SavedFixture(folder=Path("case"), pages=2, plans=1, error=None, removed={})


def _print(miner: dict[str, Any] | None) -> list[str]:
    target = io.StringIO()
    print_probe(
        console(target),
        {
            "source": "three",
            "as_of": "2026-11-02",
            "plans": [RECORD],
            "miner": miner,
            "unreadable": [],
        },
    )
    return target.getvalue().splitlines()


def test_agreement_is_one_line() -> None:
    miner = {"found": 1, "agree": 1, "only_miner": [], "only_parser": []}

    assert _print(miner)[-2:] == [
        "Card miner: finds 1 plan; 1 of the parser's 1 prices agree.",
        "Nothing was stored.",
    ]


def test_a_long_list_of_differences_ends_with_what_is_left_out() -> None:
    keys = [f"three-{size}gb-24m" for size in range(10)]
    miner = {"found": 3, "agree": 0, "only_miner": [RECORD], "only_parser": keys}

    lines = _print(miner)

    assert sum(line.startswith("  only the parser: three-") for line in lines) == 8
    assert "  only the parser: 2 more; --json has all" in lines
    assert sum(line.startswith("  only the miner: ") for line in lines) == 1


def test_a_miner_that_finds_nothing_is_said_in_words() -> None:
    miner = {"found": 0, "agree": 0, "only_miner": [], "only_parser": ["three-5gb-24m"]}

    assert "Card miner: finds no plan there." in _print(miner)


def test_the_card_miner_alone_has_no_second_opinion() -> None:
    assert not [line for line in _print(None) if "miner" in line.lower()]


def test_a_case_says_what_was_removed() -> None:
    removed = replace(CASE, removed={"secret": 2, "e-mail": 1})

    assert describe_fixture(removed).startswith(
        "planwatch: wrote the fixture case: 2 pages, 1 plan; removed 2 secrets, 1 e-mail."
    )
    assert "1 plan; removed nothing." in describe_fixture(CASE)
