"""The one place that knows apprise: a message to an address, delivered or refused with a reason.

Only apprise's log says why something failed, and it may hold addresses: it is caught here, and what
leaves is masked. Importing apprise takes most of a second; only who sends does.
"""

from __future__ import annotations

import importlib.util
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from planwatch.alerts.masking import mask_address, scrub_secrets
from planwatch.errors import AppriseMissing, NotDelivered, NotifyError, PlanwatchError
from planwatch.extras import install_line

if TYPE_CHECKING:
    from apprise import NotifyBase

    from planwatch.ledger.alerts.messages import Severity

_LOGGERS: Final = ("apprise", "requests", "urllib3")
_NOBODY: Final = logging.NullHandler()
_ANSWER_S: Final = 15.0
_CAUSE: Final = "Socket Exception:"  # apprise gives the cause at DEBUG only, beside whole payloads
# it went out, or a part of it, and no answer came
_UNANSWERED: Final = ("Read timed out", "Connection aborted", "Connection unexpectedly closed")


def is_installed() -> bool:
    """Tell, without importing it, whether apprise is here."""
    return importlib.util.find_spec("apprise") is not None


def send_message(
    address: str,
    *,
    title: str,
    body: str,
    severity: Severity = "info",
) -> None:
    """Send one message; returns when the other side has taken it.

    Args:
        severity: the type of the notification, which services show as a colour or an icon.

    Raises:
        AppriseMissing: the extra is not installed.
        NotifyError: the address is none that apprise knows.
        NotDelivered: the other side did not take the message.
    """
    if not is_installed():
        raise AppriseMissing(
            "alerts need apprise, which is not installed here",
            hint=f"{install_line('notify')}; messages wait until then",
        )
    with _caught_log() as logged:
        try:
            plugin = _plugin_of(address)
            is_taken = plugin is not None and _notify(plugin, title, body, severity)
        except PlanwatchError:
            raise
        except Exception as error:  # noqa: BLE001 - a plug-in of apprise may raise anything
            raise _refused(address, [f"{type(error).__name__}: {error}"]) from None
    if plugin is None:
        raise NotifyError(
            f"{mask_address(address)} is not an address that apprise knows",
            hint="see https://appriseit.com/services/; a webhook is jsons://HOST/PATH",
        )
    if not is_taken:
        raise _refused(address, logged)


def _plugin_of(address: str) -> NotifyBase | None:
    from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode

    asset: Any = AppriseAsset(
        app_id="planwatch",
        app_desc="planwatch",
        body_format=NotifyFormat.TEXT,
        async_mode=False,
        # a limit would put the sending into a pool of threads, which the end of a worker waits for
        service_timeout=0,
    )
    # a redirect would hand the token in the address on to somebody else
    asset.http_redirects = False
    plugin = Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if plugin is None:
        return None
    if "rto=" not in address:  # which is how an address sets this limit itself
        plugin.socket_read_timeout = _ANSWER_S
    plugin.overflow_mode = OverflowMode.SPLIT  # a service with short messages gets several
    found: NotifyBase = plugin
    return found


def _notify(plugin: NotifyBase, title: str, body: str, severity: str) -> bool:
    from apprise import Apprise, NotifyFormat, NotifyType

    sender = Apprise(asset=plugin.asset)
    sender.add(plugin)
    kind = NotifyType(severity)
    taken = sender.notify(title=title, body=body, notify_type=kind, body_format=NotifyFormat.TEXT)
    return bool(taken)


def _refused(address: str, logged: list[str]) -> NotDelivered:
    reason = scrub_secrets("; ".join(dict.fromkeys(logged)) or "apprise gives no reason", [address])
    return NotDelivered(
        f"{mask_address(address)} did not accept the message: {reason}",
        in_doubt=_is_unanswered(reason),
        hint="check the address, its token and the network, then run: planwatch notify test",
    )


def _shortened(text: str) -> str:
    """Return the innermost cause of an exception within exceptions."""
    if not text.startswith(_CAUSE) or _is_unanswered(text):
        return text.removeprefix(_CAUSE).strip()
    return text.rpartition(": ")[2].strip("\"') ")


def _is_unanswered(text: str) -> bool:
    return any(sign in text for sign in _UNANSWERED)


class _Catcher(logging.Handler):
    def __init__(self, logged: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._logged = logged
        # a sender that was left to itself may still talk, of an address that is not masked here
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:
            return
        text = record.getMessage().strip()
        if record.levelno >= logging.WARNING or text.startswith(_CAUSE):
            self._logged.append(_shortened(text).rstrip("."))


@contextmanager
def _caught_log() -> Iterator[list[str]]:
    """Keep what apprise and its libraries log from every other log, for good.

    A sender that was left to itself ends when it likes: what it set back would bare the others.
    """
    logged: list[str] = []
    catcher = _Catcher(logged)
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.propagate = False
        logger.setLevel(logging.DEBUG if logger.name == "apprise" else logging.WARNING)
        logger.addHandler(_NOBODY)  # or Python's last resort prints what nobody handles
        logger.addHandler(catcher)
    try:
        yield logged
    finally:
        for logger in loggers:
            logger.removeHandler(catcher)
