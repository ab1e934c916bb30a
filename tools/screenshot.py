"""Draw the README's pictures: real commands in a real terminal, as SVG without anything from afar.

Run from the project's folder: python -m tools.screenshot
`plans.svg` is of the recorded market and always the same; `watch.svg` shows a scrape of the replica
market under way, so that its clock and its job differ from run to run.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text
from tests.support.market.browser import ENVIRONMENT, why_not
from tests.support.market.server import run_market

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
PLANS: Final = (
    "planwatch", "plans", "--data", "100GB", "--term", "24", "--sort", "effective", "--limit", "10",
)  # fmt: skip
WATCH: Final = ("planwatch", "status", "--watch")
WIDTH: Final = 116
HEIGHT: Final = 14
DAY: Final = date(2026, 11, 2)
_LATENCY_S: Final = 0.3
_PROGRAM: Final = (sys.executable, "-P", "-m")
_HOME_AND_CLEAR: Final = "\x1b[H"
_CONTROL: Final = re.compile(r"\x1b\[\?[0-9]+[hl]|\x1b\[[0-9;]*[A-HJKfsu]|\r")
_PERCENT: Final = re.compile(r"(\d+) %")
_THEME: Final = TerminalTheme(
    (32, 36, 44),
    (214, 219, 226),
    [(60, 66, 77), (224, 108, 117), (152, 195, 121), (229, 192, 123),
     (97, 175, 239), (198, 120, 221), (86, 182, 194), (214, 219, 226)],
    [(130, 138, 151), (224, 108, 117), (152, 195, 121), (229, 192, 123),
     (97, 175, 239), (198, 120, 221), (86, 182, 194), (255, 255, 255)],
)  # fmt: skip
# Rich's own names a font on the web; a reader's page must load nothing
_FRAME: Final = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-family: ui-monospace, Menlo, Consolas, monospace; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> int:
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / "plans.svg").write_text(draw_plans(), encoding="utf-8")
    if why_not() is not None:
        print(f"no browser to drive ({why_not()}): watch.svg is left as it is")
        return 0
    (IMAGES / "watch.svg").write_text(draw_watch(), encoding="utf-8")
    return 0


def draw_plans() -> str:
    """Return the picture of `planwatch plans` on the recorded market."""
    with _home({}) as env:
        _run(env, "planwatch", "demo")
        return draw_plans_of(env)


def draw_plans_of(env: Mapping[str, str]) -> str:
    """Return that picture of the home that the environment names, in which the demo has run."""
    shown = _run({**env, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}, *PLANS)
    return draw(shown, " ".join(PLANS), "plans")


def draw_watch() -> str:
    """Return the picture of `planwatch status --watch` amid a scrape of nine sources."""
    with run_market(DAY, latency_s=_LATENCY_S) as market:
        market.fault("ee", "500", times=2)  # so that a pause before another attempt is seen
        with _home({"PLANWATCH_ORIGIN": market.origin, "PLANWATCH_FETCH__PACE_S": "0.2"}) as env:
            _run(env, "planwatch", "scrape")
            frames = list(_frames(_read_terminal(env, WATCH)))
    return draw(_most_telling(frames), " ".join(WATCH), "watch")


def draw(shown: str, title: str, name: str) -> str:
    """Return terminal output as SVG."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    for line in shown.rstrip("\n").split("\n"):
        console.print(Text.from_ansi(line), soft_wrap=True)
    svg = console.export_svg(title=title, theme=_THEME, code_format=_FRAME, unique_id=name)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def _frames(output: str) -> Iterator[str]:
    """Yield what the screen showed, one drawing after the other."""
    for part in output.split(_HOME_AND_CLEAR)[1:]:
        text = _CONTROL.sub("", part)
        yield "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")


def _most_telling(frames: Iterable[str]) -> str:
    """Return the drawing with the most to see: of those under way the one with the most lines."""
    under_way = [
        frame for frame in frames if (found := _PERCENT.search(frame)) and 25 <= int(found[1]) <= 80
    ]
    if not under_way:
        raise SystemExit("the scrape was over before it could be drawn")
    return max(
        under_way, key=lambda frame: ("done:" in frame, "attempt" in frame, frame.count("\n"))
    )


def _read_terminal(env: Mapping[str, str], command: tuple[str, ...]) -> str:
    """Return all that a command wrote to a terminal of its own."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    process = subprocess.Popen(
        [*_PROGRAM, *command],
        env={**env, "TERM": "xterm-256color"},
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    written = bytearray()
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux's way to say that the terminal has no writer any more
            break
        if not part:
            break
        written += part
    os.close(ours)
    if process.wait() != 0:
        raise SystemExit(written.decode())
    return written.decode()


@contextmanager
def _home(more: Mapping[str, str]) -> Iterator[dict[str, str]]:
    foreign = ("PLANWATCH_", "OPENAI_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    with tempfile.TemporaryDirectory() as folder:
        yield {**ours, **ENVIRONMENT, "HOME": folder, "PLANWATCH_HOME": f"{folder}/home", **more}


def _run(env: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        [*_PROGRAM, *command], env=dict(env), capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(done.stderr + done.stdout)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
