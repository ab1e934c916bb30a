"""Every exception of the transport becomes an error of planwatch."""

from __future__ import annotations

import httpx
import pytest

from planwatch.errors import ConnectionFault, FetchError, FetchTimeout
from planwatch.fetch.http.faults import fault_of

URL = httpx.URL("https://www.o2.co.uk/plans")


def all_below(kind: type[Exception]) -> list[type[Exception]]:
    return [kind, *(found for below in kind.__subclasses__() for found in all_below(below))]


@pytest.mark.parametrize("kind", all_below(httpx.TimeoutException))
def test_every_timeout_is_a_timeout(kind: type[Exception]) -> None:
    fault = fault_of(kind("late"), URL)

    assert type(fault) is FetchTimeout
    assert str(URL) in fault.message


@pytest.mark.parametrize(
    "kind", [*all_below(httpx.NetworkError), httpx.RemoteProtocolError, httpx.ProxyError]
)
def test_a_failing_connection_is_a_connection_fault(kind: type[Exception]) -> None:
    assert type(fault_of(kind("gone"), URL)) is ConnectionFault


@pytest.mark.parametrize(
    "kind", [httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError]
)
def test_what_another_attempt_cannot_mend_is_not_retried(kind: type[Exception]) -> None:
    assert type(fault_of(kind("never"), URL)) is FetchError


def test_a_certificate_that_is_not_trusted_is_not_retried_and_says_what_mends_it() -> None:
    error = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")

    fault = fault_of(error, URL)

    assert type(fault) is FetchError
    assert "fetch.ca_file" in fault.hint


def test_an_error_of_planwatch_stays_what_it_is() -> None:
    fault = ConnectionFault("cut short")

    assert fault_of(fault, URL) is fault
