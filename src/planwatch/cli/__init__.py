"""The command line. One module a noun; `main` turns errors into sentences and exit codes."""

import contextlib
import gc
import signal

# Imports make many objects that all stay: looking for garbage among them takes a tenth of `status`.
gc.disable()
# Ctrl-C while the modules are imported ends the process, as it does any other, without a traceback.
with contextlib.suppress(ValueError):  # not in the main thread
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from planwatch.cli.app import main  # noqa: E402 - what stands above comes first

with contextlib.suppress(ValueError):
    signal.signal(signal.SIGINT, signal.default_int_handler)
gc.freeze()
gc.enable()

__all__ = ["main"]
