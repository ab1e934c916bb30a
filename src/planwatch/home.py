"""The home folder: where the ledger, the archive, the logs and the locks lie.

`PLANWATCH_HOME` holds everything when set; else the user's data folder does. Folders are 0700 and
files 0600: a ledger may hold what a company has not published.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planwatch.errors import HomeError, UsageError
from planwatch.ownership import refuse_foreign, refuse_foreign_path

BESIDE_LEDGER: Final = ("-wal", "-shm", "-journal")
SECRETS_FILE: Final = "secrets.env"
WORKING_FILE: Final = "planwatch.toml"


@dataclass(frozen=True, slots=True)
class Home:
    """Places in one home folder. Nothing is created by looking."""

    root: Path
    config_file: Path

    @property
    def is_named(self) -> bool:
        """Tell whether PLANWATCH_HOME named it, so that the settings lie inside."""
        return self.config_file.parent == self.root

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.db"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    def log_of(self, job_id: str) -> Path:
        return self.logs / f"{job_id}.log"

    def lock_of(self, job_id: str) -> Path:
        return self.locks / f"{job_id}.lock"

    def trace_of(self, job_id: str) -> Path:
        """Return the file in which a worker that hangs says where it was."""
        return self.locks / f"{job_id}.trace"

    def slot_of(self, kind: str, number: int) -> Path:
        """Return the lock of one of the places that jobs of a kind have at once."""
        return self.locks / f"slot-{kind}-{number}.lock"

    def refuse_foreign(self) -> None:
        """Refuse a home that another account owns or may write to, before anything of it is read.

        Raises:
            HomeError: naming what it is, and the command that mends it.
        """
        refuse_foreign_path(self.root)
        ledger = self.ledger
        if os.path.islink(ledger):  # noqa: PTH114 - False where nobody may look; SQLite keeps its files beside what a link leads to
            ledger = Path(os.path.realpath(ledger))
        sides = (ledger.with_name(f"{ledger.name}{end}") for end in BESIDE_LEDGER)
        refuse_foreign(self.ledger, *sides, self.archive, self.logs, self.locks)

    def prepare(self) -> None:
        """Create the folders that are missing.

        Raises:
            HomeError: the home is not a folder, this user may not write to it, or others may.
        """
        self.refuse_foreign()
        for folder in (self.root, self.archive, self.logs, self.locks):
            try:
                make_private_folder(folder)
            except OSError as error:
                raise self.unusable(error) from error
            if not os.access(folder, os.W_OK | os.X_OK):
                raise HomeError(
                    f"cannot write to the home folder {folder} (Permission denied)",
                    hint="set PLANWATCH_HOME to a folder that you may write to",
                )

    def find_fault(self) -> HomeError | None:
        """Return why no command could use the home, made or not; creates nothing."""
        # not Path.exists: it raises below a file, or where nobody may look
        place = next(path for path in (self.root, *self.root.parents) if os.path.lexists(path))
        if not os.path.isdir(place):  # noqa: PTH112 - as above
            return self.unusable(NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)))
        return None if os.access(place, os.W_OK | os.X_OK) else self.unusable(None)

    def unusable(self, error: OSError | None) -> HomeError:
        """Return the error for a home that cannot be used, with what to do about it."""
        reason = error.strerror if error and error.strerror else "Permission denied"
        return HomeError(
            f"cannot write to the home folder {self.root} ({reason})",
            hint="set PLANWATCH_HOME to a folder that you may write to",
        )


def make_private_folder(folder: Path, *, syncs: bool = False) -> None:
    """Create a folder, and those above it that are missing, for this account only.

    Args:
        syncs: wait until each is on the disk, to stay.

    Raises:
        OSError: it cannot be made.
        HomeError: another account has just made it.
    """
    if folder.is_dir():
        return
    make_private_folder(folder.parent, syncs=syncs)
    try:
        folder.mkdir(mode=0o700)
        folder.chmod(0o700)  # whatever the umask took away
    except FileExistsError:
        if not folder.is_dir():
            raise
        refuse_foreign(folder)  # of another process, which began at the same time
    if syncs:
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Wait until what a folder names is on the disk.

    Raises:
        OSError: it cannot be read or synced.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def find_home() -> Home:
    """Return the home that this process is to use.

    Raises:
        HomeError: PLANWATCH_HOME is set, and names no folder.
    """
    named = os.environ.get("PLANWATCH_HOME")
    if named is not None:
        root = _expanded(named)
        return Home(root, root / "config.toml")
    # platformdirs is only needed without PLANWATCH_HOME; it costs some milliseconds
    import platformdirs

    return Home(
        Path(platformdirs.user_data_dir("planwatch")),
        Path(platformdirs.user_config_dir("planwatch")) / "config.toml",
    )


def _expanded(named: str) -> Path:
    if not named.strip():
        raise HomeError(
            "PLANWATCH_HOME is set, but empty",
            hint="set it to a folder, or use the default one: unset PLANWATCH_HOME",
        )
    try:
        return Path(named).expanduser().absolute()
    except RuntimeError as error:
        raise HomeError(
            f"PLANWATCH_HOME is {named!r}, but there is no such user",
            hint="write the path in full",
        ) from error


def expand(named: Path) -> Path:
    """Return a path without its `~`.

    Raises:
        UsageError: there is no such user.
    """
    try:
        return named.expanduser()
    except RuntimeError as error:
        raise UsageError(
            f"{named} begins with an unknown user", hint="write the path in full"
        ) from error


def demo_home() -> Home:
    """Return the home of `planwatch demo` where PLANWATCH_HOME names none."""
    import platformdirs  # as in find_home

    root = Path(platformdirs.user_data_dir("planwatch-demo"))
    return Home(root, root / "config.toml")
