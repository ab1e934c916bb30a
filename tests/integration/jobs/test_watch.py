"""`status --watch`: a line a change without a terminal, and a screen of its own on a real one."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from planwatch.home import Home
from planwatch.ledger.jobs.transitions import cancel_job
from planwatch.ledger.store.connection import open_ledger
from tests.support.cli import HANG_S, PROGRAM, kill_hard, read_json, run_planwatch, wait_until
from tests.support.gated_market import GatedMarket
from tests.support.ledgers import create_launched_job, rows, value

AT = "2026-11-20T09:00:00.000Z"
BETWEEN_LOOKS_S, QUIET_S = 4.0, 1.0
SIZE = (100, 30)
ENTER_SCREEN, LEAVE_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
HIDE_CURSOR, SHOW_CURSOR = b"\x1b[?25l", b"\x1b[?25h"
HOME = b"\x1b[H"
_CONTROLS: Final = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
# gives the child the terminal as its own, so that its Ctrl-C and its resizes reach it
_TAKE_TERMINAL: Final = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])"
)


def _start_held(home: Path, market: GatedMarket) -> tuple[str, int]:
    """Start a scrape that has finished giffgaff and waits for smarty; return it and its worker."""
    market.hold("smarty")
    job_id = read_json("scrape", "smarty", "giffgaff")["job_id"]
    wait_until(
        lambda: (
            market.asked["smarty"]
            and rows(
                home, "SELECT 1 FROM steps WHERE name = 'scrape giffgaff' AND value IS NOT NULL"
            )
        ),
        "one source done and the other asked",
    )
    return job_id, int(value(home, "SELECT worker_pid FROM jobs"))


# Without a terminal


@dataclass
class Told:
    """A watch without a terminal, and what it has printed so far."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    @property
    def lines(self) -> list[str]:
        return self.out.read_text().splitlines()

    @property
    def notices(self) -> list[str]:
        return self.err.read_text().splitlines()


def _age_s(path: Path) -> float:
    return time.time() - path.stat().st_mtime


@contextmanager
def _telling(tmp_path: Path, *options: str) -> Iterator[Told]:
    out, err = tmp_path / "out", tmp_path / "err"
    with out.open("wb") as to_out, err.open("wb") as to_err:
        process = subprocess.Popen(
            [*PROGRAM, "status", "--watch", *options],
            stdin=subprocess.DEVNULL,
            stdout=to_out,
            stderr=to_err,
            env=dict(os.environ),
        )
    try:
        yield Told(process, out, err)
    finally:
        process.kill()
        process.wait(HANG_S)


def test_a_watch_without_a_terminal_says_each_change_once_and_ends_by_itself(
    home: Path, tmp_path: Path, market: GatedMarket
) -> None:
    job_id, _ = _start_held(home, market)

    with _telling(tmp_path) as watch:
        wait_until(lambda: watch.lines, "the first line")
        market.release()
        code = watch.process.wait(HANG_S)

    assert (code, watch.notices) == (0, [])
    assert re.fullmatch(rf"scrape {job_id} running \d+ %: scrape smarty", watch.lines[0])
    assert watch.lines[-1].startswith(f"scrape {job_id} completed: 22 ")
    assert len(watch.lines) == len(set(watch.lines)) >= 2
    assert all(line.startswith(f"scrape {job_id} ") for line in watch.lines)


def test_a_worker_that_dies_under_a_watch_is_said_to_be_lost_and_its_job_resumed(
    home: Path, tmp_path: Path, market: GatedMarket
) -> None:
    job_id, pid = _start_held(home, market)

    with _telling(tmp_path, "--interval", str(BETWEEN_LOOKS_S)) as watch:
        # between two looks: a death between a look and a resumption is only told as resumed
        wait_until(lambda: watch.lines and _age_s(watch.out) > QUIET_S, "a quiet moment")
        kill_hard(pid)
        wait_until(lambda: watch.notices, "the resumption")
        wait_until(lambda: "attempt 2" in watch.lines[-1], "the second attempt")
        market.release()
        code = watch.process.wait(HANG_S)

    lost = [line for line in watch.lines if "worker is lost" in line]
    assert len(watch.notices) == 1
    assert f"resumed job {job_id}" in watch.notices[0]
    assert (len(lost), code) == (1, 0)
    assert watch.lines[-1].startswith(f"scrape {job_id} completed")
    assert value(home, "SELECT resumes FROM jobs") == 1


def test_a_watch_shows_the_jobs_that_were_asked_for_or_the_whole_queue_to_its_end(
    home: Path, tmp_path: Path, market: GatedMarket
) -> None:
    first, _ = _start_held(home, market)
    second = read_json("scrape", "smarty", "--force")["job_id"]
    waits = f"scrape {second} pending 0 %: waits for {first}"

    by_id = run_planwatch("status", second, "--watch", "--timeout", "0")
    by_kind = run_planwatch("status", "--watch", "--kind", "compare")
    with _telling(tmp_path) as watch:
        wait_until(lambda: len(watch.lines) >= 2, "a line for each job")
        market.release()
        code = watch.process.wait(HANG_S)

    assert (by_id.returncode, by_id.stdout) == (75, waits + "\n"), "its time was up at once"
    assert by_kind.returncode == 0
    assert first not in by_kind.stdout
    assert code == 0
    assert waits in watch.lines
    assert {line.split()[1] for line in watch.lines if " completed: " in line} == {first, second}


def test_a_watch_of_nothing_ends_at_once_unless_it_is_kept_open(home: Path) -> None:
    ended = run_planwatch("status", "--watch")
    kept = run_planwatch("status", "--watch", "--keep-open", "--timeout", "0.2")

    assert (ended.returncode, kept.returncode) == (0, 75)


def test_a_job_that_lives_elsewhere_or_has_ended_keeps_no_watch_open(home: Path) -> None:
    ledger = open_ledger(Home(home, home / "config.toml"))
    for job_id, place in (("away", "another:/ledger.db"), ("gone", None)):
        create_launched_job(
            ledger,
            job_id=job_id,
            kind="scrape",
            params={"sources": ["smarty"]},
            context={"place": place} if place else {},
            max_resumes=3,
            at=AT,
        )
    cancel_job(ledger, "gone", at=AT)
    ledger.close()

    all_jobs = run_planwatch("status", "--watch")
    one = run_planwatch("status", "gone", "--watch")

    assert (all_jobs.returncode, one.returncode) == (0, 0)
    assert [line.split()[:3] for line in all_jobs.stdout.splitlines()] == [
        ["scrape", "away", "pending"]
    ]
    assert "another place" in all_jobs.stdout
    assert one.stdout.startswith("scrape gone cancelled")


# On a terminal


@dataclass
class Terminal:
    """A pseudo-terminal with a watch in it; `screen` is every byte that was written to it."""

    master: int
    process: subprocess.Popen[bytes]
    screen: bytearray = field(default_factory=bytearray)
    is_closed: bool = False

    def resize(self, columns: int, lines: int) -> None:
        """Change the size as a window does; the kernel tells the watch by SIGWINCH."""
        _set_size(self.master, columns, lines)

    def press_ctrl_c(self) -> None:
        os.write(self.master, b"\x03")

    def read(self) -> bytes:
        """Take in what has been written by now; return all of it."""
        while not self.is_closed and select.select([self.master], [], [], 0)[0]:
            try:
                self.screen += os.read(self.master, 65536)
            except OSError:  # Linux says so when the other side is closed
                self.is_closed = True
        return bytes(self.screen)

    def frames(self, columns: int, lines: int) -> list[str]:
        """Return the frames that fill a screen of this size to its last cell, as plain text."""
        drawn = [
            _CONTROLS.sub(b"", chunk).decode().replace("\r\n", "\n")
            for chunk in self.read().split(HOME)
        ]
        return [
            frame
            for frame in drawn
            if [len(line) for line in frame.split("\n")] == [columns] * lines
        ]

    def wait(self) -> int:
        """Wait for the end of the watch, reading on: a full terminal would block it."""
        wait_until(lambda: self.read() and self.process.poll() is not None, "the end", HANG_S)
        self.read()
        return self.process.returncode


def _set_size(terminal: int, columns: int, lines: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


@contextmanager
def _watching(*command: str, **env: str) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    try:
        _set_size(slave, *SIZE)
        process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *PROGRAM, *(command or ("status", "--watch"))],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", **env},
        )
    finally:
        os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        process.kill()
        process.wait(HANG_S)
        os.close(master)


def _after_the_screen(terminal: Terminal) -> str:
    """Return what is left on the ordinary screen when the other one is gone."""
    screen = terminal.read()
    assert screen.count(ENTER_SCREEN) == screen.count(LEAVE_SCREEN) == 1
    assert screen.index(ENTER_SCREEN) < screen.index(LEAVE_SCREEN)
    assert screen.rindex(SHOW_CURSOR) > screen.rindex(HIDE_CURSOR), "the cursor stays hidden"
    rest = _CONTROLS.sub(b"", screen[screen.index(LEAVE_SCREEN) :])
    return rest.decode().replace("\r\n", "\n")


def test_a_watch_on_a_terminal_draws_on_a_screen_of_its_own_and_leaves_the_ends(
    home: Path, market: GatedMarket
) -> None:
    job_id, _ = _start_held(home, market)

    with _watching() as terminal:
        frame = wait_until(lambda: terminal.frames(*SIZE), "a frame")[0]
        market.release()
        code = terminal.wait()

    assert code == 0
    assert job_id in frame
    assert "scrape smarty" in frame
    assert "giffgaff ok 12" in frame
    assert "Ctrl-C ends the watch; the jobs keep running." in frame
    left = _after_the_screen(terminal).splitlines()
    assert len(left) == 1
    assert left[0].startswith(f"scrape {job_id} completed: 22 ")


def test_a_watch_ticks_while_nothing_is_committed_and_fits_a_terminal_that_is_resized(
    home: Path, market: GatedMarket
) -> None:
    job_id, _ = _start_held(home, market)

    with _watching() as terminal:
        frames = [wait_until(lambda: terminal.frames(*SIZE), "a frame")[0]]
        for size in ((60, 12), (24, 6)):
            terminal.resize(*size)
            frames += wait_until(partial(terminal.frames, *size), f"a frame of {size}")[:1]
        terminal.press_ctrl_c()
        code = terminal.wait()

    clocks = [re.findall(r"\d\d:\d\d:\d\d (?:GMT|BST)", frame) for frame in frames]
    assert len({str(clock) for clock in clocks}) == 3, "each was drawn at its own second"
    assert all(job_id in frame for frame in frames)
    assert code == 130


def test_ctrl_c_ends_the_watch_and_not_the_job(home: Path, market: GatedMarket) -> None:
    job_id, pid = _start_held(home, market)

    with _watching() as terminal:
        wait_until(lambda: terminal.frames(*SIZE), "a frame")
        terminal.press_ctrl_c()
        code = terminal.wait()

    assert code == 130
    assert _after_the_screen(terminal).endswith(
        "planwatch: stopped watching; the jobs keep running.\n"
    )
    assert job_id.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    market.release()
    assert run_planwatch("wait", job_id).returncode == 0


@pytest.fixture
def hangup_counts() -> Iterator[None]:
    """Let commands heed SIGHUP, though these tests may run under nohup, which ignores it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hangup_counts")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", ["watch", "wait"])
def test_a_signal_restores_the_terminal_as_ctrl_c_does(
    home: Path, market: GatedMarket, number: signal.Signals, command: str
) -> None:
    job_id, pid = _start_held(home, market)
    arguments = ("status", "--watch") if command == "watch" else ("wait", job_id)

    with _watching(*arguments) as terminal:
        before = termios.tcgetattr(terminal.master)
        wait_until(lambda: terminal.frames(*SIZE), "a frame")
        terminal.process.send_signal(number)
        code = terminal.wait()
        after = termios.tcgetattr(terminal.master)

    assert code == 128 + number
    assert _after_the_screen(terminal) == ""
    assert after == before, "echo and line mode are as they were"
    assert job_id.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.parametrize(
    "env",
    [
        {"TERM": "dumb"},
        {"COLUMNS": "0"},
        {"COLUMNS": "abc"},
        {"COLUMNS": "-5"},
        {"COLUMNS": "99999999999"},
        {"LINES": "0"},
    ],
    ids=str,
)
def test_a_terminal_that_cannot_be_drawn_on_gets_lines_without_controls(
    home: Path, market: GatedMarket, env: dict[str, str]
) -> None:
    job_id, _ = _start_held(home, market)

    with _watching(**env) as watched:
        wait_until(lambda: job_id.encode() in watched.read(), "a line about the job")
        market.release()
        watch_code = watched.wait()
    with _watching("status", **env) as shown:
        status_code = shown.wait()

    assert (watch_code, status_code) == (0, 0)
    assert b"\x1b" not in watched.read()
    assert b"\x1b" not in shown.read()
    assert job_id.encode() in watched.read()
    assert f" {job_id}   scrape   giffgaff, smarty ".encode() in shown.read()
