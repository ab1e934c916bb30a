"""Translate exceptions of the browser into the errors of planwatch."""

from __future__ import annotations

from typing import Final

from planwatch.errors import ConnectionFault, FetchError, FetchTimeout, NeedsBrowser

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
)
_LATE: Final = ("ERR_TIMED_OUT", "Timeout")
_CIRCLE: Final = "ERR_TOO_MANY_REDIRECTS"
_NO_TRUST: Final = "ERR_CERT"
_PROXY: Final = ("ERR_PROXY", "ERR_TUNNEL")
_DEAD: Final = ("has been closed", "Target crashed", "Page crashed", "Browser closed")
_NO_START: Final = ("Failed to launch", "executable doesn't exist", "spawn")
_HINT_LINE: Final = "check the network connection; another attempt may succeed"


def browser_fault_of(error: Exception, url: str) -> FetchError:
    """Return the error to raise for an exception of the browser."""
    reason = _first_line(error)
    if _has(reason, _NO_START):
        return NeedsBrowser(
            f"the browser did not start ({reason})",
            hint="run it by hand to see why, or set browser.executable",
        )
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
    if _has(reason, (*_LINE, *_DEAD)):
        return ConnectionFault(f"{url}: the connection failed ({reason})", hint=_HINT_LINE)
    return FetchError(f"{url}: cannot be read in the browser ({reason})")


def _first_line(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text.splitlines()[0].strip()


def _has(reason: str, marks: tuple[str, ...]) -> bool:
    return any(mark in reason for mark in marks)
