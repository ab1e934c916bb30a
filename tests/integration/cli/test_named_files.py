"""`-o FILE` writes a whole file beside it and renames it, and never follows a symbolic link."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from planwatch.errors import UsageError
from planwatch.output_file import write_text
from tests.support.cli import PROGRAM, run_planwatch

COMMANDS = [
    ("sources", "--json"),
    ("sources", "--format", "csv"),
    ("datasette",),
    ("status", "--format", "prometheus"),
]


def _names_in(folder: Path) -> list[str]:
    """Return what lies in a folder, but for the working folder that every test gets."""
    return sorted(path.name for path in folder.iterdir() if path.name != "work")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_that_exists_is_replaced_and_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "plans.csv"
    path.write_text("old")
    path.chmod(mode)
    (tmp_path / "second-name").hardlink_to(path)

    write_text(path, "new £\n")

    assert path.read_text() == "new £\n"
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert (tmp_path / "second-name").read_text() == "old"
    assert _names_in(tmp_path) == ["plans.csv", "second-name"]


def test_a_new_file_has_the_mode_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "plans.csv", "new")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "plans.csv").stat().st_mode) == 0o640


@pytest.mark.parametrize("target", ["precious", "missing", "/dev/null", "folder"])
def test_a_symbolic_link_is_refused_and_what_it_leads_to_stays(tmp_path: Path, target: str) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "folder").mkdir()
    (tmp_path / "plans.csv").symlink_to(target)

    with pytest.raises(UsageError, match="is a symbolic link") as caught:
        write_text(tmp_path / "plans.csv", "new")

    assert os.path.realpath(tmp_path / target) in str(caught.value.hint)
    assert _names_in(tmp_path) == ["folder", "plans.csv", "precious"]
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_link_laid_while_it_writes_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    path = tmp_path / "plans.csv"
    real = os.fdopen

    def lay(descriptor: int, mode: str) -> object:
        path.symlink_to("precious")
        return real(descriptor, mode)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fdopen", lay)
        write_text(path, "new")

    assert (path.is_symlink(), path.read_text()) == (False, "new")
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "plans.csv"
    path.write_text("old")

    def fail(_descriptor: int, _mode: str) -> object:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fdopen", fail)
        with pytest.raises(UsageError, match="No space left on device"):
            write_text(path, "new")

    assert path.read_text() == "old"
    assert _names_in(tmp_path) == ["plans.csv"]


@pytest.mark.parametrize("place", [".", "missing/plans.csv"])
def test_a_place_that_is_no_file_is_refused(tmp_path: Path, place: str) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        write_text(tmp_path / place, "new")


def test_a_named_pipe_is_written_directly(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()

    write_text(pipe, "through")

    reader.join(timeout=10)
    assert got == ["through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize(
    "shell",
    [
        "{planwatch} sources --json -o /dev/stdout | cat",
        "{planwatch} sources --json -o /dev/stdout > out; cat out",
        "{planwatch} sources --json -o /dev/fd/3 3>&1",
        "{planwatch} sources --json -o >(cat); sleep 0.5",
        "{planwatch} sources --json -o out; cat out",
    ],
)
def test_devices_pipes_and_files_get_the_same_from_the_command(
    home: Path, tmp_path: Path, shell: str
) -> None:
    wanted = run_planwatch("sources", "--json").stdout

    done = subprocess.run(
        ["bash", "-c", shell.format(planwatch=" ".join(PROGRAM))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout == wanted


def test_the_device_that_swallows_all_stays_a_device(home: Path) -> None:
    assert run_planwatch("sources", "--json", "-o", "/dev/null").returncode == 0

    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("mode", [None, 0o600, 0o644])
@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_written_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, mode: int | None, is_there: bool
) -> None:
    """Else a machine that loses power may be left with an empty file in the place of the old."""
    path = tmp_path / "plans.csv"
    if is_there:
        path.write_text("old")
    synced: list[tuple[int, str | None]] = []
    real = os.fsync

    def sync(descriptor: int) -> None:
        named = path.read_text() if path.exists() else None
        synced.append((os.fstat(descriptor).st_size, named))
        real(descriptor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", sync)
        write_text(path, "new and longer", mode=mode)

    assert synced == [(14, "old" if is_there else None)]
    assert path.read_text() == "new and longer"


def test_a_disk_that_fails_to_sync_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "plans.csv"
    path.write_text("old")

    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(UsageError, match="Input/output error"):
            write_text(path, "new")

    assert path.read_text() == "old"
    assert _names_in(tmp_path) == ["plans.csv"]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/fd/{}"])
def test_a_reader_that_has_gone_ends_it_without_a_word(
    home: Path, command: tuple[str, ...], name: str
) -> None:
    """As `| head -1` does, where nothing is printed but written to a name of the pipe."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*PROGRAM, *command, "-o", name.format(write)],
            stdout=write,
            stderr=subprocess.PIPE,
            pass_fds=[write],
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(write)

    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("name", ["/dev//stdout", "/dev/../dev/stdout", "stdout", "./fd/1"])
def test_standard_output_is_known_however_its_name_is_written(home: Path, name: str) -> None:
    done = run_planwatch("sources", "--json", "-o", name, cwd=Path("/dev"))

    assert done.returncode == 0, done.stderr
    assert '"sources"' in done.stdout
    assert Path("/dev/stdout").is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file back")
@pytest.mark.parametrize("mode", [0o4755, 0o2664, 0o1666])
def test_a_file_keeps_its_owner_and_what_others_may_do_and_no_more(
    tmp_path: Path, mode: int
) -> None:
    path = tmp_path / "plans.csv"
    path.write_text("old")
    os.chown(path, 54_321, 54_321)
    path.chmod(mode)

    write_text(path, "new")

    found = path.stat()
    assert (found.st_uid, found.st_gid) == (54_321, 54_321)
    assert stat.S_IMODE(found.st_mode) == mode & 0o777


@pytest.mark.parametrize("ending", [".service", ".timer"])
def test_a_unit_is_not_written_through_a_link_and_can_be_read_by_all(
    home: Path, tmp_path: Path, ending: str
) -> None:
    units, precious = tmp_path / "units", tmp_path / "precious"
    assert run_planwatch("schedule", "systemd", "-o", str(units)).returncode == 0
    modes = {stat.S_IMODE(path.stat().st_mode) for path in units.iterdir()}
    precious.write_text("precious")
    precious.chmod(0o600)
    unit = sorted(units.glob(f"*{ending}"))[0]
    unit.unlink()
    unit.symlink_to(precious)

    done = run_planwatch("schedule", "systemd", "-o", str(units))

    assert modes == {0o644}
    assert done.returncode == 2
    assert f"{unit} is a symbolic link" in done.stderr
    assert (precious.read_text(), stat.S_IMODE(precious.stat().st_mode)) == ("precious", 0o600)


@pytest.mark.parametrize(
    ("command", "name"),
    [(("sources",), ""), (("datasette",), " "), (("schedule", "systemd"), ""), (("status",), "")],
)
def test_a_file_without_a_name_is_refused(home: Path, command: tuple[str, ...], name: str) -> None:
    done = run_planwatch(*command, "-o", name)

    assert done.returncode == 2
    assert "the name of the output file is empty" in done.stderr


@pytest.mark.parametrize(
    "command",
    [*COMMANDS, ("sources",), ("plans", "--json"), ("schedule", "systemd"), ("status", "--json")],
    ids=" ".join,
)
def test_a_hyphen_is_standard_output(home: Path, command: tuple[str, ...]) -> None:
    wanted, done = run_planwatch(*command), run_planwatch(*command, "-o", "-")

    assert (done.returncode, done.stderr) == (0, wanted.stderr)
    assert _words(done.stdout) == _words(wanted.stdout)
    assert not Path("-").exists()


def _words(text: str) -> list[str]:
    """Return a text without its figures: sizes and times differ from run to run."""
    return [re.sub(r"[0-9][0-9.e+]*", "0", line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("sources",), "x.docx"),
        (("plans",), "x.csv.gz"),
        (("changes",), ".xls"),
        (("status",), "status.pdf"),
        (("doctor",), "report.prom"),
    ],
)
def test_an_ending_that_no_format_has_is_refused(
    home: Path, command: tuple[str, ...], name: str
) -> None:
    done = run_planwatch(*command, "-o", name)

    assert done.returncode == 2
    assert f"the format of {name} is unknown" in done.stderr
    assert ".json, .csv, .md" in done.stderr
    assert not Path(name).exists()


def test_metadata_are_not_written_under_the_ending_of_another_format(home: Path) -> None:
    for name in ("metadata.json", "metadata.docx", "metadata.DB"):
        done = run_planwatch("datasette", "-o", name)

        assert (done.returncode, Path(name).exists()) == (2, False)
        assert f"{name} would be YAML" in done.stderr


def test_an_option_says_the_format_whatever_the_ending(home: Path) -> None:
    assert run_planwatch("sources", "--format", "csv", "-o", "x.docx").returncode == 0

    assert Path("x.docx").read_text().startswith("source,")


@pytest.mark.parametrize(
    "command",
    [("backup",), ("probe", "three", "--from", "page.html", "--save-case")],
    ids=["backup", "save-case"],
)
@pytest.mark.parametrize("name", ["", "-"])
def test_a_place_to_make_has_a_name_and_is_no_stream(
    home: Path, command: tuple[str, ...], name: str
) -> None:
    done = run_planwatch(*command, name)

    assert done.returncode == 2
    assert ("is empty" if not name else "cannot write to standard output") in done.stderr
    assert not Path("-").exists()
