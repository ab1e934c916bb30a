"""Write the skeleton of a source, and of its test; say what is next.

Run from the project's folder: python -m tools.new_source acme
Refuses a name that is no module's, and files that are there. docs/howto/add-a-source.md goes on.
"""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from pathlib import Path
from typing import Final

REPO: Final = Path(__file__).parent.parent
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,19}")

_SOURCE: Final = '''"""{brand}: a list of cards, each with its data, term and price."""

from __future__ import annotations

from datetime import date
from typing import Final

from parsel import Selector

from planwatch.domain.normalise import parse_allowance, parse_price_pence, parse_term_months
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan
from planwatch.sources.contract import Reading, Source
from planwatch.sources.reading.cards import read_cards
from planwatch.sources.reading.document import (
    find_shown,
    layout_changed,
    no_cards,
    read_document,
    text_of,
)

BRAND: Final = "{brand}"
URL: Final = "https://www.{host}.example/sim-only"

LIST: Final = ".plans"
CARD: Final = ".plans .plan"
NAME: Final = ".name"
DATA: Final = ".data"
TERM: Final = ".term"
PRICE: Final = ".price"


def parse(page: Page, as_of: date) -> Reading:
    """Read the list; see `Source.parse`."""
    document = read_document(BRAND, page.text)
    lists, cards = find_shown(document, LIST), find_shown(document, CARD)
    if not lists:
        raise layout_changed(BRAND, document, LIST)
    if not cards:
        raise no_cards(BRAND, lists[0], CARD)
    return read_cards(BRAND, cards, lambda card: [_read_plan(card, as_of, page.url)])


def _read_plan(card: Selector, as_of: date, url: str) -> Plan:
    return Plan(
        brand=BRAND,
        source="{name}",
        name=text_of(card, NAME),
        allowance=parse_allowance(text_of(card, DATA)),
        term_months=parse_term_months(text_of(card, TERM)),
        price_pence=parse_price_pence(text_of(card, PRICE)),
        as_of=as_of,
        url=url or URL,
    )


SOURCE: Final = Source(
    id="{name}",
    brand=BRAND,
    title=BRAND,
    requests=(PageRequest(name="plans", url=URL),),
    parse=parse,
    rises="not_stated",
    checked_against="nothing yet",
)
'''

_TEST: Final = '''"""{brand} on its saved pages: one folder a case in tests/pages/{name}.

Save one, with the day of today, from the project's folder:
planwatch probe {name} --save-case tests/pages/{name}/DAY-ordinary
"""

from planwatch.sources.sites.{name} import SOURCE
from tests.support.cases import find_cases


def test_an_ordinary_page_gives_plans_and_nothing_unreadable() -> None:
    cases = find_cases("{name}")
    ordinary = [case for case in cases if case.name.endswith("-ordinary")]

    assert ordinary, "no page is saved yet; the head of this file says how"
    for case in ordinary:
        reading = case.read(SOURCE)
        assert reading.plans
        assert reading.unreadable == ()
'''

_NEXT: Final = """Wrote {source} and {test}. Next:
  1. the address and the selectors at the top of {source};
  2. a Brand of the id {name!r} with has_source=True in src/planwatch/domain/brand.py;
  3. a case: .venv/bin/planwatch probe {name} --save-case tests/pages/{name}/YYYY-MM-DD-ordinary
  4. .venv/bin/pytest tests/contract {test}
docs/howto/add-a-source.md has the rest."""


class Refused(Exception):
    """A skeleton that cannot be written; says why in one sentence."""


def write_skeleton(name: str, root: Path) -> tuple[Path, Path]:
    """Write the source and its test below `root`; return where they are, from there.

    Raises:
        Refused: the name is no lower-case module name, or something of that name is there.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise Refused(
            f"{name!r} is no name of a source: up to 20 lower-case letters, digits and _, "
            "a letter first, as in NAME=acme"
        )
    source = Path("src/planwatch/sources/sites") / f"{name}.py"
    test = Path("tests/unit/sources") / f"test_{name}.py"
    for path in (source, source.with_suffix(""), test):
        if (root / path).exists():
            raise Refused(f"{path} is there already; choose another name")
    words = {"name": name, "brand": name.replace("_", " ").title(), "host": name.replace("_", "-")}
    for path, text in ((source, _SOURCE), (test, _TEST)):
        (root / path).write_text(text.format(**words), encoding="utf-8")
    return source, test


def main() -> int:
    """Write what the command line names; 2 for what is refused."""
    parser = argparse.ArgumentParser(description="Write the skeleton of a source and of its test.")
    parser.add_argument("name", help="id of the source, such as acme")
    parser.add_argument("--root", type=Path, default=REPO, help="the project's folder")
    asked = parser.parse_args()
    try:
        source, test = write_skeleton(asked.name, asked.root)
    except Refused as refused:
        print(f"new-source: {refused}.", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"new-source: cannot write it ({error.strerror}).", file=sys.stderr)
        return 1
    print(_NEXT.format(name=asked.name, source=source, test=test))
    return 0


if __name__ == "__main__":
    sys.exit(main())
