"""The commands by name, each imported and built when it is asked for.

Typer would build all of them at every start, which costs a sixth of `status`; only `--help` and the
completion of a command's name need more than one.
"""

import importlib
from collections.abc import Iterator, MutableMapping
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperGroup

JOBS: Final = "Jobs"
MARKET: Final = "Market"
SOURCES: Final = "Sources"
CARE: Final = "Care"


class Place(NamedTuple):
    """Where a command is: a module of `planwatch.cli`, and a function or a group in it."""

    module: str
    attribute: str
    panel: str
    hidden: bool = False


COMMANDS: Final = {
    "scrape": Place("dispatch", "scrape", JOBS),
    "compare": Place("dispatch", "compare", JOBS),
    "analyse": Place("dispatch", "analyse", JOBS),
    "analyze": Place("dispatch", "analyse", JOBS, hidden=True),
    "status": Place("jobs", "status", JOBS),
    "wait": Place("jobs", "wait", JOBS),
    "logs": Place("jobs", "logs", JOBS),
    "cancel": Place("jobs", "cancel", JOBS),
    "resume": Place("jobs", "resume", JOBS),
    "retry": Place("jobs", "resume", JOBS, hidden=True),
    "plans": Place("market", "plans", MARKET),
    "changes": Place("changes", "changes", MARKET),
    "history": Place("history", "history", MARKET),
    "show": Place("show", "show", MARKET),
    "digest": Place("digest", "digest", MARKET),
    "what-if": Place("what_if", "what_if", MARKET),
    "sources": Place("sources", "app", SOURCES),
    "probe": Place("probe", "probe", SOURCES),
    "schedule": Place("schedule", "app", CARE),
    "notify": Place("notify", "app", CARE),
    "doctor": Place("care", "doctor", CARE),
    "backup": Place("care", "backup", CARE),
    "prune": Place("jobs", "prune", CARE),
    "config": Place("config", "app", CARE),
    "datasette": Place("datasette", "datasette", CARE),
    "demo": Place("demo", "demo", CARE),
}


class _Built(MutableMapping[str, Any]):
    """The commands as Typer wants them: a mapping by name, in the order of the help."""

    def __init__(self) -> None:
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = _build(name, COMMANDS[name])
        return self._built[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._built[name] = command

    def __delitem__(self, name: str) -> None:
        del self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS


def _build(name: str, place: Place) -> Any:
    found = getattr(importlib.import_module(f"planwatch.cli.{place.module}"), place.attribute)
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name, group.rich_help_panel = name, place.panel
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name, rich_help_panel=place.panel, hidden=place.hidden)(found)
    return typer.main.get_command(alone)


class Commands(TyperGroup):
    """A group that builds a command when it is asked for."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Built()
