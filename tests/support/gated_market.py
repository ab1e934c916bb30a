"""A loopback server for the sources that need no browser; a test may hold a host's answers back."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

from tests.support.cli import HANG_S
from tests.support.market.pages import pages_on

HOSTS: Final = {
    "ee.co.uk": "ee",
    "www.giffgaff.com": "giffgaff",
    "smarty.co.uk": "smarty",
    "www.uswitch.com": "uswitch",
}
HTTP_SOURCES: Final = ("ee", "giffgaff", "smarty", "uswitch")
_PATIENT: Final = {"PLANWATCH_FETCH__TIMEOUT_S": "600", "PLANWATCH_FETCH__DEADLINE_S": "600"}


class GatedMarket:
    """What the server knows: the day, which sources it holds back, how often each was asked."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.origin = ""
        self.asked: Counter[str] = Counter()
        self.failures: dict[str, list[int]] = {}
        self._gates = {source: threading.Event() for source in HTTP_SOURCES}
        for gate in self._gates.values():
            gate.set()

    @property
    def env(self) -> dict[str, str]:
        """Return the environment of a command that is to ask this market, however late it answers.

        With the limits of an ordinary scrape a source that is held back would be asked again.
        """
        return {"PLANWATCH_ORIGIN": self.origin, "PLANWATCH_FETCH__PACE_S": "0", **_PATIENT}

    def hold(self, *sources: str) -> None:
        """Let requests to these sources wait."""
        for source in sources:
            self._gates[source].clear()

    def release(self) -> None:
        """Answer everything that waits, and no longer wait."""
        for gate in self._gates.values():
            gate.set()

    def fail(self, source: str, *statuses: int) -> None:
        """Answer the next requests to a source with these statuses, one each."""
        self.failures[source] = list(statuses)

    def answer(self, source: str, path: str, body: bytes) -> tuple[int, bytes, str]:
        """Return status, body and media type of one request."""
        self.asked[source] += 1
        self._gates[source].wait(2 * HANG_S)
        if self.failures.get(source):
            return self.failures[source].pop(0), b"no", "text/plain"
        pages = {page.name: page for page in pages_on(source, self.day)}
        page = pages[_page_name(source, path, body)]
        media_type = "text/html" if page.suffix == "html" else "application/json"
        return 200, page.body, f"{media_type}; charset=utf-8"


def _page_name(source: str, path: str, body: bytes) -> str:
    if source == "ee":
        variables = json.loads(parse_qs(urlsplit(path).query)["variables"][0])
        is_payg = variables["bundleSeoId"].startswith("pay-as-you-go")
        return "pay-as-you-go" if is_payg else "pay-monthly"
    if source == "uswitch":
        return f"offset-{json.loads(body)['variables']['offset']}"
    return {"giffgaff": "sim-only-deals", "smarty": "plans"}[source]


@contextmanager
def run_gated_market(day: date) -> Iterator[GatedMarket]:
    """Serve the market of a recorded date until the block ends."""
    market = GatedMarket(day)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(b"")

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def _reply(self, body: bytes) -> None:
            host, _, path = self.path.lstrip("/").partition("/")
            if path == "robots.txt":
                status, answer, media_type = 404, b"none", "text/plain"
            else:
                status, answer, media_type = market.answer(HOSTS[host], "/" + path, body)
            try:
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the worker was killed; that is what is tested

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    market.origin = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield market
    finally:
        market.release()
        server.shutdown()
        thread.join()
        server.server_close()
