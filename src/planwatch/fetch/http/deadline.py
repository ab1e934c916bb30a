"""A total time limit for one response: a server that sends a byte a second is cut off.

httpx limits each silence, not the sum; so a timer cuts the connections of the answer that is late.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from socket import SHUT_RDWR, socket
from types import TracebackType
from typing import Any, Self


class Deadline:
    """Cuts the connections of one client when `limit_s` seconds have passed."""

    def __init__(self, limit_s: float, sockets: list[socket]) -> None:
        """Prepare; the time runs inside the `with` block.

        Args:
            sockets: the connections of the client, which outlive one answer; `watch` adds to it.
        """
        self.has_passed = False
        self._sockets = sockets
        self._timer = threading.Timer(limit_s, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Take note of a new connection; the `trace` extension of httpx calls this."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._sockets.append(info["return_value"].get_extra_info("socket"))
            if self.has_passed:
                self._cut()

    def _cut(self) -> None:
        self.has_passed = True
        for connection in list(self._sockets):
            with suppress(OSError):  # closed already
                connection.shutdown(SHUT_RDWR)
