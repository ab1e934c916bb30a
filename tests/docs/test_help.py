"""Every command's help has an example, which is a command line that is understood."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import typer.main
from tools.reference_cli import Words, list_commands

from planwatch.cli.app import app

_EXAMPLE = re.compile(r"Example: planwatch *(.*)")


def _resolve(words: list[str]) -> tuple[Words, Any]:
    """Parse a command line without running it; return the command's words and its context."""
    context = typer.main.get_command(app).make_context("planwatch", words, resilient_parsing=False)
    path: list[str] = []
    while hasattr(context.command, "commands") and (
        rest := [*context._protected_args, *context.args]
    ):
        name, command, rest = context.command.resolve_command(context, rest)  # type: ignore[attr-defined]
        path.append(str(name))
        context = command.make_context(name, rest, parent=context)
    return tuple(path), context


@pytest.mark.parametrize("words", list_commands(), ids=lambda words: " ".join(words) or "planwatch")
def test_the_help_of_a_command_has_an_example_that_is_understood(words: Words) -> None:
    command = typer.main.get_command(app)
    for word in words:
        command = command.commands[word]  # type: ignore[attr-defined]
    found = _EXAMPLE.search(" ".join((command.help or "").split()))

    assert found, "its docstring has no line `Example: planwatch …`"
    path = _resolve(shlex.split(found[1]))[0]
    assert path[: len(words)] == words
    assert path == words or hasattr(command, "commands"), "it shows another command"
