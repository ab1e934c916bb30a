"""Unpack the bytes of an answer: here, not by httpx.

So a small answer which unpacks to gigabytes ends at the reader's limit, and a cut one is noticed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import httpx

from planwatch.errors import ConnectionFault, FetchError
from planwatch.fetch.http.address import shown

_GZIP: Final = zlib.MAX_WBITS | 16
_GZIP_MAGIC: Final = b"\x1f\x8b\x08"  # as RFC 1952 says; no page begins so
_GZIP_NAMES: Final = ("gzip", "x-gzip")
# The content codings that are registered with IANA. Whatever else a server names is none.
_CODINGS: Final = frozenset(
    {*_GZIP_NAMES, "aes128gcm", "br", "compress", "x-compress", "dcb", "dcz", "deflate", "exi"}
    | {"pack200-gzip", "zstd"}
)
_STEP_BYTES: Final = 1_000_000


def unpacked(response: httpx.Response, url: str) -> Iterator[bytes]:
    """Yield the bytes of an answer, step by step.

    Raises:
        ConnectionFault: the answer was cut short or is damaged.
        FetchError: an encoding that was not asked for.
    """
    parts, head = response.iter_raw(), b""
    for part in parts:
        head += part
        if len(head) >= len(_GZIP_MAGIC):
            break
    if _is_packed(response, url) or head.startswith(_GZIP_MAGIC):
        yield from _gunzipped(chain((head,), parts), url)
    else:
        yield head
        yield from parts


def _is_packed(response: httpx.Response, url: str) -> bool:
    """Tell whether an answer says that it is packed; `none` or `UTF-8` is no content coding.

    Raises:
        FetchError: packed in a way that was not asked for.
    """
    said = response.headers.get("Content-Encoding", "")
    codings = [name for word in said.split(",") if (name := word.strip().lower()) in _CODINGS]
    if codings and (len(codings) > 1 or codings[0] not in _GZIP_NAMES):
        raise FetchError(f"{shown(url)}: sent in an unexpected encoding: {said!r}")
    return bool(codings)


def _gunzipped(parts: Iterable[bytes], url: str) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        for packed in parts:
            rest = packed
            while rest:
                if unpacker.eof:  # an answer may consist of several such parts, or end in zeros
                    rest = rest.lstrip(b"\0")
                    if not rest:
                        break
                    unpacker = zlib.decompressobj(_GZIP)
                yield unpacker.decompress(rest, _STEP_BYTES)
                rest = unpacker.unconsumed_tail or unpacker.unused_data
        yield unpacker.flush()
    except zlib.error as error:
        raise ConnectionFault(f"{shown(url)}: the answer is damaged ({error})") from error
    if not unpacker.eof:
        raise ConnectionFault(f"{shown(url)}: the answer was cut short")
