"""What was planted to fill the memory when it is unpacked is refused in one sentence."""

from __future__ import annotations

import base64
import gzip
import io
import json
import resource
import zlib
from hashlib import sha256
from pathlib import Path

import pytest

from planwatch.errors import LedgerError
from planwatch.fetch import archive as archives
from planwatch.fetch.archive import Archive
from planwatch.ledger.store.packed import MARK, MOST, pack, unpack


def _packed(data: bytes) -> str:
    return MARK + base64.b64encode(data).decode()


def _zeros(size: int) -> bytes:
    packer = zlib.compressobj()
    block = bytes(1_000_000)
    return b"".join([*(packer.compress(block) for _ in range(size // len(block))), packer.flush()])


def test_a_report_on_a_large_market_may_be_longer_than_any_bomb() -> None:
    plans = [f"O2 {number:,} GB, 24 months (number {number**3:x})" for number in range(10_000)]
    document = {"considered": [plans] * 170}

    text = pack(json.dumps(document))

    assert len(json.dumps(document)) > MOST
    assert unpack(text) == document


def test_what_is_packed_comes_back() -> None:
    value = {"text": "£" * 100_000}

    assert unpack(pack('{"text": "' + "£" * 100_000 + '"}')) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (_packed(_zeros(3 * MOST)), "it unpacks to more than 64 MB"),
        (_packed(zlib.compress(b"[1]")[:-4]), "it was cut short"),
        (_packed(b"no zlib"), "it cannot be unpacked"),
        (MARK + "§", "it cannot be unpacked"),
        (_packed(zlib.compress(b"\xff")), "it cannot be unpacked"),
        (_packed(zlib.compress(b"[" * 1_000_000)), "it is not JSON"),
        ("{", "it is not JSON"),
    ],
)
def test_a_value_that_planwatch_did_not_store_is_refused(text: str, why: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(LedgerError, match=why) as caught:
        unpack(text)

    assert "planwatch doctor" in str(caught.value.hint)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4 * MOST / 1000


def test_an_archived_page_that_unpacks_without_end_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000_000)
    body = bytes(2_000_000)
    digest = sha256(body).hexdigest()
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        file.write(body)
    folder = tmp_path / digest[:2]
    folder.mkdir()
    (folder / f"{digest}.gz").write_bytes(packed.getvalue())

    with pytest.raises(LedgerError, match="is damaged"):
        Archive(tmp_path).load(digest)
