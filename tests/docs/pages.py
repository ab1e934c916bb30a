"""The documentation as tests see it: files, code blocks, tables, links, headings."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPO: Final = Path(__file__).parents[2]
DOCS: Final = REPO / "docs"
_BLOCK: Final = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<body>.*?)^ *```$", re.M | re.S)
_HEADING: Final = re.compile(r"^#+ (.+)$", re.M)
_LINK: Final = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_COMMAND: Final = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: `console`, `sql`, `json`, `python`, `sh`, `text` or ''."""

    kind: str
    body: str


def find_pages() -> list[Path]:
    """Return the README and every page of the documentation."""
    return [REPO / "README.md", *sorted(DOCS.rglob("*.md"))]


def name_of(path: Path) -> str:
    return path.relative_to(REPO).as_posix()


def read(path: Path | str) -> str:
    """Return a page, named from the project's folder."""
    return (REPO / path).read_text(encoding="utf-8")


def find_blocks(text: str, kind: str | None = None) -> list[Block]:
    """Return the fenced blocks of a page, of one kind or all."""
    blocks = [
        Block(match["kind"], textwrap.dedent(match["body"])) for match in _BLOCK.finditer(text)
    ]
    return [block for block in blocks if kind in (None, block.kind)]


def without_blocks(text: str) -> str:
    return _BLOCK.sub("", text)


def find_inline_code(text: str) -> list[str]:
    return _COMMAND.findall(without_blocks(text))


def find_links(text: str) -> list[str]:
    return _LINK.findall(without_blocks(text))


def find_anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    return {anchor_of(heading) for heading in _HEADING.findall(without_blocks(text))}


def anchor_of(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def find_sections(text: str) -> dict[str, str]:
    """Return the text under each heading of the second level, by heading."""
    parts = re.split(r"^## (.+)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def read_table(text: str) -> list[list[str]]:
    """Return the rows of the first table in a text, its head left out."""
    return list(_rows(text))


def _rows(text: str) -> Iterator[list[str]]:
    begun = 0
    for line in text.splitlines():
        if not line.startswith("|"):
            if begun:
                return
            continue
        begun += 1
        if begun > 2:
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            yield [cell.strip().replace("\\|", "|") for cell in cells]
