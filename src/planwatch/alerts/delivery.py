"""Sends the messages that wait, one process at a time, within a limit of time.

A message is marked before it goes out. Whoever finds that mark (the lock says that its sender is
dead) sends it once more, and then never again: it may have arrived.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from planwatch.alerts.apprise_port import send_message
from planwatch.clock import format_instant, now, stamp
from planwatch.engine.busy_retry import retry_while_busy
from planwatch.engine.lock import release_lock, wait_for_lock
from planwatch.engine.retry import RetryPolicy, call_with_retries
from planwatch.errors import AppriseMissing, NotDelivered, NotifyError
from planwatch.home import Home
from planwatch.ledger.alerts.messages import (
    Message,
    MessageState,
    begin_sending,
    end_sending,
    open_messages,
)
from planwatch.ledger.store.connection import Ledger

if TYPE_CHECKING:
    from planwatch.settings.notify import NotifySettings

logger: Final = logging.getLogger(__name__)
LOCK: Final = "notify"
KEPT_DAYS: Final = 3
_BOUND_S: Final = 120.0
_OTHERS_BOUND_S: Final = 150.0  # another process may be sending for its whole bound
_ONE_S: Final = 40.0
_RETRY: Final = RetryPolicy(attempts=3, first_wait_s=1.0, longest_wait_s=10.0)
_MOST_DOUBTS: Final = 1
_STUBBORN: Final = 3 * _RETRY.attempts  # refused after three jobs


def send_pending(
    home: Home, ledger: Ledger, settings: NotifySettings, *, wait_s: float = _OTHERS_BOUND_S
) -> list[str]:
    """Send what waits; return why something still does, a line for each recipient.

    Args:
        wait_s: how long another process that is sending is waited for.
    """
    lock = wait_for_lock(home.lock_of(LOCK), wait_s)
    if lock is None:
        return ["another process is sending"]
    try:
        return _Round(ledger, settings).send_all()
    finally:
        release_lock(lock)


@dataclass(slots=True)
class _Round:
    ledger: Ledger
    settings: NotifySettings

    def send_all(self) -> list[str]:
        ends_at = time.monotonic() + _BOUND_S
        oldest = format_instant(now() - timedelta(days=KEPT_DAYS))
        failed: dict[str, str] = {}
        # in their order, but nobody waits for ever behind one that a server does not want
        waiting = sorted(open_messages(self.ledger), key=lambda each: each.attempts >= _STUBBORN)
        for message in waiting:
            if message.state == "sending":
                if not self._settle_doubt(message, "the process that was sending it died"):
                    continue
                message = replace(message, doubts=message.doubts + 1)  # noqa: PLW2901 - as written
            if message.created_at < oldest:
                why = message.error or "it could not be sent"
                self._end(message, "given_up", why)
                logger.warning("message to %s given up: %s", message.recipient, why)
            elif message.recipient not in failed and time.monotonic() < ends_at:
                error = self._send(message)
                if error is not None:
                    failed[message.recipient] = error.message
                    logger.warning("message to %s waits: %s", message.recipient, error.message)
                if isinstance(error, AppriseMissing):
                    logger.warning("alerts: %s", error.hint)
                    break
        return [f"{recipient}: {why}" for recipient, why in failed.items()]

    def _settle_doubt(self, message: Message, why: str) -> bool:
        """Note that a message may have arrived; tell whether it is sent once more all the same."""
        again = message.doubts < _MOST_DOUBTS
        error = f"{why}; it may have arrived"
        self._end(message, "pending" if again else "given_up", error, in_doubt=True)
        return again

    def _send(self, message: Message) -> NotifyError | None:
        """Try as often as is sensible; return why it is not sent."""
        address = self.settings.recipients.get(message.recipient)
        if address is None:
            error = NotDelivered(f"the settings have no target {message.recipient}")
            self._end(message, "pending", error.message)
            return error
        try:
            call_with_retries(partial(self._try, message, address), _RETRY, on=NotifyError)
        except NotifyError as error:
            return error
        self._end(message, "sent")
        logger.info("message to %s sent: %s", message.recipient, message.title)
        return None

    def _try(self, message: Message, address: str) -> None:
        retry_while_busy(lambda: begin_sending(self.ledger, message))
        try:
            within(_ONE_S, partial(_deliver, message, address))
        except NotifyError as error:
            if isinstance(error, NotDelivered) and error.in_doubt:
                self._settle_doubt(message, error.message)
            else:
                self._end(message, "pending", error.message)
            raise

    def _end(
        self,
        message: Message,
        state: MessageState,
        error: str | None = None,
        *,
        in_doubt: bool = False,
    ) -> None:
        retry_while_busy(
            lambda: end_sending(
                self.ledger, message, state=state, at=stamp(), error=error, in_doubt=in_doubt
            )
        )


def _deliver(message: Message, address: str) -> None:
    send_message(address, title=message.title, body=message.body, severity=message.severity)


def within(limit_s: float, work: Callable[[], None]) -> None:
    """Do `work` in a thread, and leave it to itself when it takes too long.

    Raises:
        NotDelivered: it took too long, and may still arrive.
    """
    caught: list[BaseException] = []

    def do() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            caught.append(error)

    thread = threading.Thread(target=do, name="alert", daemon=True)
    thread.start()
    thread.join(limit_s)
    if thread.is_alive():
        raise NotDelivered(f"no answer within {limit_s:g} s", in_doubt=True)
    if caught:
        raise caught[0]
