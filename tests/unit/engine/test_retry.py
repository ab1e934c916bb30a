"""A retry decision is a value: no worker is needed to test it."""

from __future__ import annotations

import pytest

from planwatch.engine.retry import RetryPolicy, call_with_retries, decide
from planwatch.errors import (
    Blocked,
    ConnectionFault,
    FetchTimeout,
    HttpStatus,
    LayoutChanged,
    NeedsBrowser,
    NotDelivered,
    PlanwatchError,
    SettingsError,
    UnreadableText,
)

POLICY = RetryPolicy(attempts=4, first_wait_s=1.0, longest_wait_s=60.0)


def _status(status: int, retry_after_s: float | None = None) -> HttpStatus:
    return HttpStatus("no", status=status, retry_after_s=retry_after_s)


@pytest.mark.parametrize(
    "error",
    [FetchTimeout("slow"), ConnectionFault("reset"), _status(429), _status(500), _status(503)],
)
def test_a_passing_fault_is_tried_again(error: Exception) -> None:
    assert decide(error, 1, POLICY).retry


@pytest.mark.parametrize(
    "error",
    [
        _status(404),
        _status(400),
        _status(501),
        Blocked("no robots"),
        NeedsBrowser("no browser"),
        LayoutChanged("new page"),
        UnreadableText("13o0"),
        SettingsError("no key"),
        KeyError("a fault of ours"),
    ],
)
def test_what_would_end_the_same_way_is_not_tried_again(error: Exception) -> None:
    assert not decide(error, 1, POLICY).retry


class _Flood(PlanwatchError):
    """An error that the engine has never heard of."""

    is_transient = True
    retry_after_s = 30.0


def test_an_error_says_itself_whether_and_when_to_try_again() -> None:
    decision = decide(_Flood("the cellar is wet"), 1, POLICY)

    assert decision.retry
    assert decision.wait_s >= 30


def test_a_message_that_may_have_arrived_is_not_sent_again_at_once() -> None:
    assert decide(NotDelivered("refused"), 1, POLICY).retry
    assert not decide(NotDelivered("no answer", in_doubt=True), 1, POLICY).retry


def test_attempts_are_limited() -> None:
    decisions = [decide(FetchTimeout("slow"), attempt, POLICY).retry for attempt in range(1, 6)]

    assert decisions == [True, True, True, False, False]


def test_pauses_grow_and_have_jitter() -> None:
    pauses = [
        [decide(FetchTimeout("slow"), attempt, POLICY).wait_s for _ in range(50)]
        for attempt in (1, 2, 3)
    ]

    for attempt, drawn in enumerate(pauses):
        assert min(drawn) >= 2**attempt
        assert max(drawn) <= 2**attempt + 1
        assert len(set(drawn)) > 1, "no jitter"


def test_retry_after_is_honoured() -> None:
    assert decide(_status(429, retry_after_s=17), 1, POLICY).wait_s >= 17


def test_a_server_that_asks_for_too_long_a_pause_is_not_waited_for() -> None:
    decision = decide(_status(429, retry_after_s=300), 1, POLICY)

    assert not decision.retry
    assert "300 s" in decision.reason


@pytest.mark.parametrize(
    ("error", "failures", "attempts"),
    [(FetchTimeout("slow"), 2, 3), (FetchTimeout("slow"), 9, 3), (LayoutChanged("new"), 9, 1)],
    ids=["it recovers", "it stays", "it is no passing fault"],
)
def test_a_call_is_repeated_as_often_as_the_policy_and_its_error_allow(
    error: PlanwatchError, failures: int, attempts: int
) -> None:
    calls: list[int] = []

    def work() -> None:
        calls.append(len(calls))
        if len(calls) <= failures:
            raise error

    policy = RetryPolicy(attempts=3, first_wait_s=0.0)
    caught = None
    try:
        call_with_retries(work, policy, on=PlanwatchError)
    except PlanwatchError as last:
        caught = last

    assert len(calls) == attempts
    assert caught is (error if failures >= attempts else None)


def test_an_error_of_another_kind_ends_the_repetition() -> None:
    def work() -> None:
        raise FetchTimeout("slow")

    with pytest.raises(FetchTimeout):
        call_with_retries(work, RetryPolicy(first_wait_s=0.0), on=SettingsError)
