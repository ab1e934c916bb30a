"""Whether to try again, as a value: `decide(error, attempt, …)`. Testable without a worker.

Which errors are worth another attempt is said by the errors themselves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from planwatch.errors import PlanwatchError


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often, and after what pauses.

    Attributes:
        attempts: tries in all, those that died with their worker included.
        first_wait_s: least pause after the first try; it doubles from try to try, and up to one
            `first_wait_s` of jitter is added.
        longest_wait_s: no pause is longer; a server that asks for more is not waited for.
    """

    attempts: int = 4
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """Try again after `wait_s` seconds, or give up; `reason` says why."""

    retry: bool
    wait_s: float
    reason: str


def decide(error: BaseException, attempt: int, policy: RetryPolicy) -> RetryDecision:
    """Decide after a failed attempt.

    Args:
        attempt: number of the attempt that failed, from 1.

    Returns:
        A decision; the pause honours Retry-After and has jitter.
    """
    if not isinstance(error, PlanwatchError) or not error.is_transient:
        return RetryDecision(False, 0.0, "another attempt would end the same way")
    # tenacity costs 30 ms to import; only a failure needs it
    from tenacity import RetryCallState, Retrying, stop_after_attempt, wait_exponential_jitter

    retrying = Retrying(
        stop=stop_after_attempt(policy.attempts),
        wait=wait_exponential_jitter(
            multiplier=policy.first_wait_s, max=policy.longest_wait_s, jitter=policy.first_wait_s
        ),
    )
    state = RetryCallState(retrying, fn=None, args=(), kwargs={})
    state.attempt_number = attempt
    if retrying.stop(state):
        return RetryDecision(False, 0.0, f"{attempt} attempts are enough")
    asked_s = error.retry_after_s or 0.0
    if asked_s > policy.longest_wait_s:
        return RetryDecision(False, 0.0, f"the server asks to wait for {asked_s:.0f} s")
    return RetryDecision(True, max(float(retrying.wait(state)), asked_s), "a passing fault")


def call_with_retries(
    work: Callable[[], None], policy: RetryPolicy, *, on: type[PlanwatchError]
) -> None:
    """Do `work` until it succeeds, with the pauses of `decide`.

    For what is no step of a job: the attempts and pauses of a step stand in the ledger.

    Args:
        on: the errors that may be worth another attempt.

    Raises:
        PlanwatchError: the error of the last attempt.
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return work()
        except on as error:
            decision = decide(error, attempt, policy)
            if not decision.retry:
                raise
        time.sleep(decision.wait_s)
