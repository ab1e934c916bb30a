"""One command in a pseudo-terminal of a size, to its end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
from collections.abc import Mapping
from typing import Final

from tests.support.cli import HANG_S, PROGRAM

_STYLE: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")


def run_in_terminal(
    *arguments: str, columns: int = 100, lines: int = 40, env: Mapping[str, str] | None = None
) -> str:
    """Return what a command writes to a terminal that is its input, output and errors."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    read: list[bytes] = []

    def keep_reading() -> None:
        try:
            while chunk := os.read(ours, 65536):
                read.append(chunk)
        except OSError:  # a closed terminal ends so on Linux
            return

    reader = threading.Thread(target=keep_reading, daemon=True)
    reader.start()
    try:
        subprocess.run(
            [*PROGRAM, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            timeout=HANG_S,
            check=True,
            env={**os.environ, "TERM": "xterm-256color", **(env or {})},
        )
    finally:
        os.close(theirs)
    reader.join(HANG_S)
    os.close(ours)
    return b"".join(read).decode().replace("\r\n", "\n")


def strip_styles(text: str) -> str:
    """Return text without colours and other sequences of a terminal."""
    return _STYLE.sub("", text)
