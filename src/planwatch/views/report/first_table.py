"""The table that stands for a whole document: the ladder, the usage baskets, or the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planwatch.domain.job_kinds import ANALYSE, COMPARE

_OF_KIND: Final = {COMPARE: "ladder", ANALYSE: "baskets"}


def find_first_table(
    document: Mapping[str, Any],
) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Return the table with its section; None where no table has a row."""
    sections = [
        section
        for section in document.get("sections") or ()
        if any(table.get("rows") for table in section.get("tables") or ())
    ]
    wanted = _OF_KIND.get(str(document.get("kind")))
    sections.sort(key=lambda section: name_section(section) != wanted)
    for section in sections:
        return section, next(table for table in section.get("tables") or () if table.get("rows"))
    return None


def name_section(section: Mapping[str, Any]) -> str:
    """Return the name of a section, as `show --section` knows it."""
    return str(section.get("id", ""))
