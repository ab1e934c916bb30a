"""Read a workbook back with the standard library: its cells as a spreadsheet has them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BUILT_IN: Final = {"4": "#,##0.00"}
_PLACE: Final = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True)
class ReadSheet:
    """One sheet.

    Attributes:
        cells: text or number by place, such as `B2`.
        formats: number format by place; "General" without one.
        colours: background by place, RRGGBB in lower case.
        formulas: places of formulas.
        links: how many there are.
    """

    cells: Mapping[str, str | float]
    formats: Mapping[str, str]
    colours: Mapping[str, str]
    formulas: list[str]
    links: int
    has_frozen_head: bool
    filtered: str | None

    def rows(self) -> list[list[str | float | None]]:
        """Return the cells row by row, None where one is empty."""
        places = [(_number(match[1]), int(match[2]), place) for place, match in self._places()]
        width = max((column for column, _, _ in places), default=0)
        height = max((row for _, row, _ in places), default=0)
        table: list[list[str | float | None]] = [[None] * width for _ in range(height)]
        for column, row, place in places:
            table[row - 1][column - 1] = self.cells[place]
        return table

    def _places(self) -> list[tuple[str, re.Match[str]]]:
        found = [(place, _PLACE.fullmatch(place)) for place in self.cells]
        return [(place, match) for place, match in found if match]


def read_workbook(data: bytes) -> dict[str, ReadSheet]:
    """Return the sheets by name, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        names = [sheet.attrib["name"] for sheet in book.iter(f"{_MAIN}sheet")]
        strings = []
        if "xl/sharedStrings.xml" in archive.namelist():
            shared = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            strings = ["".join(item.itertext()) for item in shared.iter(f"{_MAIN}si")]
        styles = _styles(ElementTree.fromstring(archive.read("xl/styles.xml")))
        return {
            name: _read_sheet(
                ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml")),
                strings,
                styles,
            )
            for number, name in enumerate(names, start=1)
        }


def _styles(root: ElementTree.Element) -> list[tuple[str, str]]:
    """Return number format and background of each cell style."""
    formats = _BUILT_IN | {
        each.attrib["numFmtId"]: each.attrib["formatCode"] for each in root.iter(f"{_MAIN}numFmt")
    }
    fills = [
        "" if (colour := fill.find(f".//{_MAIN}fgColor")) is None else colour.get("rgb", "")
        for fill in root.iter(f"{_MAIN}fill")
    ]
    found = root.find(f"{_MAIN}cellXfs")
    assert found is not None
    return [
        (formats.get(xf.attrib["numFmtId"], "General"), fills[int(xf.attrib["fillId"])][2:].lower())
        for xf in found
    ]


def _read_sheet(
    root: ElementTree.Element, strings: list[str], styles: list[tuple[str, str]]
) -> ReadSheet:
    cells: dict[str, str | float] = {}
    formats, colours, formulas = {}, {}, []
    for cell in root.iter(f"{_MAIN}c"):
        place, value = cell.attrib["r"], cell.findtext(f"{_MAIN}v")
        formats[place], colours[place] = styles[int(cell.get("s", "0"))]
        if cell.find(f"{_MAIN}f") is not None:
            formulas.append(place)
        if value is not None:
            is_text = cell.get("t") == "s"
            cells[place] = strings[int(value)] if is_text else float(value)
    pane, filtered = root.find(f".//{_MAIN}pane"), root.find(f"{_MAIN}autoFilter")
    return ReadSheet(
        cells=cells,
        formats=formats,
        colours=colours,
        formulas=formulas,
        links=len(list(root.iter(f"{_MAIN}hyperlink"))),
        has_frozen_head=pane is not None and pane.attrib == {**pane.attrib, "ySplit": "1"},
        filtered=None if filtered is None else filtered.attrib["ref"],
    )


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
