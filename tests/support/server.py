"""A real web server on loopback that behaves as badly as a test asks for.

It stands for every host (PLANWATCH_ORIGIN): a path is `/HOST/PATH`. No answer sleeps: those that
are late wait for the server to close.
"""

from __future__ import annotations

import gzip
import json
import socket
import struct
import sys
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

_DRIPS = 15_000  # five minutes


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class Exchange:
    """One request and the means to answer it, well or badly."""

    def __init__(self, handler: BaseHTTPRequestHandler, asked: Asked, closing: threading.Event):
        self.asked = asked
        self.closing = closing
        self._handler = handler

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Send a whole answer; underscores in header names become hyphens."""
        self.send_head(status, Content_Length=str(len(body)), **headers)
        self.write(body)

    def send_head(self, status: int, **headers: str) -> None:
        self._handler.send_response_only(status)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()

    def write(self, data: bytes) -> None:
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def drip(self) -> None:
        for _ in range(_DRIPS):
            if self.closing.wait(0.02):
                return
            self.write(b".")

    def hang_up(self) -> None:
        self._handler.close_connection = True

    def reset(self) -> None:
        """End the connection with a RST."""
        connection: socket.socket = self._handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.close_connection = True
        connection.close()


Answer = Callable[[Exchange], None]


def page(body: bytes | str, content_type: str = "text/html; charset=utf-8") -> Answer:
    data = body.encode() if isinstance(body, str) else body
    return lambda exchange: exchange.send(200, data, Content_Type=content_type)


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    return lambda exchange: exchange.send(code, body, **headers)


def too_many(retry_after: str, date: datetime | None = None) -> Answer:
    headers = {"Retry_After": retry_after}
    if date:
        headers["Date"] = format_datetime(date.astimezone(UTC), usegmt=True)
    return status(429, b"slow down", **headers)


def redirect(location: str, code: int = 302) -> Answer:
    return status(code, Location=location)


def gzipped(body: bytes) -> Answer:
    return status(200, gzip.compress(body), Content_Type="text/html", Content_Encoding="gzip")


def gzip_bomb(size: int) -> Answer:
    """Answer with some kilobytes that unpack to `size` bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000))
    packed += packer.flush()
    return status(200, packed, Content_Type="text/html", Content_Encoding="gzip")


def truncated(body: bytes, missing: int) -> Answer:
    """Promise `missing` bytes more than are sent."""

    def answer(exchange: Exchange) -> None:
        exchange.send_head(200, Content_Length=str(len(body) + missing))
        exchange.write(body)
        exchange.hang_up()

    return answer


def until_closed(body: bytes) -> Answer:
    """Send a body of unknown length, which ends with the connection."""

    def answer(exchange: Exchange) -> None:
        exchange.send_head(200, Content_Type="text/html", Connection="close")
        exchange.write(body)
        exchange.hang_up()

    return answer


def cut_gzip(body: bytes) -> Answer:
    """Send half of a compressed body, without a length that would give it away."""

    def answer(exchange: Exchange) -> None:
        packed = gzip.compress(body)
        exchange.send_head(200, Content_Encoding="gzip", Connection="close")
        exchange.write(packed[: len(packed) // 2])
        exchange.hang_up()

    return answer


def hang(exchange: Exchange) -> None:
    """Say nothing."""
    exchange.closing.wait()
    exchange.hang_up()


def drip_body(exchange: Exchange) -> None:
    """Send a body of unknown length, a byte at a time, for longer than any test waits."""
    exchange.send_head(200, Content_Type="text/html", Connection="close")
    exchange.hang_up()
    exchange.drip()


def drip_head(exchange: Exchange) -> None:
    """Send a header, a byte at a time, for longer than any test waits."""
    exchange.hang_up()
    exchange.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    exchange.drip()


def reset(exchange: Exchange) -> None:
    exchange.reset()


def reset_in_body(exchange: Exchange) -> None:
    exchange.send_head(200, Content_Length="1000")
    exchange.write(b"half a page")
    exchange.reset()


def nonsense(exchange: Exchange) -> None:
    exchange.write(b"this is not HTTP\r\n\r\n")
    exchange.hang_up()


def listing(total: int, size: int) -> Answer:
    """Answer a POST of an offset with that part of a list, as an aggregator does."""

    def answer(exchange: Exchange) -> None:
        offset = json.loads(exchange.asked.body)["offset"]
        items = list(range(offset, min(offset + size, total)))
        body = json.dumps({"total": total, "items": items}).encode()
        exchange.send(200, body, Content_Type="application/json")

    return answer


@dataclass
class LoopbackServer:
    """A context manager: `routes` maps paths to answers, `asked` is what came in, in order.

    What was asked about robots.txt stands apart; a host without such a route has none (404).
    """

    routes: dict[str, Answer]
    asked: list[Asked] = field(default_factory=list)
    asked_robots: list[Asked] = field(default_factory=list)
    _faults: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._closing = threading.Event()
        self._server = _Server(self._handler_class(), self._faults)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        assert not self._faults, f"the test server failed: {self._faults}"

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        asked = Asked(
            method=handler.command,
            path=parts.path,
            query={name: values[-1] for name, values in parse_qs(parts.query).items()},
            headers={name.lower(): value for name, value in handler.headers.items()},
            body=handler.rfile.read(int(handler.headers.get("Content-Length", 0))),
        )
        is_robots = asked.path.endswith("/robots.txt")
        (self.asked_robots if is_robots else self.asked).append(asked)
        answer = self.routes.get(asked.path, status(404, b"no such route"))
        answer(Exchange(handler, asked, self._closing))

    def _handler_class(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # the body would wait 40 ms for the head
            timeout = 10

            def do_GET(self) -> None:
                server._answer(self)

            def do_POST(self) -> None:
                server._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Keep quiet."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, handler: type[BaseHTTPRequestHandler], faults: list[str]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._faults = faults

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Remember a failure of the server; that a client went away is none."""
        error = sys.exception()
        if not isinstance(error, (ConnectionError, TimeoutError, ValueError)):
            self._faults.append(repr(error))
