"""Write the generated pages of docs/reference anew.

Run from the project's folder: make docs, or python -m tools.docs_reference
One module a page beside this one; tests/docs/test_reference.py compares the files with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tools.reference_cli import render_cli
from tools.reference_errors import render_errors
from tools.reference_schema import render_schema
from tools.reference_settings import render_settings

REFERENCE: Final = Path(__file__).parent.parent / "docs" / "reference"
PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "cli.md": render_cli,
    "errors.md": render_errors,
    "schema.md": render_schema,
    "settings.md": render_settings,
}


def main() -> None:
    for name, render in PAGES.items():
        (REFERENCE / name).write_text(render(), encoding="utf-8")
        print(f"wrote docs/reference/{name}")


if __name__ == "__main__":
    main()
