"""The commands by name, each imported and built when it is asked for.

Typer would build all of them at every start, which costs a sixth of `status`; only `--help` and the
completion of a command's name need more than one.
"""

import importlib
from collections.abc import Iterator, MutableMapping
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperGroup

from planwatch.domain.job_kinds import ANALYSE, KINDS

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
    **{kind: Place("jobs.dispatch", kind, JOBS) for kind in KINDS},
    "analyze": Place("jobs.dispatch", ANALYSE, JOBS, hidden=True),
    "status": Place("jobs.status", "status", JOBS),
    "wait": Place("jobs.jobs", "wait", JOBS),
    "logs": Place("jobs.jobs", "logs", JOBS),
    "cancel": Place("jobs.jobs", "cancel", JOBS),
    "resume": Place("jobs.jobs", "resume", JOBS),
    "retry": Place("jobs.jobs", "resume", JOBS, hidden=True),
    "plans": Place("market.plans", "plans", MARKET),
    "cheapest": Place("market.cheapest", "cheapest", MARKET),
    "changes": Place("market.changes", "changes", MARKET),
    "history": Place("market.history", "history", MARKET),
    "why": Place("market.why", "why", MARKET),
    "show": Place("market.show", "show", MARKET),
    "digest": Place("market.digest", "digest", MARKET),
    "match": Place("market.match", "match", MARKET),
    "what-if": Place("market.what_if", "what_if", MARKET),
    "sources": Place("sources.sources", "app", SOURCES),
    "probe": Place("sources.probe", "probe", SOURCES),
    "schedule": Place("care.schedule", "app", CARE),
    "notify": Place("care.notify", "app", CARE),
    "doctor": Place("care.doctor", "doctor", CARE),
    "backup": Place("care.backup", "backup", CARE),
    "restore": Place("care.restore", "restore", CARE),
    "prune": Place("care.prune", "prune", CARE),
    "config": Place("care.config", "app", CARE),
    "datasette": Place("care.datasette", "datasette", CARE),
    "demo": Place("care.demo", "demo", CARE),
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
