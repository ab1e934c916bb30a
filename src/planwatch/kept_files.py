"""The files that planwatch keeps for itself: no output that somebody names may land on one.

A path is known by what it leads to: by its folder and name, and by the file itself, so that neither
`..` nor a link of either kind hides one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from planwatch.errors import UsageError
from planwatch.home import BESIDE_LEDGER, SECRETS_FILE, WORKING_FILE, Home, find_home

_OUTSIDE: Final = "name a file outside of the home folder"
_ANOTHER: Final = "name another file"


def refuse_kept(path: Path, home: Home | None = None, *, in_folders: bool = True) -> None:
    """Refuse a path that leads to a file which planwatch keeps, or would be taken for one.

    Args:
        home: whose files they are; the one that this process uses by default.
        in_folders: whether any file in the folders of the home counts, too.

    Raises:
        UsageError: naming what it is.
        HomeError: there is no such home.
    """
    home = home or find_home()
    try:
        real = Path(os.path.realpath(path))
    except OSError as error:  # the working folder has been removed
        raise UsageError(
            f"cannot write {path} ({error.strerror})", hint="write the path in full"
        ) from error
    if any(_is_same(real, kept) for kept in _ledger_files(home)):
        raise UsageError(f"{path} is the ledger itself", hint=_OUTSIDE)
    if any(_is_beside(real, ledger) for ledger in _ledgers(home)):
        raise UsageError(f"{path} has the name of a copy of the ledger", hint=_OUTSIDE)
    if _is_same(real, home.config_file.with_name(SECRETS_FILE)):
        raise UsageError(f"{path} is planwatch's file of secrets", hint=_ANOTHER)
    is_settings = _is_same(real, home.config_file) or _is_same(real, Path(WORKING_FILE))
    if is_settings or real.name == WORKING_FILE:
        raise UsageError(f"{path} is a settings file of planwatch", hint=_ANOTHER)
    for folder in (home.archive, home.logs, home.locks) if in_folders else ():
        if any(_is_same(above, folder) for above in (real, *real.parents)):
            raise UsageError(f"{path} lies in planwatch's own folder {folder}", hint=_OUTSIDE)


def _ledgers(home: Home) -> tuple[Path, Path]:
    """Return the ledger under its name, and where it lies if that is a link."""
    return home.ledger, Path(os.path.realpath(home.ledger))


def _ledger_files(home: Home) -> Iterator[Path]:
    for ledger in _ledgers(home):
        for ending in ("", *BESIDE_LEDGER):
            yield ledger.with_name(ledger.name + ending)
        with suppress(OSError):  # a folder that is not there, or that nobody may look into
            yield from (file for file in ledger.parent.iterdir() if _is_copy(file.name, ledger))


def _is_beside(path: Path, ledger: Path) -> bool:
    return _is_copy(path.name, ledger) and _is_same(path.parent, ledger.parent)


def _is_copy(name: str, ledger: Path) -> bool:
    """Tell whether a name is that of a copy: one of an older schema, or from before a restore."""
    return name.startswith((f"{ledger.name}.", f"{ledger.name}-"))


def _is_same(real: Path, kept: Path) -> bool:
    """Tell whether a path without links is that of a kept file or folder, there or not."""
    try:
        return real.samefile(kept)
    except OSError:
        return real.name == kept.name and _is_same(real.parent, kept.parent)
