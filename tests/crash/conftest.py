"""What tests that kill share: a market of their own, and no worker that outlives its test."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.support.gated_market import GatedMarket, run_gated_market
from tests.support.workers import workers_below


@pytest.fixture(autouse=True)
def no_worker_is_left(tmp_path: Path) -> Iterator[None]:
    """Kill the workers that a failed test has left."""
    yield
    for pid in workers_below(tmp_path):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Iterator[GatedMarket]:
    """Serve a market of which SMARTY holds its answers back, to every command of the test."""
    with run_gated_market(date(2026, 11, 2)) as running:
        running.hold("smarty")
        for name, value in running.env.items():
            monkeypatch.setenv(name, value)
        yield running
