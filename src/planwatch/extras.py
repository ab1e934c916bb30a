"""The pip command that installs an extra's packages into the Python that runs planwatch.

It names the packages themselves: that serves however planwatch was installed, and asks no index for
a package of planwatch's name.
"""

from __future__ import annotations

import re
import shlex
import sys
from importlib.metadata import requires
from typing import Final

_OF_EXTRA: Final = re.compile(r"""^(?P<needed>[^;]+);.*\bextra\s*==\s*['"](?P<extra>[\w-]+)['"]""")


def install_line(extra: str) -> str:
    """Return the command, as it is typed into a shell.

    Args:
        extra: `browser` or `notify`, as in pyproject.toml.
    """
    found = (_OF_EXTRA.match(line) for line in requires("planwatch") or ())
    needed = [each["needed"].strip() for each in found if each and each["extra"] == extra]
    return shlex.join([sys.executable, "-m", "pip", "install", *needed])
