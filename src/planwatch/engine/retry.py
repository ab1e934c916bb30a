"""Whether to try again, as a value: `decide(error, attempt, …)`. Testable without a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from planwatch.errors import (
    ConnectionFault,
    FetchTimeout,
    HttpStatus,
    LedgerBusy,
    ModelBusy,
    ModelTimeout,
    ModelUnreachable,
    NotDelivered,
)

_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERRORS: Final = range(500, 600)
_NEVER_WORTH_IT: Final = frozenset({501, 505})
_TRANSIENT: Final = (
    FetchTimeout,
    ConnectionFault,
    LedgerBusy,
    ModelBusy,
    ModelTimeout,
    ModelUnreachable,
    NotDelivered,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently.

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


def is_transient(error: BaseException) -> bool:
    """Tell whether the same step may succeed a little later."""
    if isinstance(error, HttpStatus):
        if error.status == _TOO_MANY_REQUESTS:
            return True
        return error.status in _SERVER_ERRORS and error.status not in _NEVER_WORTH_IT
    return isinstance(error, _TRANSIENT)


def decide(error: BaseException, attempt: int, policy: RetryPolicy) -> RetryDecision:
    """Decide after a failed attempt.

    Args:
        attempt: number of the attempt that failed, from 1.

    Returns:
        A decision; the pause honours Retry-After and has jitter.
    """
    if not is_transient(error):
        return RetryDecision(False, 0.0, "another attempt would end the same way")
    if attempt >= policy.attempts:
        return RetryDecision(False, 0.0, f"{attempt} attempts are enough")
    asked = error.retry_after_s if isinstance(error, (HttpStatus, ModelBusy)) else None
    if asked is not None and asked > policy.longest_wait_s:
        return RetryDecision(False, 0.0, f"the server asks to wait for {asked:.0f} s")
    wait_s = max(_back_off(attempt, policy), asked or 0.0)
    return RetryDecision(True, wait_s, "a passing fault")


def _back_off(attempt: int, policy: RetryPolicy) -> float:
    # tenacity costs 30 ms to import; only a failure needs it
    from tenacity import RetryCallState, wait_exponential_jitter

    wait = wait_exponential_jitter(
        multiplier=policy.first_wait_s, max=policy.longest_wait_s, jitter=policy.first_wait_s
    )
    state = RetryCallState(_NO_RETRYING, None, (), {})
    state.attempt_number = attempt
    return float(wait(state))


_NO_RETRYING: Final[Any] = None  # the wait strategies look at nothing but the attempt's number
