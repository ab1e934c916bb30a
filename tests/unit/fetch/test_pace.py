"""The pause between two requests to one host."""

from __future__ import annotations

from planwatch.fetch.http.pace import Pace


class Clock:
    """A clock that only sleeping and `pass_s` move."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.pauses: list[float] = []

    def sleep(self, pause_s: float) -> None:
        self.pauses.append(pause_s)
        self.now_s += pause_s

    def read(self) -> float:
        return self.now_s


def test_the_pause_counts_from_the_end_of_the_answer() -> None:
    clock = Clock()
    pace = Pace(5.0, clock.sleep, clock.read)

    pace.wait("o2.co.uk")
    clock.now_s += 30.0
    pace.mark("o2.co.uk")
    clock.now_s += 1.0
    pace.wait("o2.co.uk")

    assert clock.pauses == [4.0]


def test_who_comes_late_enough_does_not_wait() -> None:
    clock = Clock()
    pace = Pace(5.0, clock.sleep, clock.read)

    pace.wait("o2.co.uk")
    pace.mark("o2.co.uk")
    clock.now_s += 5.0
    pace.wait("o2.co.uk")

    assert clock.pauses == []


def test_several_threads_at_one_host_get_turns_one_after_the_other() -> None:
    clock = Clock()
    asleep: list[float] = []  # each thread sleeps by itself: the clock does not move
    pace = Pace(5.0, asleep.append, clock.read)

    for _ in range(3):
        pace.wait("o2.co.uk")
    pace.wait("ee.co.uk")

    assert asleep == [5.0, 10.0]
