"""Write the recorded market into the package: pages of nine sources on three dates.

Run from the project's folder: python -m tools.build_recorded_market
The pages come from tests/support/market; running twice changes nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.market.pages import pages_on
from tests.support.market.plans import BASE, DATES

RECORDED = Path(__file__).parent.parent / "src" / "planwatch" / "recorded"
NOTE = "Illustrative prices: no plan in this market is a real offer."


def build_files() -> dict[str, bytes]:
    """Return every file of the recorded market by its path below the recorded folder."""
    files = {"market.json": _dump({"dates": [day.isoformat() for day in DATES], "note": NOTE})}
    for day in DATES:
        folder = f"pages/{day.isoformat()}"
        manifest: dict[str, list[dict[str, str]]] = {}
        for source in BASE:
            pages = pages_on(source, day)
            manifest[source] = [
                {"file": page.file, "name": page.name, "url": page.url} for page in pages
            ]
            files |= {f"{folder}/{source}/{page.file}": page.body for page in pages}
        files[f"{folder}/manifest.json"] = _dump(manifest)
    return files


def find_recorded_files(folder: Path = RECORDED) -> dict[str, bytes]:
    """Return what lies in the recorded folder in the same form; code is left out."""
    found = [folder / "market.json", *(folder / "pages").rglob("*")]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in found if path.is_file()
    }


def main() -> None:
    files = build_files()
    for name in find_recorded_files().keys() - files.keys():
        (RECORDED / name).unlink()
    for name, body in files.items():
        path = RECORDED / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    print(f"{len(files)} files, {sum(map(len, files.values())) // 1000} kB in {RECORDED.name}/")


def _dump(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


if __name__ == "__main__":
    main()
