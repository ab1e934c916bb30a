"""A small SMTP server on loopback: takes every message and keeps it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

_REPLIES: Final = {b"EHLO": b"250 loopback", b"HELO": b"250 loopback", b"DATA": b"354 go on"}


class Mailbox:
    """What came in; `address` is where to send to, as host and port."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.port = 0


@contextmanager
def run_mail_server() -> Iterator[Mailbox]:
    """Take mail until the block ends."""
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        timeout = 10

        def handle(self) -> None:
            self._say(b"220 loopback")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"QUIT":
                    self._say(b"221 bye")
                    return
                self._say(_REPLIES.get(verb, b"250 ok"))
                if verb == b"DATA":
                    box.messages.append(message_from_bytes(self._read(), policy=policy.default))
                    self._say(b"250 taken")

        def _read(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return b"".join(lines)

        def _say(self, reply: bytes) -> None:
            self.wfile.write(reply + b"\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    box.port = server.server_address[1]
    try:
        yield box
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
