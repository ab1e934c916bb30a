"""The replica market on loopback: `run_market(day)` serves it until the block ends.

It stands for every host: a path is `/HOST/PATH`, as PLANWATCH_ORIGIN wants it. What is answered is
decided in `replica.py`; here it is sent, well or badly, by a bounded number of threads.
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from tests.support.market.faults import FILLER
from tests.support.market.replica import ReplicaMarket
from tests.support.market.sites.contract import Answer, Asked

MOST_CONNECTIONS: Final = 64
MOST_BODY_BYTES: Final = 1_000_000
IDLE_S: Final = 30.0
DRIP_S: Final = 0.05
_FILLER: Final = FILLER * 8
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


@contextmanager
def run_market(
    day: date, *, port: int = 0, latency_s: float = 0.0, page_size: int | None = None
) -> Iterator[ReplicaMarket]:
    """Serve the market of `day` on loopback; a port of 0 is any that is free."""
    market = ReplicaMarket(day, latency_s=latency_s)
    if page_size is not None:
        market.page_size = page_size
    server = _Server(port, market)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="replica-market")
    thread.start()
    market.origin = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield market
    finally:
        server.stop()
        thread.join()
    assert not server.failures, f"the replica market failed: {server.failures}"


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, port: int, market: ReplicaMarket) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.market = market
        self.closing = threading.Event()
        self.failures: list[str] = []
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection if there is a place for it; hang up on it otherwise."""
        if not self._places.acquire(blocking=False):
            self.failures.append(f"more than {MOST_CONNECTIONS} connections at once")
            self.shutdown_request(request)
            return
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.discard(request)
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Remember a failure of the market; that a client went away is none."""
        error = sys.exception()
        if not isinstance(error, (ConnectionError, TimeoutError)) and not self.closing.is_set():
            self.failures.append(repr(error))

    def stop(self) -> None:
        """End every answer and every connection, and wait for their threads."""
        self.closing.set()
        self.shutdown()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the client was quicker
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "replica"
    disable_nagle_algorithm = True
    timeout = IDLE_S

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the market remembers what it was asked."""

    def _reply(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MOST_BODY_BYTES:
            self.close_connection = True
            self.send_error(413)
            return
        answer = self.server.market.answer(_asked_of(self, self.rfile.read(int(length))))
        if self.server.closing.wait(self.server.market.latency_s):
            self.close_connection = True
            return
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        if answer.wire == "truncated_chunked":
            self._send_head(answer, ("Transfer-Encoding", "chunked"))
            half = answer.body[: len(answer.body) // 2]
            self.wfile.write(f"{len(half):x}\r\n".encode() + half + b"\r\n")
            self.close_connection = True
            return
        size = len(answer.body) + answer.padding
        self._send_head(answer, ("Content-Length", str(size)))
        if answer.wire == "whole":
            self._write_whole(answer)
        elif answer.wire == "drip":
            self._drip(answer.body)
        else:
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.close_connection = True
        if answer.wire == "reset":
            self._reset()

    def _send_head(self, answer: Answer, *framing: tuple[str, str]) -> None:
        charset = f"; charset={answer.charset}" if answer.charset else ""
        self.send_response(answer.status)
        for name, value in {
            "Content-Type": f"{answer.media_type}{charset}",
            "Cache-Control": "no-store",
            **answer.headers,
            **dict(framing),
        }.items():
            # a 304 has the length of no body
            if answer.status != 304 or name != "Content-Length":
                self.send_header(name, value)
        self.end_headers()

    def _write_whole(self, answer: Answer) -> None:
        self.wfile.write(answer.body)
        left = answer.padding
        while left > 0 and not self.server.closing.is_set():
            self.wfile.write(_FILLER[:left])
            left -= len(_FILLER)

    def _drip(self, body: bytes) -> None:
        self.close_connection = True
        for place in range(len(body)):
            if self.server.closing.wait(DRIP_S):
                return
            self.wfile.write(body[place : place + 1])

    def _reset(self) -> None:
        """End the connection with a RST: its half of the answer may be lost, too."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.connection.close()


def _asked_of(handler: BaseHTTPRequestHandler, body: bytes) -> Asked:
    parts = urlsplit(handler.path)
    host, _, path = parts.path.lstrip("/").partition("/")
    return Asked(
        method=handler.command,
        host=host,
        path=f"/{path}",
        query={name: values[-1] for name, values in parse_qs(parts.query).items()},
        headers={name.lower(): value for name, value in handler.headers.items()},
        body=body,
    )
