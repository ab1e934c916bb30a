"""How the directions and superlatives of a sentence are judged against the facts that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from planwatch.llm import lexicon
from planwatch.llm.sayable import Sayable
from planwatch.llm.sentence import LAST_WORD, Fault, Mention, Sentence

_BY: Final = re.compile(r"^\s+by\b", re.I)


def judge_directions(sentence: Sentence) -> Iterator[Fault]:
    """Yield the words of direction that the facts near them do not carry."""
    for word in sentence.words:
        wanted = _sign_of(word.name)
        if wanted is None:
            continue
        start, end = sentence.clause_of(word.start)
        if any(start <= w.start < end and w.name in lexicon.NEGATIONS for w in sentence.words):
            yield "negation", f"{word.name!r} is negated; say plainly what is so"
            continue
        yield from _judge_direction(sentence, word, wanted)


def _sign_of(word: str) -> int | None:
    """Return the sign that a word asks of a gap: −1 cheaper, 1 dearer, 0 level."""
    signs = (
        (lexicon.CHEAPER_WORDS | lexicon.RAISE_WORDS | lexicon.RISEN_WORDS, -1),
        (lexicon.DEARER_WORDS | lexicon.CUT_WORDS | lexicon.FALLEN_WORDS, 1),
        (lexicon.LEVEL_WORDS, 0),
    )
    return next((sign for words, sign in signs if word in words), None)


def _judge_direction(sentence: Sentence, word: Mention, wanted: int) -> Iterator[Fault]:
    near = sentence.facts_near(word.start)
    carrying = [fact for fact in near if fact.polarity is not None]
    is_rise = word.name in lexicon.RAISE_WORDS | lexicon.RISEN_WORDS
    if not carrying:
        if not any(fact.extreme for fact in near):
            yield "comparative", f"{word.name!r}: no fact that is cited compares"
        return
    for fact in carrying:
        value = fact.fact.value
        if fact.polarity == "rise":
            is_right = (is_rise or word.name in ("above", "more", "higher")) and value > 0
        elif _tells_of_an_event(sentence, word):
            yield "event", f"{word.name!r} tells of a change, and {fact.token} is a difference"
            return
        else:
            sign = (value > 0) - (value < 0)
            is_right = sign * _perspective(sentence, word, fact) == wanted
        if not is_right:
            yield "direction", f"{word.name!r} goes against the sign of {fact.token}"


def _tells_of_an_event(sentence: Sentence, word: Mention) -> bool:
    """Tell a price that was cut from one that should be: "O2 cut", "O2 should cut"."""
    if word.name in lexicon.RISEN_WORDS | lexicon.FALLEN_WORDS:
        return True
    if word.name not in lexicon.CUT_WORDS | lexicon.RAISE_WORDS:
        return False
    start, _ = sentence.clause_of(word.start)
    before = LAST_WORD.search(sentence.text[start : word.start])
    return before is not None and before[1].lower() not in lexicon.BEFORE_ADVICE


def _perspective(sentence: Sentence, word: Mention, fact: Sayable) -> int:
    """Return 1 where the sentence speaks of the fact's first brand, −1 where of its rival."""
    speaker = sentence.brand_before(word.start)
    is_of_rival = speaker is not None and speaker != fact.brands[0] and speaker in fact.brands[1:]
    is_passive = bool(_BY.match(sentence.text[word.end :])) and word.name in (
        "undercut",
        "undercutting",
    )
    return -1 if is_of_rival != is_passive else 1


def judge_superlatives(sentence: Sentence) -> Iterator[Fault]:
    """Yield the superlatives that no cited fact carries."""
    names = [word.name for word in sentence.words]
    for word in sentence.words:
        if word.name in lexicon.LEAST_WORDS:
            carriers = [fact for fact in sentence.cited if fact.extreme == "least"]
        elif word.name in lexicon.WIDEST_WORDS:
            carriers = [
                fact
                for fact in sentence.cited
                if fact.extreme in lexicon.NOUNS_OF_EXTREME
                and lexicon.NOUNS_OF_EXTREME[fact.extreme] & set(names)
            ]
        elif word.name in lexicon.NEVER_CARRIED or _is_superlative(word.name):
            carriers = []
        else:
            continue
        if not carriers:
            yield "superlative", f"{word.name!r}: no fact that is cited carries it"
        elif {b.name for b in sentence.brands} - {b for fact in carriers for b in fact.brands}:
            yield "superlative", f"{word.name!r}: the fact that carries it is about another brand"


def _is_superlative(word: str) -> bool:
    return len(word) > 4 and word.endswith("est") and word not in lexicon.ENDS_IN_EST
