"""What a model writes: one small flat JSON object. Reads it, and refuses any other shape."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

KINDS: Final = ("gap", "price", "basket", "domination", "rise", "market")
SEVERITIES: Final = ("info", "watch", "act")
MOST_INSIGHTS: Final = 5
MOST_LINES: Final = 3
MOST_CITED: Final = 8
LONGEST_HEADLINE: Final = 240
LONGEST_TITLE: Final = 90
LONGEST_BODY: Final = 500


class NotWords(ValueError):
    """An answer that is not such an object; the text says what is wrong, for the repair turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """One insight; `tokens` are the facts that it cites."""

    title: str
    body: str
    tokens: tuple[str, ...]
    kind: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All that a model wrote, its tokens still in the texts; `headline` is empty without one."""

    headline: str = ""
    insights: tuple[Insight, ...] = ()
    actions: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.headline or self.insights or self.actions or self.caveats)


def schema_of(tokens: Iterable[str]) -> dict[str, Any]:
    """Return the JSON schema of an answer that may cite these tokens."""
    lines = {"type": "array", "items": _text_up_to(LONGEST_BODY), "maxItems": MOST_LINES}
    insight = {
        "title": _text_up_to(LONGEST_TITLE),
        "body": _text_up_to(LONGEST_BODY),
        "fact_ids": {
            "type": "array",
            "items": {"type": "string", "enum": list(tokens)},
            "maxItems": MOST_CITED,
        },
        "kind": {"type": "string", "enum": list(KINDS)},
        "severity": {"type": "string", "enum": list(SEVERITIES)},
    }
    return _object(
        {
            "headline": _text_up_to(LONGEST_HEADLINE),
            "insights": {"type": "array", "items": _object(insight), "maxItems": MOST_INSIGHTS},
            "actions": lines,
            "caveats": lines,
        }
    )


def _text_up_to(length: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": length}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def parse_words(text: str) -> Words:
    """Read an answer.

    Raises:
        NotWords: it is not JSON, or not in the shape that was asked for.
    """
    try:
        # half a character, which JSON can write and no file can hold, becomes a question mark
        whole = json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace")
        said = json.loads(whole)
    except (ValueError, RecursionError) as error:
        raise NotWords("it is not one JSON object") from error
    if not isinstance(said, dict):
        raise NotWords("it is not one JSON object")
    insights = _list(said, "insights")
    if not all(isinstance(insight, dict) for insight in insights):
        raise NotWords("insights is not a list of objects")
    return Words(
        headline=_text(said, "headline"),
        insights=tuple(map(_insight, insights[:MOST_INSIGHTS])),
        actions=_lines(said, "actions"),
        caveats=_lines(said, "caveats"),
    )


def _insight(said: dict[str, Any]) -> Insight:
    tokens = _list(said, "fact_ids")
    if not all(isinstance(token, str) for token in tokens):
        raise NotWords("fact_ids is not a list of ids")
    return Insight(
        title=_text(said, "title"),
        body=_text(said, "body"),
        tokens=tuple(tokens),
        kind=_one_of(said, "kind", KINDS),
        severity=_one_of(said, "severity", SEVERITIES),
    )


def _text(said: dict[str, Any], key: str) -> str:
    value = said.get(key, "")
    if not isinstance(value, str):
        raise NotWords(f"{key} is not a text")
    return " ".join(value.split())


def _list(said: dict[str, Any], key: str) -> list[Any]:
    value = said.get(key, [])
    if not isinstance(value, list):
        raise NotWords(f"{key} is not a list")
    return value


def _lines(said: dict[str, Any], key: str) -> tuple[str, ...]:
    lines = _list(said, key)[:MOST_LINES]
    if not all(isinstance(line, str) for line in lines):
        raise NotWords(f"{key} is not a list of texts")
    return tuple(" ".join(line.split()) for line in lines)


def _one_of(said: dict[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    value = said.get(key)
    if value not in allowed:
        raise NotWords(f"{key} is not one of {', '.join(allowed)}")
    return str(value)
