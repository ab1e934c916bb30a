"""Thirty simulated days by the real command; `make year` does 365."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.ledgers import reading
from tests.year.alerts import Received, find_unreported
from tests.year.oracle import find_faults
from tests.year.run import Lived, run_days


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return run_days(tmp_path_factory.mktemp("month"), 30, seed=8)


def test_thirty_days_lose_nothing_tell_all_once_and_leave_nothing_behind(month: Lived) -> None:
    assert month.faults == []
    assert month.counts["killed"] >= 1
    assert month.counts["source_alerts"] >= 5
    assert month.counts["moves"] >= 20
    assert month.counts["outages"] >= 1
    assert month.counts["messages"] >= 10
    assert month.counts["digests"] == 5
    assert month.counts["deaf"] >= 1


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("DELETE FROM changes WHERE kind = 'headline'", "lost change"),
        (
            "INSERT INTO alarms (source, kind, message, raised_at) VALUES"
            " ('ee', 'broken', '', '2026-12-01T06:15:00.000Z')",
            "false alert",
        ),
        ("UPDATE jobs SET status = 'running', finished_at = NULL", "is running"),
        ("DELETE FROM source_runs WHERE source = 'ee' AND plans > 0", "0 runs"),
        ("DELETE FROM captures WHERE source = 'smarty'", "is nobody's"),
    ],
)
def test_the_oracle_sees_what_is_wrong(month: Lived, home: Path, harm: str, said: str) -> None:
    shutil.copytree(month.home, home)
    with reading(home) as connection:
        connection.execute(harm)
        connection.commit()

    found = list(find_faults(home, month.expected))

    assert [fault for fault in found if said in fault]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda got, day: got.messages.pop(day), "reported"),
        (
            lambda received, day: received.messages[day].append(received.messages[day][0]),
            "2 messages",
        ),
        (lambda got, _: got.digests.append(got.digests[0]), "2 digests"),
        (lambda got, _: got.pings.pop(), "pings"),
    ],
    ids=["lost", "twice", "two digests", "no ping"],
)
def test_the_oracle_sees_what_was_reported_wrongly(
    month: Lived, harm: Callable[[Received, str], object], said: str
) -> None:
    received = copy.deepcopy(month.received)
    days = received.messages.items()
    harm(received, next(day for day, messages in days if "changed" in messages[0][0]))

    found = list(find_unreported(month.home, received, month.expected))

    assert [fault for fault in found if said in fault]
