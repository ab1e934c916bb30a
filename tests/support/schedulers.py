"""Debian's cron and systemd's checker, for tests; where they are not, such a test is skipped.

With PLANWATCH_TESTS_NEED_SCHEDULERS=1 it fails instead, so that CI cannot lose it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.support.cli import HANG_S

BARE: Final = {"HOME": "/", "LOGNAME": "root", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
"""The environment of a job of cron: no terminal, no locale."""

# Nothing of this machine's own crontabs is seen, and nothing is left: all is mounted away, for this
# cron alone, and goes with it.
_PRIVATE_CRON: Final = """
set -e
mount -t tmpfs tmpfs /var/spool/cron
mount -t tmpfs tmpfs /etc/cron.d
mount -t tmpfs tmpfs /run
mount --bind /dev/null /etc/crontab
mkdir -m 1730 /var/spool/cron/crontabs
install -m 0600 "$1" /var/spool/cron/crontabs/root
exec cron -f
"""


@contextmanager
def run_cron(crontab: Path) -> Iterator[None]:
    """Run a cron in the foreground, on this crontab and no other, until the block ends."""
    _need("cron")
    if os.geteuid() != 0:
        _refuse("only root may run a cron")
    command = ["unshare", "--mount", "sh", "-c", _PRIVATE_CRON, "sh", str(crontab)]
    tried = subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True)
    if tried.returncode != 0:
        _refuse("mounts cannot be kept apart here")
    cron = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield
        assert cron.poll() is None, cron.communicate()[1]
    finally:
        cron.terminate()
        cron.communicate(timeout=HANG_S)


def verify_units(files: Sequence[Path], *, for_user: bool, runtime: Path) -> str:
    """Let `systemd-analyze verify` read units; return what it found wrong, "" for nothing."""
    _need("systemd-analyze")
    runtime.mkdir(mode=0o700)
    manager = ["--user"] if for_user else ["--system"]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *manager, *map(str, files)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(runtime), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG_S,
    )
    ours = [line for line in done.stderr.splitlines() if "planwatch" in line]
    return "\n".join(ours) or ("" if done.returncode == 0 else done.stderr)


def _need(program: str) -> None:
    if shutil.which(program) is None:
        _refuse(f"there is no {program} here")


def _refuse(reason: str) -> None:
    if os.environ.get("PLANWATCH_TESTS_NEED_SCHEDULERS"):
        pytest.fail(reason)
    pytest.skip(reason)
