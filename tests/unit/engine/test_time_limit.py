"""A step's work under a time limit: an alarm in the main thread, else a thread of its own."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from planwatch.engine.time_limit import Allowance, TimeLimiter
from planwatch.errors import LayoutChanged, StepTimeout

SHORT_S = 0.05
LONG_S = 300.0
Do = Callable[[TimeLimiter, Callable[[], Any], float], Any]


def _run_here(limiter: TimeLimiter, work: Callable[[], Any], limit_s: float) -> Any:
    return limiter.run(work, Allowance(limit_s))


def _run_in_a_thread(limiter: TimeLimiter, work: Callable[[], Any], limit_s: float) -> Any:
    """Do as a run does steps at once: from a thread that is not the main one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(limiter.run, work, Allowance(limit_s)).result()


@pytest.fixture(params=[_run_here, _run_in_a_thread], ids=["main thread", "another thread"])
def do(request: pytest.FixtureRequest) -> Iterator[Do]:
    handler = signal.getsignal(signal.SIGALRM)
    yield request.param
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)


@contextmanager
def _held() -> Iterator[threading.Event]:
    """Give an event that work may wait for; it is set at the end, so that no thread stays."""
    gate = threading.Event()
    try:
        yield gate
    finally:
        gate.set()


def _me() -> threading.Thread:
    return threading.current_thread()


def test_the_value_of_the_work_is_handed_over(do: Do) -> None:
    assert do(TimeLimiter(), lambda: {"plans": 3}, LONG_S) == {"plans": 3}


class _Large:
    """Stands for the plans of a market and for a section of a report."""


def test_what_work_was_given_and_made_is_kept_by_nobody_afterwards(do: Do) -> None:
    limiter, given = TimeLimiter(), _Large()
    seen = [weakref.ref(given)]

    def make(_plans: _Large) -> _Large:
        made = _Large()
        seen.append(weakref.ref(made))
        return made

    do(limiter, partial(make, given), LONG_S)
    del given

    deadline = time.monotonic() + 10  # the thread that did the work may still be at its last line
    while any(ref() is not None for ref in seen) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [ref() for ref in seen] == [None, None]


def test_no_value_is_a_value(do: Do) -> None:
    assert do(TimeLimiter(), lambda: None, LONG_S) is None


@pytest.mark.parametrize("error", [LayoutChanged("no .card"), KeyError("x"), KeyboardInterrupt()])
def test_an_error_of_the_work_is_handed_over_as_it_is(do: Do, error: BaseException) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        do(TimeLimiter(), fail, LONG_S)

    assert caught.value is error


def test_work_that_takes_too_long_is_given_up_with_its_limit(do: Do) -> None:
    with _held() as gate, pytest.raises(StepTimeout) as caught:
        do(TimeLimiter(), lambda: gate.wait(LONG_S), SHORT_S)

    assert caught.value.as_record() == {
        "code": "time_limit",
        "message": "it took longer than its limit of 0.05 s",
        "hint": "jobs.step_limit_s sets the limit; planwatch logs may say what it waited for",
    }


def test_work_that_computes_without_a_pause_is_given_up_too(do: Do) -> None:
    with _held() as gate, pytest.raises(StepTimeout):
        do(TimeLimiter(), lambda: _compute_until(gate), SHORT_S)


def test_the_next_work_has_a_limit_of_its_own(do: Do) -> None:
    limiter = TimeLimiter()
    with _held() as gate:
        for _ in range(2):
            with pytest.raises(StepTimeout):
                do(limiter, lambda: gate.wait(LONG_S), SHORT_S)

        assert do(limiter, lambda: "in time", LONG_S) == "in time"


def test_an_alarm_that_the_work_swallowed_comes_again() -> None:
    with _held() as gate:

        def insist() -> None:
            with contextlib.suppress(Exception):
                gate.wait(LONG_S)
            gate.wait(LONG_S)

        with pytest.raises(StepTimeout):
            _run_here(TimeLimiter(), insist, SHORT_S)

    assert _alarm() == 0.0


def test_no_alarm_is_left_when_the_work_has_ended_in_whatever_way() -> None:
    limiter = TimeLimiter()
    with _held() as gate:
        limiter.run(lambda: None, Allowance(LONG_S))
        after_a_value = _alarm()
        with pytest.raises(ValueError, match="no"):
            limiter.run(lambda: int("no"), Allowance(LONG_S))
        after_an_error = _alarm()
        with pytest.raises(StepTimeout):
            limiter.run(lambda: gate.wait(LONG_S), Allowance(SHORT_S))
        after_an_alarm = _alarm()

    assert (after_a_value, after_an_error, after_an_alarm) == (0.0, 0.0, 0.0)


def test_an_alarm_that_rings_before_the_work_has_begun_rings_once() -> None:
    """One that stayed would break off, a second later, whatever the worker then writes."""
    with contextlib.suppress(StepTimeout):
        TimeLimiter().run(lambda: None, Allowance(1e-6))
    left_s = _alarm()
    signal.setitimer(signal.ITIMER_REAL, 0)

    assert left_s == 0.0


def _alarm() -> float:
    return signal.getitimer(signal.ITIMER_REAL)[0]


def _compute_until(gate: threading.Event) -> int:
    deadline = time.monotonic() + LONG_S
    rounds = 0
    while not gate.is_set() and time.monotonic() < deadline:
        rounds += 1
    return rounds


def test_work_in_the_main_thread_needs_no_other() -> None:
    assert TimeLimiter().run(_me, Allowance(LONG_S)) is _me()


def test_a_thread_that_has_done_its_work_is_used_again() -> None:
    limiter = TimeLimiter()

    threads = [_run_in_a_thread(limiter, _me, LONG_S) for _ in range(5)]

    assert len(set(threads)) == 1
    assert threads[0] is not _me()
    assert threads[0].daemon, "a thread that hangs must not keep the worker from ending"


def test_a_thread_whose_work_failed_is_used_again() -> None:
    limiter = TimeLimiter()
    threads = []

    def fail() -> None:
        threads.append(_me())
        raise LayoutChanged("no .card")

    with pytest.raises(LayoutChanged):
        _run_in_a_thread(limiter, fail, LONG_S)

    assert _run_in_a_thread(limiter, _me, LONG_S) is threads[0]


def test_a_thread_that_outstays_its_limit_is_given_no_other_work() -> None:
    limiter = TimeLimiter()
    busy: list[threading.Thread] = []
    with _held() as gate:

        def outstay() -> None:
            busy.append(_me())
            gate.wait(LONG_S)

        with pytest.raises(StepTimeout):
            _run_in_a_thread(limiter, outstay, SHORT_S)
        other = _run_in_a_thread(limiter, _me, LONG_S)

    assert other is not busy[0]


def test_a_value_that_comes_too_late_is_nobodys() -> None:
    limiter = TimeLimiter()
    with _held() as gate:

        def outstay() -> str:
            gate.wait(LONG_S)
            return "too late"

        with pytest.raises(StepTimeout):
            _run_in_a_thread(limiter, outstay, SHORT_S)
    # by now the thread has been let go, and takes its part again
    values = [_run_in_a_thread(limiter, partial(int, number), LONG_S) for number in range(9)]

    assert values == list(range(9))


def test_as_many_threads_exist_as_works_were_done_at_once() -> None:
    limiter = TimeLimiter()

    first = _run_at_once(limiter, 3)
    second = _run_at_once(limiter, 3)

    assert len(first) == 3
    assert first == second


def _run_at_once(limiter: TimeLimiter, number: int) -> set[threading.Thread]:
    """Do several works that wait for each other; return the threads that did them."""
    meeting = threading.Barrier(number, timeout=LONG_S)

    def work() -> threading.Thread:
        meeting.wait()
        return _me()

    with ThreadPoolExecutor(max_workers=number) as pool:
        asked = [pool.submit(limiter.run, work, Allowance(LONG_S)) for _ in range(number)]
        return {one.result() for one in asked}


def test_a_thread_that_ended_for_want_of_memory_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(TimeLimiter, "_serve", lambda _self, server: server.tasks.get())

    with (
        ThreadPoolExecutor(1) as pool,
        pytest.raises(MemoryError, match="thread of the step has ended"),
    ):
        pool.submit(TimeLimiter().run, lambda: "done", Allowance(60)).result()
