"""Gives SMARTY's source a parser that holds the interpreter; Python imports this in a worker.

HANGING_PARSER says how: by a regular expression, by a number, or by a sum.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import re
import sys
from typing import Any


def _hang(*_page_and_day: Any) -> Any:
    how = os.environ["HANGING_PARSER"]
    if how == "pattern":
        return re.match("(a+)+$", "a" * 60 + "b")
    if how == "number":
        return 7 ** (int(how == "number") * 10**9)
    return sum(itertools.repeat(1))


if "planwatch.worker" in sys.orig_argv and "HANGING_PARSER" in os.environ:
    from planwatch.sources.sites import smarty

    smarty.SOURCE = dataclasses.replace(smarty.SOURCE, parse=_hang)  # type: ignore[misc]
