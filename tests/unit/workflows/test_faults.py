"""Whose fault an exception is: the site's, the page's, or this machine's."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from planwatch.domain.outcome import Outcome
from planwatch.domain.page import Page
from planwatch.engine.retry import RetryPolicy, decide
from planwatch.errors import (
    BrowserLost,
    ConnectionFault,
    IncompletePage,
    LayoutChanged,
    MachineError,
    NoSandbox,
    StepTimeout,
)
from planwatch.fetch.browser.faults import browser_fault_of, start_fault_of
from planwatch.ledger.pages.baseline import Baseline
from planwatch.machine_faults import machine_fault_of
from planwatch.sources.contract import Reading
from planwatch.sources.registry import load_source
from planwatch.workflows.scrape.collect import Collected, read_and_judge
from planwatch.workflows.scrape.faults import outcome_of

LACKS = [
    MemoryError(),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    OSError(errno.EMFILE, "Too many open files"),
    OSError(errno.ENFILE, "Too many open files in system"),
    OSError(errno.ENOSPC, "No space left on device"),
    BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
    RuntimeError("can't start new thread"),
    FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"),
    ImportError("libxml2.so: failed to map segment from shared object"),
]
ORDINARY = [
    TypeError("'NoneType' object is not subscriptable"),
    KeyError("plans"),
    RecursionError("maximum recursion depth exceeded"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ZeroDivisionError("division by zero"),
]


def _name(error: BaseException) -> str:
    return f"{type(error).__name__} {error}"


def _parse_with(error: Exception) -> Collected:
    def parse(_page: Page, _as_of: date) -> Reading:
        raise error

    source = replace(load_source("smarty"), parse=parse)
    stored = ((Page(body=b"{}", name="plans"), "0" * 64),)
    at = datetime(2026, 11, 2, tzinfo=UTC)
    return read_and_judge(source, stored, Baseline(), at)


@pytest.mark.parametrize("error", LACKS, ids=_name)
def test_what_the_machine_lacks_is_tried_again_wherever_it_shows(error: Exception) -> None:
    fault = machine_fault_of(error)

    assert fault is not None
    assert fault.hint
    assert decide(fault, 1, RetryPolicy()).retry
    assert outcome_of(fault) is Outcome.MACHINE


@pytest.mark.parametrize("error", LACKS, ids=_name)
def test_a_library_that_wraps_what_it_met_hides_nothing(error: Exception) -> None:
    def raise_wrapped() -> None:
        try:
            raise error
        except Exception as cause:
            raise ValueError("the library gave up") from cause

    with pytest.raises(ValueError, match="gave up") as caught:
        raise_wrapped()

    assert machine_fault_of(caught.value) is not None


@pytest.mark.parametrize("error", [*LACKS, OSError(errno.EIO, "Input/output error")], ids=_name)
def test_in_a_parser_what_the_machine_lacks_says_nothing_about_the_page(error: Exception) -> None:
    with pytest.raises(MachineError):
        _parse_with(error)


@pytest.mark.parametrize("error", ORDINARY, ids=_name)
def test_a_fault_of_a_parser_is_a_broken_layout_and_keeps_its_page(error: Exception) -> None:
    collected = _parse_with(error)

    assert (collected.outcome, len(collected.pages)) == (Outcome.BROKEN_LAYOUT, 1)
    assert collected.error is not None
    assert collected.error["code"] == "internal"


@pytest.mark.parametrize("error", ORDINARY, ids=_name)
def test_outside_a_parser_the_same_is_no_broken_layout(error: Exception) -> None:
    assert outcome_of(error) is Outcome.MACHINE


def test_a_time_limit_in_a_parser_is_no_fault_of_it() -> None:
    with pytest.raises(StepTimeout):
        _parse_with(StepTimeout("it took longer than its limit"))


def test_a_changed_layout_stays_one_whatever_its_words_quote() -> None:
    quoting = LayoutChanged('the page is "can\'t start new thread"', hint="h")

    assert _parse_with(quoting).outcome is Outcome.BROKEN_LAYOUT


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (IncompletePage("cut"), Outcome.NETWORK),
        (ConnectionFault("reset"), Outcome.NETWORK),
        (BrowserLost("gone"), Outcome.MACHINE),
        (NoSandbox("root"), Outcome.MACHINE),
        (MachineError("memory"), Outcome.MACHINE),
    ],
    ids=_name,
)
def test_each_error_has_its_outcome(error: Exception, outcome: Outcome) -> None:
    assert outcome_of(error) is outcome


@pytest.mark.parametrize(
    ("said", "kind", "code", "hint"),
    [
        ("BrowserType.launch: spawn ENOMEM", start_fault_of, "machine", "ulimit -v"),
        ("BrowserType.launch: spawn EAGAIN", start_fault_of, "machine", "ulimit -u"),
        ("ENOENT: no such file, mkdtemp '/x/playwright-'", start_fault_of, "machine", "TMPDIR"),
        ("BrowserType.launch: spawn /x ENOENT", start_fault_of, "needs_browser", "executable"),
        ("closed\n[err] No usable sandbox!", start_fault_of, "no_sandbox", "browser.sandbox"),
        ("closed\n[pid=1][err] lost", start_fault_of, "browser_lost", "doctor"),
        ("Connection closed while reading from the driver", browser_fault_of, "browser_lost", ""),
        ("Page.goto: Page crashed", browser_fault_of, "browser_lost", "browser.at_once"),
        ("Target page, context or browser has been closed", browser_fault_of, "browser_lost", ""),
    ],
)
def test_what_the_browser_says_is_told_apart(
    said: str, kind: Callable[..., Exception], code: str, hint: str
) -> None:
    found = kind(Exception(said), *(("https://x",) if kind is browser_fault_of else ()))

    assert (found.code, hint in found.hint) == (code, True)  # type: ignore[attr-defined]
