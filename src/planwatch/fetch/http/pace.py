"""Rate limit: the pause between two requests to one host."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Pace:
    """Lets `pause_s` pass between an answer of a host and the next request to it."""

    def __init__(
        self,
        pause_s: float,
        sleep: Callable[[float], object],
        monotonic: Callable[[], float],
    ) -> None:
        self._pause_s = pause_s
        self._sleep = sleep
        self._monotonic = monotonic
        self._slower_s: dict[str, float] = {}
        self._next_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str) -> None:
        """Wait for the host's turn; of several threads each gets a turn of its own."""
        with self._lock:
            now_s = self._monotonic()
            turn_s = max(now_s, self._next_s.get(host, now_s))
            self._next_s[host] = turn_s + self._pause_of(host)
        if turn_s > now_s:
            self._sleep(turn_s - now_s)

    def mark(self, host: str) -> None:
        """Count the pause from now: the host has just answered."""
        with self._lock:
            next_s = self._monotonic() + self._pause_of(host)
            self._next_s[host] = max(self._next_s[host], next_s)

    def slow_down(self, host: str, pause_s: float) -> None:
        """Keep at least `pause_s` from the last answer on, as a host's crawl delay asks."""
        with self._lock:
            longer_s = pause_s - self._pause_of(host)
            if longer_s > 0:
                self._slower_s[host] = pause_s
                self._next_s[host] = self._next_s.get(host, self._monotonic()) + longer_s

    def _pause_of(self, host: str) -> float:
        return max(self._pause_s, self._slower_s.get(host, 0.0))
