"""Kills the process that it is loaded into, at one of its transactions. Nothing in src knows it.

Python imports it by itself where `failpoint_env` has put this folder on PYTHONPATH. It is idle but
in the role that PLANWATCH_FAILPOINT names: `ROLE:WHEN:NUMBER`, such as `worker:before:5`.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from typing import Any, Final

_WRITES: Final = ("INSERT", "UPDATE", "DELETE")
_WHEN: Final = ("started", "inside", "before", "after")


class _Failpoint:
    """Counts the IMMEDIATE transactions of the whole process, whichever connection has them."""

    def __init__(self, spec: str, mark: str | None) -> None:
        _, self.when, number = spec.split(":")
        assert self.when in _WHEN, spec
        self.number = int(number)
        self._spec = spec
        self._mark = mark
        self._begun = 0
        self._lock = threading.Lock()

    def count(self) -> int:
        with self._lock:
            self._begun += 1
            return self._begun

    def reach(self, when: str, number: int) -> None:
        """Die here, if this is the place: no cleaning up, no buffer written, as in a crash."""
        if (when, number) != (self.when, self.number):
            return
        if self._mark is not None:
            mark = os.open(self._mark, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
            os.write(mark, f"{os.getpid()} {self._spec}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)


def _watching(failpoint: _Failpoint) -> type[sqlite3.Connection]:
    class Watched(sqlite3.Connection):
        transaction = 0
        has_written = False

        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            if sql == "COMMIT" and self.transaction:
                failpoint.reach("before", self.transaction)
            cursor = super().execute(sql, *parameters)
            if sql == "BEGIN IMMEDIATE":
                self.transaction, self.has_written = failpoint.count(), False
            elif sql == "COMMIT" and self.transaction:
                failpoint.reach("after", self.transaction)
                self.transaction = 0
            elif self.transaction and not self.has_written and sql.startswith(_WRITES):
                self.has_written = True
                failpoint.reach("inside", self.transaction)
            return cursor

    return Watched


def _role() -> str | None:
    if "planwatch.worker" in sys.orig_argv:
        return "worker"
    return "command" if "planwatch" in sys.orig_argv else None


def _set_up() -> None:
    spec = os.environ.get("PLANWATCH_FAILPOINT", "")
    if not spec or spec.partition(":")[0] != _role():
        return
    failpoint = _Failpoint(spec, os.environ.get("PLANWATCH_FAILPOINT_MARK"))
    failpoint.reach("started", failpoint.number)
    connect, watched = sqlite3.connect, _watching(failpoint)

    def connect_watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **{"factory": watched, **options})
        return connection

    sqlite3.connect = connect_watched  # type: ignore[assignment] # a smaller signature


_set_up()
