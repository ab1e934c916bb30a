"""What was worked out once and is read by many: the sections of a report run at the same time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Worked:
    """Results by what they are of; each is worked out by whoever asks first, while others wait."""

    def __init__(self) -> None:
        self._results: dict[Hashable, Any] = {}
        self._lock = RLock()  # one result may be worked out from another

    def once(self, key: Hashable, work: Callable[[], T]) -> T:
        with self._lock:
            if key not in self._results:
                self._results[key] = work()
            return cast("T", self._results[key])
