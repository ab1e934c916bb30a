"""`make market` says in one sentence what is wrong with its options."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]


def _market(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.support.market", *arguments],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--date", "2026-13-01"], "'2026-13-01' is not a day"),
        (["--date", "yesterday"], "'yesterday' is not a day"),
        (["--date", "01/11/2026"], "'01/11/2026' is not a day"),
        (["--fault", "foo=500"], "no source 'foo'; there are ee, giffgaff"),
        (["--fault", "o2"], "'o2' is not SOURCE=NAME"),
        (["--fault", "o2=nothing"], "no fault 'nothing'; there are"),
        (["--fault", "o2=500:many"], "'many' is not a whole number from 1"),
        (["--fault", "o2=500:0"], "'0' is not a whole number from 1"),
        (["--fault", "o2=sale:2"], "sale lasts until it is switched off"),
        (["--port", "70000"], "'70000' is not a whole number from 0 to 65535"),
        (["--port", "-1"], "'-1' is not a whole number"),
        (["--port", "http"], "'http' is not a whole number"),
        (["--latency", "nan"], "'nan' is not a number of seconds"),
        (["--page-size", "0"], "'0' is not a whole number from 1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_one_sentence(arguments: list[str], said: str) -> None:
    done = _market(*arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize("more", [[], ["--date", "2026-11-23"], ["--fault", "ee=500"]])
def test_a_port_in_use_is_one_sentence(more: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = _market("--port", port, *more)

    assert done.returncode == 2
    assert f"cannot serve on port {port} (Address already in use)" in done.stderr
    assert done.stderr.count("\n") == 1
