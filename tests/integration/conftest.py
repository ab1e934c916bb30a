"""What integration tests share: a home, a gated market, and no worker that outlives its test."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from planwatch.domain.rise_table import RiseTable
from planwatch.home import Home
from planwatch.ledger.store.connection import Ledger, open_ledger
from tests.support.demo_home import demo, demo_home
from tests.support.gated_market import GatedMarket, run_gated_market
from tests.support.workers import workers_below

__all__ = ["demo", "demo_home"]


@pytest.fixture
def market(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatedMarket]:
    """Serve the market of a day to every command of the test; its workers end with it."""
    with run_gated_market(date(2026, 11, 2)) as running:
        for name, value in running.env.items():
            monkeypatch.setenv(name, value)
        yield running
        for pid in workers_below(home):
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


@pytest.fixture
def place(home: Path) -> Home:
    """Return the test's home, not made yet."""
    return Home(home, home / "config.toml")


@pytest.fixture
def ledger(place: Home) -> Iterator[Ledger]:
    """Return the ledger of the test's home, new and open; it knows no rise rules.

    So a plan costs what the test prints. What rules do is tested in `ledger/test_costs.py`.
    """
    opened = open_ledger(place, rules=RiseTable(b"rule = []"))
    yield opened
    opened.close()
