"""The archive of page bytes on a real file system, with real processes."""

from __future__ import annotations

import gzip
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from planwatch.errors import HomeError, LedgerError
from planwatch.fetch.archive import Archive, StoredPage
from tests.support.cli import HANG_S

BODY = "<p>£10 a month</p>".encode() * 100
DIGEST = sha256(BODY).hexdigest()

_STORE_AT_THE_SIGNAL = """
import sys
from pathlib import Path
from planwatch.fetch.archive import Archive

archive = Archive(Path(sys.argv[1]))
body = sys.argv[2].encode() * 20_000
print("ready", flush=True)
sys.stdin.readline()
print(archive.store(body).sha256)
"""


def file_of(folder: Path, digest: str = DIGEST) -> Path:
    return folder / digest[:2] / f"{digest}.gz"


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_stored_is_loaded_byte_for_byte(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "home" / "archive")

    stored = archive.store(BODY)

    path = file_of(archive.folder)
    assert stored == StoredPage(DIGEST, len(BODY))
    assert path.stat().st_size < stored.size
    assert archive.load(DIGEST) == BODY
    assert files_in(tmp_path / "home") == [path]


@pytest.mark.parametrize("body", [b"", b"\x00", bytes(range(256))])
def test_any_bytes_can_be_stored(tmp_path: Path, body: bytes) -> None:
    archive = Archive(tmp_path)

    assert archive.load(archive.store(body).sha256) == body


def test_files_and_folders_are_for_their_owner_only(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "home" / "archive")

    archive.store(BODY)

    path = file_of(archive.folder)
    folders = [path.parent, archive.folder, tmp_path / "home"]
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert [oct(folder.stat().st_mode & 0o777) for folder in folders] == ["0o700"] * 3


def test_the_same_bytes_are_written_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = archive.store(BODY)
    before = file_of(tmp_path).stat()

    second = archive.store(BODY)

    after = file_of(tmp_path).stat()
    assert first == second
    assert before.st_ino == after.st_ino


def test_the_same_bytes_give_the_same_file_in_any_archive(tmp_path: Path) -> None:
    for name in ("a", "b"):
        Archive(tmp_path / name).store(BODY)

    assert file_of(tmp_path / "a").read_bytes() == file_of(tmp_path / "b").read_bytes()


HARM = {
    "cut": lambda packed: packed[:-20],
    "empty": lambda packed: b"",
    "no gzip": lambda packed: b"<p>a page, not compressed</p>",
    "one bit": lambda packed: packed[:30] + bytes([packed[30] ^ 1]) + packed[31:],
    "another page": lambda packed: gzip.compress(b"another page"),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM.keys())
def test_a_damaged_file_is_never_loaded_and_is_replaced_by_the_next_store(
    tmp_path: Path, harm: object
) -> None:
    archive = Archive(tmp_path)
    archive.store(BODY)
    path = file_of(tmp_path)
    assert callable(harm)
    path.write_bytes(harm(path.read_bytes()))

    with pytest.raises(LedgerError, match="is damaged"):
        archive.load(DIGEST)

    archive.store(BODY)
    assert archive.load(DIGEST) == BODY


def test_a_page_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=f"no page {DIGEST[:12]}") as caught:
        Archive(tmp_path).load(DIGEST)

    assert caught.value.context == {"sha256": DIGEST}


@pytest.mark.parametrize(
    "digest", ["", "abc", "../../../etc/passwd", DIGEST.upper(), DIGEST + "\n"]
)
def test_what_is_no_hash_never_becomes_a_path(tmp_path: Path, digest: str) -> None:
    with pytest.raises(LedgerError, match="not the hash"):
        Archive(tmp_path).load(digest)


def test_an_archive_that_cannot_be_a_folder_is_an_error_of_the_home(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file")

    with pytest.raises(HomeError, match="cannot store a page"):
        Archive(tmp_path / "archive").store(BODY)


def test_sixteen_processes_may_store_the_same_page_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    command = [sys.executable, "-c", _STORE_AT_THE_SIGNAL, str(folder), "<p>£10</p>"]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(16)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    digests = {process.communicate(timeout=HANG_S)[0].strip() for process in processes}

    body = "<p>£10</p>".encode() * 20_000
    assert digests == {sha256(body).hexdigest()}
    assert [process.returncode for process in processes] == [0] * 16
    assert files_in(folder) == [file_of(folder, sha256(body).hexdigest())]
    assert Archive(folder).load(sha256(body).hexdigest()) == body
