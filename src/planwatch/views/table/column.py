"""What a table is made of: columns and cells. How they are drawn: drawing.py, blocks.py.

Imports no Rich: an output that is no terminal does without (views/output/plain.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from rich.text import Text

GAP: Final = 3  # columns left free between two, where there is room


class Styled(NamedTuple):
    """Text in styles of Rich's: what `Text.assemble` takes.

    Args:
        parts: strings, or pairs of a string and its own style.
        style: of the whole.
    """

    parts: Sequence[str | tuple[str, str]]
    style: str = ""

    @property
    def plain(self) -> str:
        return "".join(part if isinstance(part, str) else part[0] for part in self.parts)


Cell: TypeAlias = "str | Styled | Text"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: figures unless it says otherwise.

    Args:
        folds: its cells may take more than one line, broken at words; a figure never does.
        is_note: a sentence about the row; it gets lines of its own where a column would be narrow.
        is_head: it names the row; where no table fits, it is the first line of the row's block.
        shortens: where only one more column would stay beside it, its cells may end in `…`.
    """

    label: str
    align: Literal["left", "right"] = "left"
    folds: bool = False
    is_note: bool = False
    is_head: bool = False
    shortens: bool = False
