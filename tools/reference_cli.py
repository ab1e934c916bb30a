"""docs/reference/cli.md: each command of the Typer application with its own --help."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import typer.main
from tools.reference_page import build_page

from planwatch.cli.app import app

WIDTH: Final = 100
_RUN: Final = "import sys; sys.argv[0] = 'planwatch'; from planwatch.cli import main; main()"
_INTRO: Final = """# Command line

Each command with what `--help` says. What a command ends with: [exit codes](exit-codes.md). What
`--json` prints: [JSON](json.md).

- Data go to standard output, messages to standard error.
- Without a terminal there is no colour and no live display, and tables are 160 columns wide.
  `COLUMNS`, `NO_COLOR` and `FORCE_COLOR` are honoured.
- Each command that opens the ledger first resumes every job whose worker has died, unless
  `--no-resume` stands before the command. `--help`, `--version`, `probe` and `schedule cron` do
  not open it.
- A brand may be written in any case, and by the short names in
  [sources](sources.md#brands-and-owners). A job or an analysis is named by any unique beginning
  of its id, or by `last`."""


Words = tuple[str, ...]


def list_commands() -> list[Words]:
    """Return the words of every command after `planwatch`, groups included, hidden ones left out.

    The first is empty: `planwatch` alone.
    """
    return [words for words, command in _walk() if not command.hidden]


def list_hidden() -> list[Words]:
    """Return other spellings, which no help shows."""
    return [words for words, command in _walk() if command.hidden]


def find_options(words: Words) -> frozenset[str]:
    """Return every option that a command takes, such as `--wait` and `-w`."""
    command = dict(_walk())[words]
    return frozenset(
        name
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("-")
    ) | {"--help", "-h"}


def _walk() -> Iterator[tuple[Words, Any]]:
    """Yield each command as words and Typer's object, which carries no public type."""
    pending: list[tuple[Words, Any]] = [((), typer.main.get_command(app))]
    while pending:
        words, command = pending.pop(0)
        yield words, command
        below = [((*words, name), sub) for name, sub in getattr(command, "commands", {}).items()]
        pending = [*below, *pending]


def read_help(words: Words) -> str:
    """Return what `planwatch WORDS --help` prints, at a fixed width and without colour."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", _RUN, *words, "--help"],
        env={"PATH": os.environ["PATH"], "TERMINAL_WIDTH": str(WIDTH), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return "\n".join(lines).strip("\n")


def heading_of(words: Words) -> str:
    return f"## {' '.join(['planwatch', *words])}"


def render_cli() -> str:
    """Return the whole page."""
    commands = list_commands()
    with ThreadPoolExecutor() as pool:
        helps = pool.map(read_help, commands)
        sections = [
            f"{heading_of(words)}\n\n```text\n{text}\n```"
            for words, text in zip(commands, helps, strict=True)
        ]
    return build_page(_INTRO, _other_spellings(), *sections)


def _other_spellings() -> str:
    names = ", ".join(f"`planwatch {' '.join(words)}`" for words in list_hidden())
    return f"Another spelling, which the help does not list: {names}." if names else ""
