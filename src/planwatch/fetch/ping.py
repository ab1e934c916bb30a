"""Ping a dead man's switch: one small GET request, within a time limit."""

from __future__ import annotations

from socket import socket
from typing import Final

import httpx

from planwatch.errors import ConnectionFault, FetchError, FetchTimeout, HttpStatus
from planwatch.fetch.http.deadline import Deadline

_SILENCE_S: Final = 10.0
_DEADLINE_S: Final = 20.0


def send_ping(url: str, *, user_agent: str) -> None:
    """Ask for an address, and heed nothing but the status of the answer; follows no redirect.

    Neither robots.txt nor a pace holds for it: it was made to be asked. Proxies are those of the
    environment.

    Raises:
        FetchError: it did not answer well. The address, which holds a token, is not in it.
    """
    sockets: list[socket] = []
    with (
        httpx.Client(timeout=_SILENCE_S, headers={"User-Agent": user_agent}) as client,
        Deadline(_DEADLINE_S, sockets) as deadline,
    ):
        try:
            request = client.build_request("GET", url, extensions={"trace": deadline.watch})
            response = client.send(request, stream=True)
            response.close()
        except (httpx.HTTPError, httpx.InvalidURL, ConnectionFault) as error:
            # not chained: the cause may hold the address
            raise _fault_of(error, is_late=deadline.has_passed) from None
    if not response.is_success:
        raise HttpStatus(
            f"the ping was answered with HTTP {response.status_code}",
            status=response.status_code,
            hint="check notify.ping_url",
        )


def _fault_of(error: Exception, *, is_late: bool) -> FetchError:
    hint = "check notify.ping_url and the network connection"
    if is_late or isinstance(error, httpx.TimeoutException):
        return FetchTimeout("the ping was not answered in time", hint=hint)
    return ConnectionFault(f"the ping failed ({type(error).__name__})", hint=hint)
