"""The command line. One module a noun; `main` turns errors into sentences and exit codes."""

import contextlib
import signal

# Ctrl-C while the modules are imported ends the process, as it does any other, without a traceback.
with contextlib.suppress(ValueError):  # not in the main thread
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from planwatch.cli.app import main

with contextlib.suppress(ValueError):
    signal.signal(signal.SIGINT, signal.default_int_handler)

__all__ = ["main"]
