"""No regular expression that meets a page takes more than linear time on its own worst input.

The patterns are found, not listed: those that a module holds, those that stand in a function, and
those that are made for a currency.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

import planwatch
from planwatch.domain.page import Page
from planwatch.errors import LayoutChanged, ParseError
from planwatch.sources.cards import mine_plans
from planwatch.sources.cards.amounts import figures
from planwatch.sources.registry import SOURCE_IDS, load_source
from tests.support.worst_inputs import SIZES, measure

LIMIT_S: Final = 0.05
# whatever these rooms read comes from a page, or once did
ROOMS: Final = ("domain", "fetch", "printable", "services.sources", "sources", "workflows.scrape")
PARTS: Final = 8
# where the flags stand among the arguments of each function of `re` that takes a pattern
_FLAGS_AT: Final = {
    "compile": 1,
    **dict.fromkeys(("search", "match", "fullmatch", "findall", "finditer"), 2),
    "split": 3,
    **dict.fromkeys(("sub", "subn"), 4),
}
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
# these make patterns of a vocabulary or a currency; each is measured as it is made
_MAKERS: Final = frozenset({"sources.cards.amounts.figures", "sources.cards.amounts.words"})
_PAGES: Final = Path(__file__).parents[2] / "pages"
_DAY: Final = date(2026, 11, 2)
Patterns = dict[tuple[str | bytes, int], tuple[str, re.Pattern[Any]]]


def _modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(planwatch.__path__, "planwatch."):
        room = found.name.removeprefix("planwatch.")
        if any(f"{room}.".startswith(f"{each}.") for each in ROOMS):
            yield importlib.import_module(found.name)


def _held_in(value: Any, place: str, depth: int = 0) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield place, value
    elif depth < 4 and isinstance(value, dict):
        for key, item in value.items():
            yield from _held_in(key, place, depth + 1)
            yield from _held_in(item, f"{place}[{key!r}]", depth + 1)
    elif depth < 4 and isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _held_in(item, place, depth + 1)


def _written_in(module: Any) -> Iterator[tuple[str, re.Pattern[Any] | None]]:
    """Yield the patterns of `re` in functions; None for one that is made of local names."""
    assert module.__file__
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
    calls = {node for each in functions for node in ast.walk(each) if isinstance(node, ast.Call)}
    for call in calls:
        function = call.func
        if not (isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)):
            continue
        if function.value.id == "re" and function.attr in _FLAGS_AT:
            yield f"{function.attr}:{call.lineno}", _compile(call, function.attr, module)


def _compile(call: ast.Call, function: str, module: Any) -> re.Pattern[Any] | None:
    flags = [each.value for each in call.keywords if each.arg == "flags"]
    flags += call.args[_FLAGS_AT[function] :]
    names = vars(module)
    try:
        values = [
            eval(compile(ast.Expression(each), "pattern", "eval"), dict(names))
            for each in (call.args[0], *flags[:1])
        ]
    except NameError:
        return None
    return values[0] if isinstance(values[0], re.Pattern) else re.compile(*values)


def _made_of_currencies() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for code in figures._CURRENCIES:
        yield f"amounts in {code}", figures._pattern_of(code)
    for is_french in (False, True):
        yield f"sizes, French: {is_french}", figures._sizes(is_french)


def _all_patterns() -> Patterns:
    found: Patterns = {}
    for module in _modules():
        room = module.__name__.removeprefix("planwatch.")
        held = (pair for key, value in vars(module).items() for pair in _held_in(value, key))
        for place, pattern in (*held, *_written_in(module)):
            if pattern is None:
                assert room in _MAKERS, f"{room}.{place} compiles a pattern that is not measured"
                continue
            found.setdefault((pattern.pattern, pattern.flags), (f"{room}.{place}", pattern))
    for place, pattern in _made_of_currencies():
        found.setdefault((pattern.pattern, pattern.flags), (place, pattern))
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_every_pattern_is_linear_on_its_worst_input(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    patterns = list(_all_patterns().values())[part::PARTS]
    slow = {}
    slowest = (0.0, "")
    for name, pattern in patterns:
        found = measure(pattern)
        if found.slowest > LIMIT_S:  # a busy machine may have been at fault
            found = min((found, measure(pattern)), key=lambda each: each.slowest)
        slowest = max(slowest, (found.slowest, name))
        if found.slowest > LIMIT_S:
            slow[name] = (found.worst, {size: round(s, 4) for size, s in found.seconds.items()})

    record_property("slowest_pattern", slowest[1])
    record_property("slowest_ms", round(slowest[0] * 1000, 1))
    assert slow == {}


def test_many_patterns_are_found() -> None:
    assert len(_all_patterns()) > 200


@pytest.mark.parametrize(
    "pattern",
    [r"\s*x", r"<a\b.*?</a>", r"(?:a|ab?)*c", r"[\w.]+@", r"(x+x+)+y", r"'(?:[^'\\]|\\.)*'"],
)
def test_a_pattern_that_is_not_linear_is_noticed(pattern: str) -> None:
    assert measure(re.compile(pattern)).slowest > LIMIT_S


def test_a_linear_pattern_is_not_accused() -> None:
    found = measure(re.compile(r"£\s?[0-9]{1,4}(?:\.[0-9]{2})?"))

    assert found.slowest < LIMIT_S
    assert list(found.seconds) == list(SIZES)


_LONG: Final = 400_000
_CARD: Final = (
    "<div class=card><h3>{}</h3><p>20GB data</p><p>£10 a month</p><p>12 month plan</p></div>"
)
_PAGES_OF_HARM: Final = {
    "a name of 400,000 letters": _CARD.format("x" * _LONG) * 2,
    "a name of 200,000 words": _CARD.format("plan " * (_LONG // 2)) * 2,
    "a tag of 100,000 attributes": _CARD.format("a")
    + "<div "
    + " ".join(f'data-a{number}="£{number}"' for number in range(100_000))
    + ">20GB £10 a month</div>",
    "one line of 40,000 prices": f"<p>{'£10 ' * 40_000} 20GB</p>" + _CARD.format("a") * 2,
    "20,000 elements deep": "<div>" * 20_000 + _CARD.format("a") * 2,
    "open quotes in a script": f"<script>var a = {{{chr(39)}price{'[' * 20_000}\\{chr(39)}"
    + f"\\{chr(39)}" * 100_000
    + "</script>",
    "many objects that never close": f"<script>{'var a={price:' * 30_000}</script>",
}


@pytest.mark.parametrize("page", _PAGES_OF_HARM.values(), ids=_PAGES_OF_HARM)
def test_the_miner_reads_or_leaves_a_harmful_page_within_seconds(page: str) -> None:
    start = time.thread_time()
    plans: list[str] = []
    with suppress(LayoutChanged):
        found = mine_plans(f"<html><body>{page}</body></html>", as_of=_DAY)
        plans = [mined.plan.name for mined in found.found]
    took_s = time.thread_time() - start

    assert took_s < 2.0
    assert all(len(name) <= 300 for name in plans)


@pytest.mark.parametrize("source_id", SOURCE_IDS)
def test_a_parser_reads_or_refuses_its_own_page_with_harm_in_it(source_id: str) -> None:
    page = max(
        (path for path in (_PAGES / source_id).rglob("*") if path.suffix in {".html", ".json"}),
        key=lambda path: (path.stem not in {"case", "expected"}, path.stat().st_size),
    )
    source = load_source(source_id)
    took_s = {}
    for name, harm in _PAGES_OF_HARM.items():
        text = page.read_text(encoding="utf-8")
        text = (
            text.replace("GB", f"GB{'x' * _LONG}", 2)
            if page.suffix == ".json"
            else text.replace("</body>", f"{harm}</body>").replace("<h3", f"<p>{harm}</p><h3", 1)
        )
        start = time.thread_time()
        with suppress(ParseError):
            source.parse(Page(body=text.encode(), url=source.requests[0].url, name="page"), _DAY)
        took_s[name] = time.thread_time() - start

    assert {name: s for name, s in took_s.items() if s > 2.0} == {}
