"""Translate exceptions of the browser into the errors of planwatch."""

from __future__ import annotations

import re
from typing import Final

from planwatch.errors import (
    BrowserLost,
    ConnectionFault,
    FetchError,
    FetchTimeout,
    MachineError,
    NeedsBrowser,
    NoSandbox,
    PlanwatchError,
)
from planwatch.machine_faults import TEMPORARY, find_lack_in_words, machine_fault_of

_LINE: Final = (
    "ERR_CONNECTION",
    "ERR_EMPTY_RESPONSE",
    "ERR_NETWORK",
    "ERR_NAME_NOT_RESOLVED",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_INCOMPLETE_CHUNKED_ENCODING",
    "ERR_CONTENT_LENGTH_MISMATCH",
    "ERR_ADDRESS_UNREACHABLE",
    "ERR_HTTP2",
    "ERR_FAILED",
    "ERR_ABORTED",
)
_LATE: Final = ("ERR_TIMED_OUT", "Timeout")
_CIRCLE: Final = "ERR_TOO_MANY_REDIRECTS"
_NO_TRUST: Final = "ERR_CERT"
_PROXY: Final = ("ERR_PROXY", "ERR_TUNNEL")
_DEAD: Final = ("has been closed", "crashed", "Browser closed", "the driver")
_NO_PROGRAM: Final = re.compile(r"executable doesn't exist|spawn .{0,200}?(?:ENOENT|EACCES)", re.I)
_NO_SANDBOX: Final = ("sandboxing failed", "No usable sandbox")
_NO_FOLDER: Final = ("mkdtemp", "mkdir")
_PRINTED: Final = re.compile(r"\[err\]\s*(.+)")
_MOST_PRINTED: Final = 200
_HINT_LOST: Final = (
    "it is started anew for the next attempt; if it ends again and again, look for what ends it, "
    "such as a lack of memory: browser.at_once sets how many pages are open at one time"
)
_HINT_LINE: Final = "check the network connection; another attempt may succeed"


def start_fault_of(error: Exception) -> PlanwatchError:
    """Return the error to raise for an exception while the browser was being started."""
    text, reason = str(error), _first_line(error)
    if _NO_PROGRAM.search(text):
        return NeedsBrowser(
            f"the browser did not start ({reason})",
            hint="run it by hand to see why, or set browser.executable",
        )
    if _has(text, _NO_SANDBOX):
        return no_sandbox("this machine gives Chromium no sandbox")
    fault = machine_fault_of(error)
    if fault is not None:
        return fault
    lack = find_lack_in_words(text) or (TEMPORARY if _has(text, _NO_FOLDER) else None)
    if lack is not None:
        return MachineError(f"the browser did not start: {lack[0]} ({reason})", hint=lack[1])
    printed = _PRINTED.findall(text)
    reason = printed[-1][:_MOST_PRINTED] if printed else reason
    return BrowserLost(
        f"the browser did not start ({reason})",
        hint="see what planwatch doctor says of it, and run it by hand to see why",
    )


def no_sandbox(why: str) -> NoSandbox:
    """Return the error for a browser that would run without its sandbox."""
    return NoSandbox(
        f"the browser is not started: {why}, and without it a page could take over the account",
        hint="run planwatch as an ordinary user; where nothing else can be harmed, such as in a "
        "container of its own, set browser.sandbox to false",
    )


def tab_crashed(url: str) -> BrowserLost:
    """Return the error for a page whose process has ended."""
    return BrowserLost(f"{url}: the page's process ended during the visit", hint=_HINT_LOST)


def browser_fault_of(error: Exception, url: str) -> PlanwatchError:
    """Return the error to raise for an exception of the browser during a visit."""
    reason = _first_line(error)
    fault = machine_fault_of(error)
    if fault is not None:
        return fault
    if _has(reason, _DEAD):
        return BrowserLost(f"{url}: the browser ended during the visit ({reason})", hint=_HINT_LOST)
    if _CIRCLE in reason:
        return FetchError(
            f"{url}: too many redirects",
            hint="the site redirects in a circle; open the page in a browser",
        )
    if _NO_TRUST in reason:
        return FetchError(
            f"{url}: its certificate is not trusted ({reason})",
            hint="behind a proxy that inspects TLS, add its certificate to the system's; check the"
            " clock, too",
        )
    if _has(reason, _LATE):
        return FetchTimeout(
            f"{url}: the page did not load in time ({reason})",
            hint="the site or the network is slow; try again, or raise browser.timeout_s",
        )
    if _has(reason, _PROXY):
        return ConnectionFault(f"{url}: the proxy refused ({reason})", hint="check fetch.proxy")
    if _has(reason, _LINE):
        return ConnectionFault(f"{url}: the connection failed ({reason})", hint=_HINT_LINE)
    return FetchError(f"{url}: cannot be read in the browser ({reason})")


def _first_line(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text.splitlines()[0].strip()


def _has(reason: str, marks: tuple[str, ...]) -> bool:
    return any(mark in reason for mark in marks)
