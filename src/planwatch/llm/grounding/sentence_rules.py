"""How one sentence is judged: brands, figures, attributes and what binds them to its facts.

Directions and superlatives are in `direction_rules`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from planwatch.llm.grounding import lexicon
from planwatch.llm.grounding.direction_rules import judge_directions, judge_superlatives
from planwatch.llm.grounding.prompt_facts import Sayable
from planwatch.llm.grounding.sentence import LAST_WORD, Fault, Mention, Sentence, take_apart

_AFTER: Final = re.compile(r"^[\s,]*(?:at|for|from|by|with|of)\s+", re.I)
_OF: Final = re.compile(r"^\s*(?:of|off|above|below|than|the)\b", re.I)
_AGAINST: Final = re.compile(r"\bagainst\b", re.I)
_MORE: Final = re.compile(r"^\s+(?:more|less)\b", re.I)


def find_faults(
    text: str, facts: Mapping[str, Sayable], *, cited: Sequence[Sayable]
) -> Iterator[Fault]:
    """Yield what is wrong with one sentence, as rule and reason.

    Args:
        cited: what the whole text cites; it counts for a sentence without a token of its own.
    """
    sentence = take_apart(text, facts, cited)
    for rule in _RULES:
        yield from rule(sentence)


def _judge_three(sentence: Sentence) -> Iterator[Fault]:
    if any(word.name == "three" for word in sentence.words):
        yield "number", "'Three' reads as a number here; name the brand as in: Three charges"


def _judge_words(sentence: Sentence) -> Iterator[Fault]:
    for word in sentence.words:
        if word.name in lexicon.ARITHMETIC_WORDS:
            yield "arithmetic", f"{word.name!r}: sums, means and units are figures of code"
        elif word.name in lexicon.QUANTITY_WORDS:
            yield "quantity", f"{word.name!r} claims a count that no fact carries"
        elif word.name in lexicon.OTHER_PERIODS:
            yield "period", f"{word.name!r}: the facts are per month"
        elif word.name in lexicon.NEGATIONS:
            yield "negation", f"{word.name!r}: say plainly what is so"
        elif not _is_known(sentence, word):
            yield "unknown_word", f"{word.name!r} is no word that the rules know; say it plainly"


def _is_known(sentence: Sentence, word: Mention) -> bool:
    if word.name in lexicon.OF_COUNTS:
        return all(fact.fact.unit == "count" for fact in sentence.facts_near(word.start))
    return word.name.removesuffix("'s") in lexicon.KNOWN_WORDS


def _judge_names(sentence: Sentence) -> Iterator[Fault]:
    for place, word in enumerate(sentence.words):
        said = sentence.text[word.start : word.end]
        if not said[0].isupper() or said in lexicon.CAPITALS or said.rstrip("G").isdecimal():
            continue
        is_first = not sentence.text[: word.start].strip(" '\"‘“(")
        follower = sentence.words[place + 1].name if place + 1 < len(sentence.words) else ""
        looks_like_a_name = said.endswith(("'s", "’s")) or follower in lexicon.VERBS_OF_BRANDS
        if not is_first or (looks_like_a_name and word.name not in lexicon.OPENERS):
            yield "unknown_name", f"{said!r} is a name that no fact is about"


def _judge_brands(sentence: Sentence) -> Iterator[Fault]:
    about = {brand for fact in sentence.cited for brand in fact.brands}
    for brand in sentence.brands:
        if brand.name not in about:
            yield "foreign_brand", f"no fact that this sentence cites is about {brand.name}"


def _judge_binding(sentence: Sentence) -> Iterator[Fault]:
    for token in sentence.tokens:
        fact = sentence.facts[token.name]
        owner = _owner_of(sentence, token)
        if owner is not None and owner not in fact.brands[: None if fact.polarity == "gap" else 1]:
            about = fact.brands[0] if fact.brands else "the market"
            yield "wrong_brand", f"{token.name} is about {about}, not about {owner}"
        else:
            others = set(_brands_beside(sentence, token)) - set(fact.brands)
            for other in sorted(others):
                yield "wrong_brand", f"{token.name} is not about {other}, which its clause names"
        if fact.fact.unit == "percent" and _OF.match(sentence.text[token.end :]):
            yield "wrong_base", f"the base of {token.name} is put in by code; do not name one"


def _owner_of(sentence: Sentence, token: Mention) -> str | None:
    """Return the brand that a figure is hung on.

    "{{F1}} at O2", else the last one before it, else the next; its own clause comes first.
    """
    after = _AFTER.match(sentence.text[token.end :])
    if after:
        start = token.end + after.end()
        for brand in sentence.brands:
            if brand.start == start:
                return brand.name
    beside = _brands_beside(sentence, token)
    before = [brand.name for brand in sentence.brands if brand.start < token.start]
    own = [name for name in reversed(before) if name in beside]
    later = [brand.name for brand in sentence.brands if brand.start > token.start]
    return next(iter((*own[:1], *beside, *before[-1:], *later)), None)


def _brands_beside(sentence: Sentence, token: Mention) -> list[str]:
    """Return the brands that the clause of a figure names, on its side of an "against"."""
    start, end = sentence.clause_of(token.start)
    sides = [m.end() for m in _AGAINST.finditer(sentence.text, start, end)]
    start = max((side for side in sides if side <= token.start), default=start)
    end = min((side for side in sides if side > token.start), default=end)
    return [brand.name for brand in sentence.brands if start <= brand.start < end]


def _judge_word_before(sentence: Sentence) -> Iterator[Fault]:
    for token in sentence.tokens:
        before = LAST_WORD.search(sentence.text[: token.start])
        if before and before[1].lower() in lexicon.APPROXIMATIONS:
            yield "approximation", f"{before[1]!r} before {token.name} makes another figure of it"
        says_price = before is not None and before[1].lower() in lexicon.PRICE_VERBS
        fact = sentence.facts[token.name]
        is_more = fact.polarity is not None and _MORE.match(sentence.text[token.end :])
        if says_price and not (fact.means.is_price or is_more):
            yield "wrong_kind", f"{token.name} is {fact.means.says}, not a price"


def _judge_attributes(sentence: Sentence) -> Iterator[Fault]:
    for word in sentence.words:
        if word.name == "unlimited" and not all(
            fact.is_unlimited for fact in sentence.facts_near(word.start)
        ):
            yield "wrong_plan", "'unlimited': a fact that is cited is about a plan with a limit"
        elif word.name == "rolling" and not all(
            fact.is_rolling for fact in sentence.facts_near(word.start)
        ):
            yield "wrong_plan", "'rolling': a fact that is cited is about a plan with a term"
        elif word.name == "roaming" and not all(
            fact.has_roaming for fact in sentence.facts_near(word.start)
        ):
            yield "wrong_plan", "'roaming': a fact that is cited is not about roaming"


_RULES: Final[tuple[Callable[[Sentence], Iterator[Fault]], ...]] = (
    _judge_three,
    _judge_words,
    _judge_names,
    _judge_brands,
    _judge_binding,
    _judge_word_before,
    _judge_attributes,
    judge_directions,
    judge_superlatives,
)
