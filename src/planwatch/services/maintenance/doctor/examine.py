"""Run the checks of `doctor` in order; an exception in one does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planwatch.errors import HomeError, PlanwatchError
from planwatch.home import Home
from planwatch.ledger.care.inspection import inspect_ledger
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.ledger.store.info import is_recorded
from planwatch.services.maintenance.doctor import alerts, installation, places, state
from planwatch.services.maintenance.doctor.check import Group, Installation, Line
from planwatch.settings.early import switched_off
from planwatch.settings.load import load_settings, read_values
from planwatch.settings.sources import read_catalogue

if TYPE_CHECKING:
    from planwatch.settings.model import Settings

Check = Callable[[Installation], list[Line]]
_BEFORE: Final[tuple[tuple[Group, Check], ...]] = (
    ("installation", installation.check_programs),
    ("installation", installation.check_browser),
    ("installation", installation.check_line),
    ("installation", installation.check_clock),
    ("home", places.check_disk),
)
_AFTER: Final[tuple[tuple[Group, Check], ...]] = (
    ("home", places.check_permissions),
    ("home", places.check_archive),
    ("home", state.check_schema),
    ("jobs", state.check_jobs),
    ("sources", state.check_sources),
    ("model", state.check_model),
    ("alerts", alerts.check_alerts),
    ("settings", state.check_configuration),
)


def examine(home: Home, working_folder: Path, *, check_seconds: float) -> list[Line]:
    """Return every line, in the order in which they are shown.

    Args:
        check_seconds: limit of SQLite's own check.
    """
    try:
        home.refuse_foreign()
    except HomeError as error:
        # nothing of it is read: what it says may be somebody else's
        return [Line("home", "owner", "fault", error.message, error.hint)]
    found = inspect_ledger(home.ledger, limit_s=check_seconds)
    with _opened(home, is_well=found.state == "well") as ledger:
        installed = Installation(home, working_folder, ledger, _settings(home, working_folder))
        lines = [line for group, check in _BEFORE for line in _guarded(group, check, installed)]
        lines.append(state.describe_ledger(found, home))
        return lines + [
            line for group, check in _AFTER for line in _guarded(group, check, installed)
        ]


def examine_live(home: Home, working_folder: Path, named: Sequence[str]) -> list[Line]:
    """Return what asking the sources gave: those named, or all that are not switched off.

    Raises:
        UnknownName: one that is named is none.
    """
    is_well = inspect_ledger(home.ledger, limit_s=0.0).state == "well"
    try:
        settings = load_settings(home.config_file, working_folder)
        values = read_values(home.config_file, working_folder)
        catalogue = read_catalogue(values)
        off = switched_off(values, catalogue.ids)
    except PlanwatchError as error:
        return [Line("live", "settings", "fault", error.message, error.hint)]
    wanted = [catalogue.resolve(name) for name in named]
    from planwatch.services.maintenance.doctor.live import check_live

    with _opened(home, is_well=is_well) as ledger:
        asked = wanted or [source for source in catalogue.ids if source not in off]
        ours = None if ledger is None or is_recorded(ledger) else ledger
        return check_live(ours, settings, [catalogue.load(source) for source in asked])


def _guarded(group: Group, check: Check, installed: Installation) -> list[Line]:
    name = check.__name__.removeprefix("check_")
    try:
        return check(installed)
    except PlanwatchError as error:
        return [Line(group, name, "fault", error.message, error.hint)]
    except OSError as error:
        said = f"cannot read {error.filename or installed.home.root} ({error.strerror or error})"
        return [
            Line(group, name, "fault", said, "fix the permissions there, or set PLANWATCH_HOME")
        ]
    except Exception as error:  # noqa: BLE001 - a fault of one check must not hide the others
        said = f"this check failed: {type(error).__name__}: {error}"
        return [Line(group, name, "fault", said, "report it; the other lines are valid")]


def _settings(home: Home, working_folder: Path) -> Settings | None:
    try:
        return load_settings(home.config_file, working_folder)
    except PlanwatchError:
        return None  # check_configuration says why


@contextmanager
def _opened(home: Home, *, is_well: bool) -> Iterator[Ledger | None]:
    """Open a ledger that needs no repair and no migration; None where there is no such."""
    ledger = None
    if is_well:
        try:
            ledger = open_ledger(home)
        except PlanwatchError:
            ledger = None  # the checks of permissions and disk say why
    try:
        yield ledger
    finally:
        if ledger is not None:
            ledger.close()
