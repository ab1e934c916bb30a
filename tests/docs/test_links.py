"""Links lead somewhere, commands exist, and nothing names a machine or a registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tools.reference_cli import find_options, heading_of, list_commands, list_hidden

from tests.docs.pages import (
    REPO,
    find_anchors,
    find_blocks,
    find_inline_code,
    find_links,
    find_pages,
    name_of,
    read,
)

PAGES: Final = find_pages()
PLAIN_FILES: Final = [*PAGES, REPO / "CHANGELOG.md", REPO / "Makefile", REPO / "constraints.txt"]
KNOWN: Final = frozenset(list_commands()) | frozenset(list_hidden())
_CALL: Final = re.compile(r"(?<![\w./-])planwatch(?P<rest>(?: +[^\s`|&;>#·()]+)*)")
_MACHINE_PATH: Final = re.compile(
    r"(?<![\w./:~-])/(?:home|root|Users|work|tmp|opt|mnt|private|var/folders)/\w"
)
_REGISTRY: Final = re.compile(
    r"pypi|pythonhosted|/simple\b|index-url|artifactory|devpi|nexus|npmjs|registry\.(?!py)", re.I
)


def find_calls(text: str) -> Iterator[list[str]]:
    """Yield the words after `planwatch` of every call in inline code and in blocks of commands."""
    lines = list(find_inline_code(text))
    for block in find_blocks(text):
        if block.kind == "console":
            lines += [line[2:] for line in block.body.splitlines() if line.startswith("$ ")]
        elif block.kind in ("sh", ""):
            lines += block.body.splitlines()
    for line in lines:
        for match in _CALL.finditer(line.partition("  ")[0].partition(" #")[0]):
            words = match["rest"].split()
            if not words or re.match(r"-|[a-z]", words[0]):
                yield words


def find_command(words: list[str]) -> tuple[str, ...] | None:
    """Return the command that words call: the longest known beginning; None for none."""
    bare = [word for word in words if not word.startswith("-")]
    if not bare:
        return ()
    return next(
        (tuple(bare[:count]) for count in (2, 1) if tuple(bare[:count]) in KNOWN),
        None,
    )


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_relative_link_leads_to_a_file_and_its_heading(path: Path) -> None:
    broken = []
    for link in find_links(read(path)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in find_anchors(read(target))):
            broken.append(link)

    assert broken == []


@pytest.mark.parametrize("path", [*PAGES, REPO / "CHANGELOG.md"], ids=name_of)
def test_every_command_that_a_page_names_exists_with_its_options(path: Path) -> None:
    unknown = []
    for words in find_calls(read(path)):
        command = find_command(words)
        known = find_options(command) | find_options(()) if command is not None else frozenset()
        options = [word.partition("=")[0].rstrip("].,") for word in words if word.startswith("-")]
        if command is None or not known.issuperset(options):
            unknown.append(" ".join(["planwatch", *words]))

    assert unknown == []


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("`planwatch status --watch`", True),
        ("`planwatch sources list`", True),
        ("`planwatch`", True),
        ("`planwatch harvest`", False),
        ("`planwatch status --loud`", False),
        ("```sh\nplanwatch harvest\n```\n", False),
    ],
)
def test_a_command_that_does_not_exist_is_found(text: str, is_known: bool) -> None:
    [words] = find_calls(text)
    command = find_command(words)

    options = {word for word in words if word.startswith("-")}
    assert (command is not None and options <= find_options(command)) is is_known


def test_every_registered_command_has_its_section_in_the_reference() -> None:
    headings = re.findall(r"^## .+$", read("docs/reference/cli.md"), re.MULTILINE)

    assert headings == [heading_of(words) for words in list_commands()]


def test_every_page_can_be_reached_from_the_index() -> None:
    index = REPO / "docs" / "README.md"
    linked = {(index.parent / link).resolve() for link in find_links(read(index))}
    folders = {path for path in linked if path.is_dir()}

    missing = [
        name_of(path)
        for path in PAGES
        if path.parent not in folders and path not in {*linked, index, REPO / "README.md"}
    ]
    assert missing == []


@pytest.mark.parametrize("path", PLAIN_FILES, ids=name_of)
def test_no_page_names_a_path_of_some_machine_or_a_registry(path: Path) -> None:
    text = read(path)

    assert (_MACHINE_PATH.findall(text), _REGISTRY.findall(text)) == ([], [])


@pytest.mark.parametrize(
    "text",
    ["see /home/ann/planwatch", "--index-url=x", "cd /mnt/disk", "https://pypi.example/simple"],
)
def test_a_path_of_a_machine_and_a_registry_are_found(text: str) -> None:
    assert _MACHINE_PATH.search(text) or _REGISTRY.search(text)
