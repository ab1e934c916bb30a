"""What runs of many days or kills share: nobody's settings, and lines that are printed at once."""

from __future__ import annotations

import os
import sys


def leave_own_settings() -> None:
    """Take the settings of whoever runs this out of the environment, and their proxies."""
    for name in list(os.environ):
        if name.startswith(("PLANWATCH_", "OPENAI_", "XDG_")) or name.lower().endswith("_proxy"):
            del os.environ[name]


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
