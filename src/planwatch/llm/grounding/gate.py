"""The gate: what of a model's words may stand. It fails closed, and says why.

A sentence stands if it is made of known words, every figure in it is a token of a known fact, every
brand in it is one that its facts are about, and every direction, rank and superlative is carried by
a fact that it cites.
Which words are looked for is in `lexicon`; how one sentence is judged is in `sentence_rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from planwatch.llm.answer import (
    LONGEST_BODY,
    LONGEST_HEADLINE,
    LONGEST_TITLE,
    Insight,
    Words,
)
from planwatch.llm.grounding.obfuscation import TOKEN, find_disguises
from planwatch.llm.grounding.prompt_facts import Sayable
from planwatch.llm.grounding.sentence import split_sentences
from planwatch.llm.grounding.sentence_rules import find_faults

GATE_VERSION: Final = 3
"""Raised with every change of a rule: no older answer is then taken from the cache unjudged."""


@dataclass(frozen=True, slots=True)
class Offence:
    """What is wrong with a piece of an answer: where, by which rule, in words for the model."""

    where: str
    rule: str
    said: str

    def as_line(self) -> str:
        return f"{self.where}: {self.said}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What may stand, and what was wrong with the rest."""

    kept: Words
    offences: tuple[Offence, ...]


def judge(words: Words, facts: Mapping[str, Sayable]) -> Judgement:
    """Drop every piece that offends.

    Args:
        facts: those that the model was told, by token.
    """
    offences: list[Offence] = []

    def stands(where: str, found: Sequence[Offence]) -> bool:
        offences.extend(replace(offence, where=where) for offence in found)
        return not found

    insights = tuple(
        insight
        for number, insight in enumerate(words.insights, 1)
        if stands(f"insight {number}", _judge_insight(insight, facts))
    )
    headline = words.headline
    if headline and not stands("headline", judge_text(headline, facts, longest=LONGEST_HEADLINE)):
        headline = ""
    kept = Words(
        headline=headline,
        insights=insights,
        actions=_judge_lines("action", words.actions, facts, stands),
        caveats=_judge_lines("caveat", words.caveats, facts, stands),
    )
    return Judgement(kept, tuple(offences))


def _judge_lines(
    where: str,
    lines: Iterable[str],
    facts: Mapping[str, Sayable],
    stands: Callable[[str, Sequence[Offence]], bool],
) -> tuple[str, ...]:
    return tuple(
        line
        for number, line in enumerate(lines, 1)
        if stands(f"{where} {number}", judge_text(line, facts, longest=LONGEST_BODY))
    )


def _judge_insight(insight: Insight, facts: Mapping[str, Sayable]) -> list[Offence]:
    tokens = dict.fromkeys((*insight.tokens, *TOKEN.findall(insight.body)))
    unknown = [token for token in tokens if token not in facts]
    if unknown:
        return [_offence("unknown_id", f"there is no fact {unknown[0][:20]!r}")]
    cited = [facts[token] for token in tokens]
    return [
        *judge_text(insight.title, facts, cited=cited, longest=LONGEST_TITLE),
        *judge_text(insight.body, facts, cited=cited, longest=LONGEST_BODY),
    ]


def judge_text(
    text: str,
    facts: Mapping[str, Sayable],
    *,
    longest: int,
    cited: Sequence[Sayable] = (),
) -> list[Offence]:
    """Return what is wrong with one text; empty if it may stand.

    Args:
        cited: facts that an insight cites, besides those whose tokens stand in the text.
        longest: characters that it may have.
    """
    if not text:
        return [_offence("empty", "it is empty")]
    if len(text) > longest:
        return [_offence("too_long", f"it is longer than {longest} characters")]
    disguised = [_offence(rule, said) for rule, said in find_disguises(text)]
    if disguised:
        return disguised
    named = TOKEN.findall(text)
    unknown = [token for token in named if token not in facts]
    if unknown:
        return [_offence("unknown_id", f"there is no fact {unknown[0]!r}")]
    about = [*(facts[token] for token in named), *cited]
    if not about:
        return [_offence("cites_nothing", "it cites no fact: write {{id}} where a figure belongs")]
    return [
        _offence(rule, said)
        for sentence in split_sentences(text)
        for rule, said in find_faults(sentence.strip(), facts, cited=about)
    ]


def _offence(rule: str, said: str) -> Offence:
    return Offence("", rule, said)
