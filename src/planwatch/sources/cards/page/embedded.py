"""JSON that a page carries: in scripts, comments and attributes, or as the whole page.

Parsing it is worth the time only where the shown page has no cards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from typing import Any, Final

_WORTH_IT: Final = re.compile(
    r"(?:price|cost|amount|monthly|mrc|tariff|tarif|preis|prix|precio|prezzo|pris|cena)", re.I
)
_ASSIGNED: Final = re.compile(
    r"(?:(?:window|self|globalThis)(?:\.|\[)|\b(?:var|let|const)\s)"
    r"[\w$.'\"\[\] -]{1,80}?\s{0,20}=\s{0,20}(?=[\[{])"
)
_PARSED: Final = re.compile(r"JSON\.parse\(\s{0,20}(?=[\"'`])")
_FLIGHT: Final = re.compile(r"__next_f\.push\(\s{0,20}(?=\[)")
_IN_FLIGHT: Final = re.compile(r"(?:^|\n)[0-9a-f]{1,16}:(?=[\[{])")
_BARE_KEY: Final = re.compile(r"([{,]\s*+)([A-Za-z_$][\w$]*+)\s*+:")
_BARE_VALUE: Final = re.compile(r"(?<=[:\[,])\s*+(?:undefined|NaN|void 0)\b")
_TRAILING: Final = re.compile(r",\s*+(?=[}\]])")
# what is left open is taken along to its end, so that no sign is read twice
_SINGLE: Final = re.compile(r"'((?:[^'\\\n]|\\.)*+)('?)")
_SIGN_OR_STRING: Final = re.compile(r"[{}\[\]]|(?:\"(?:[^\"\\]|\\.)*+|'(?:[^'\\\n]|\\.)*+)['\"]?")
_QUOTED: Final = {
    quote: re.compile(rf"{quote}((?:[^{quote}\\]|\\.)*+)({quote}?)", re.S) for quote in "\"'`"
}
ATTRIBUTES: Final = "@data"
_FEW: Final = 2
_MOST_VALUE: Final = 120
_PLAIN_ATTRIBUTES: Final = frozenset({"class", "id", "style", "slot", "role", "part", "tabindex"})
_SHORTEST: Final = 20
_LONGEST_LOOSE: Final = 400_000
_MOST_BLOBS: Final = 60
_MOST_STARTS: Final = 60
_FEW_STARTS: Final = 5
_MOST_SCANNED: Final = 4_000_000


def find_json(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield the place and the value of every JSON of a page that may hold prices."""
    described = [record for record in map(_data_of, root.iter()) if record]
    if described:
        yield ATTRIBUTES, described
    count = 0
    for element in root.iter():
        for place, text in _texts_of(element):
            if len(text) < _SHORTEST or not _WORTH_IT.search(text):
                continue
            for value in parse_loosely(text):
                count += 1
                if count > _MOST_BLOBS:
                    return
                yield place, value


def parse_whole(text: str) -> Any:
    """Return the JSON that a whole page is; None where it is something else."""
    start = text.lstrip("\ufeff \t\r\n)]}',")[:1]
    if not start or start not in "{[":
        return None
    with suppress(ValueError, RecursionError):
        return _loads(text.lstrip("\ufeff \t\r\n"))
    return None


def _texts_of(element: Any) -> Iterator[tuple[str, str]]:
    tag = element.tag
    if not isinstance(tag, str):
        if element.text and element.text.lstrip()[:1] in ("{", "["):
            yield "comment()", element.text
        return
    if tag == "script" and element.text:
        yield _name_of(element), element.text
    for name, value in element.items():
        if value[:1] in "{[" and len(value) >= _SHORTEST:
            yield f"{tag}/@{name}", value


def _data_of(element: Any) -> dict[str, str] | None:
    """Return the data-* attributes of an element as an object, all of those of a custom element."""
    if not isinstance(element.tag, str) or len(element.attrib) < _FEW:
        return None
    is_custom = "-" in element.tag
    values = {
        name.removeprefix("data-").replace("-", "_"): value
        for name, value in element.items()
        if (name.startswith("data-") or (is_custom and name not in _PLAIN_ATTRIBUTES))
        and 0 < len(value) <= _MOST_VALUE
    }
    return values if len(values) >= _FEW else None


def _name_of(element: Any) -> str:
    for name in ("id", "data-hypernova-key", "type"):
        if element.get(name):
            return f"script[@{name}={element.get(name)!r}]"
    return "script"


def parse_loosely(text: str) -> Iterator[Any]:
    """Yield the JSON values in the text of a script, a comment or an attribute."""
    plain = text.strip()
    if plain.startswith("<!--"):
        plain = plain.removeprefix("<!--").removesuffix("-->").strip()
    if plain[:1] in ("{", "["):
        value = _parse_at(plain, 0)
        if value is not None:
            yield value
            return
    starts = list(islice(_ASSIGNED.finditer(text), _MOST_STARTS))
    if starts and _is_too_much(text, len(starts), starts[0].end()):
        starts = starts[:_FEW_STARTS]
    for match in starts:
        value = _parse_at(text, match.end())
        if value is not None:
            yield value
    for match in islice(_PARSED.finditer(text), _MOST_STARTS):
        quoted = _parse_quoted(text, match.end())
        if quoted is not None:
            yield quoted
    for match in islice(_FLIGHT.finditer(text), _MOST_STARTS):
        pushed = _parse_at(text, match.end())
        if isinstance(pushed, list) and len(pushed) > 1 and isinstance(pushed[1], str):
            for row in _IN_FLIGHT.finditer(pushed[1]):
                value = _parse_at(pushed[1], row.end())
                if value is not None:
                    yield value


def _is_too_much(text: str, starts: int, first: int) -> bool:
    """Tell whether to look for the end of so many objects would mean to read millions of signs."""
    return starts * (len(text) - first) > _MOST_SCANNED and _end_of(text, first) is None


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def _parse_at(text: str, start: int) -> Any:
    decoder = json.JSONDecoder(parse_float=Decimal)
    with suppress(ValueError, RecursionError):
        value = decoder.raw_decode(text, start)[0]
        return value if isinstance(value, dict | list) and value else None
    end = _end_of(text, start)
    if end is None or end - start > _LONGEST_LOOSE:
        return None
    loose = _SINGLE.sub(_in_double_quotes, text[start:end])
    loose = _BARE_VALUE.sub(" null", _BARE_KEY.sub(r'\1"\2":', loose))
    loose = _TRAILING.sub("", loose)
    with suppress(ValueError, RecursionError):
        value = decoder.raw_decode(loose)[0]
        return value if isinstance(value, dict | list) and value else None
    return None


def _in_double_quotes(quoted: re.Match[str]) -> str:
    if not quoted[2]:
        return quoted[0]
    return json.dumps(quoted[1].replace("\\'", "'"))


def _end_of(text: str, start: int) -> int | None:
    """Return where the brackets opened at `start` are closed, None where they are not.

    Strings are passed over.
    """
    depth = 0
    for match in _SIGN_OR_STRING.finditer(text, start):
        sign = match[0]
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if depth == 0:
                return match.end()
    return None


def _parse_quoted(text: str, start: int) -> Any:
    quote = text[start]
    match = _QUOTED[quote].match(text, start)
    if not match or not match[2]:
        return None
    with suppress(ValueError, RecursionError):
        inner = match[1] if quote == '"' else match[1].replace("\\'", "'").replace('"', '\\"')
        return _loads(json.loads(f'"{inner}"'))
    return None
