"""What a console block of a page shows: commands, and the lines that they must print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.docs.pages import find_blocks

VARIES: Final = "…"
BORDER: Final = "│"


@dataclass(frozen=True, slots=True)
class Shown:
    """A command of a page and the lines of output below it."""

    command: str
    output: tuple[str, ...]


def find_shown(text: str) -> list[Shown]:
    """Return the commands of a page in order."""
    shown = []
    for block in find_blocks(text, "console"):
        for part in f"\n{block.body}".split("\n$ ")[1:]:
            command, *output = part.splitlines()
            shown.append(Shown(command, tuple(line for line in output if line.strip())))
    return shown


def plain(line: str) -> str:
    """Return a line without borders and with single spaces."""
    return " ".join(line.replace(BORDER, " ").split())


def shows(expected: str, line: str) -> bool:
    """Tell whether a line of a page is a real one, but for what `…` stands for and the spacing."""
    real, pieces = plain(line), [plain(piece) for piece in expected.split(VARIES)]
    if not real.startswith(pieces[0]) or not real.endswith(pieces[-1]):
        return False
    place = 0
    for piece in pieces:
        place = real.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return True


def find_missing(shown: Shown, output: str) -> str | None:
    """Return the first line of a page that the output does not have at its place."""
    lines = iter(output.splitlines())
    for expected in shown.output:
        if expected.strip() != VARIES and not any(shows(expected, line) for line in lines):
            return expected
    return None
