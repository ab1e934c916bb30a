"""Give every pin of a constraints file the hashes of its release: pip refuses any other file.

    python -m tools.pin_hashes INDEX FILE…

INDEX is the address of an index that speaks JSON (PEP 691). To change a version, edit its line and
run this again: every hash is asked for anew. All files of a release are taken, since another
machine may need another wheel.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx

_JSON: Final = "application/vnd.pypi.simple.v1+json"
_PIN: Final = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s\\]+)", re.M)
_TIMEOUT_S: Final = 60.0


def pin_hashes(text: str, index: httpx.Client) -> str:
    """Return the text of a constraints file with the hashes of every pin.

    Args:
        text: comments at its head, then pins (`name==version`), with or without hashes.
        index: a client whose base address is the index's.

    Raises:
        LookupError: the index has no file of a pinned release.
        httpx.HTTPError: the index does not answer.
    """
    comments = [line for line in text.splitlines() if line.startswith("#")]
    pins = [
        " \\\n    ".join([found[0], *_hashes(index, found["name"], found["version"])])
        for found in _PIN.finditer(text)
    ]
    return "\n".join([*comments, *pins]) + "\n"


def _hashes(index: httpx.Client, name: str, version: str) -> Iterator[str]:
    project = re.sub(r"[-_.]+", "-", name).lower()
    answer = index.get(f"{project}/", headers={"Accept": _JSON}).raise_for_status()
    of_release = re.compile(rf"-{re.escape(version)}(-.+\.whl|\.tar\.gz|\.zip)$", re.I)
    hashes = {
        file["hashes"]["sha256"]
        for file in answer.json()["files"]
        if of_release.search(file["filename"])
    }
    if not hashes:
        raise LookupError(f"the index has no file of {name} {version}")
    return (f"--hash=sha256:{digest}" for digest in sorted(hashes))


def _main(address: str, *files: str) -> None:
    with httpx.Client(base_url=address, timeout=_TIMEOUT_S, follow_redirects=True) as index:
        for file in map(Path, files):
            file.write_text(pin_hashes(file.read_text(encoding="utf-8"), index), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("say which index and which files: python -m tools.pin_hashes INDEX FILE…")
    _main(*sys.argv[1:])
