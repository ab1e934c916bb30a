"""Translate exceptions of httpx into the errors of planwatch."""

from __future__ import annotations

from typing import Final

import httpx

from planwatch.errors import ConnectionFault, FetchError, FetchTimeout, MachineError
from planwatch.fetch.http.address import shown
from planwatch.machine_faults import machine_fault_of

_NO_TRUST: Final = "CERTIFICATE_VERIFY_FAILED"


def fault_of(error: Exception, url: httpx.URL) -> FetchError | MachineError:
    """Return the error to raise for an exception of the transport."""
    if isinstance(error, FetchError):
        return error
    fault = machine_fault_of(error)
    if fault is not None:
        return fault
    reason, where = str(error) or type(error).__name__, shown(url)
    if isinstance(error, httpx.TimeoutException):
        return FetchTimeout(
            f"{where}: no answer in time ({type(error).__name__})",
            hint="the site or the network is slow; try again, or raise fetch.timeout_s",
        )
    if isinstance(error, httpx.ConnectError) and _NO_TRUST in reason:
        return FetchError(
            f"{where}: its certificate is not trusted ({reason})",
            hint="behind a proxy that inspects TLS, set fetch.ca_file; check the clock, too",
        )
    if isinstance(error, httpx.ProxyError):
        return ConnectionFault(f"{where}: the proxy refused ({reason})", hint="check fetch.proxy")
    if isinstance(error, (httpx.NetworkError, httpx.RemoteProtocolError)):
        return ConnectionFault(
            f"{where}: the connection failed ({reason})",
            hint="check the network connection; another attempt may succeed",
        )
    return FetchError(f"{where}: the request failed ({reason})")
