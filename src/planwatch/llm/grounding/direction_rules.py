"""How the directions and superlatives of a sentence are judged against the facts that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from planwatch.llm.grounding import lexicon
from planwatch.llm.grounding.prompt_facts import Sayable
from planwatch.llm.grounding.sentence import LAST_WORD, Fault, Mention, Sentence

_BY: Final = re.compile(r"^\s+by\b", re.I)
_BEFORE_TOKEN: Final = re.compile(r"^\s+\{\{")
_THAN_ELSEWHERE: Final = re.compile(
    rf"\bthan\b.*\b(?:{'|'.join(sorted(lexicon.ELSEWHERE))})\b", re.I
)
# whose facts say of a figure that it is the extreme one
_RANKED: Final = frozenset({"least", "gap", "uplift"})


def judge_directions(sentence: Sentence) -> Iterator[Fault]:
    """Yield the words of direction that the facts near them do not carry."""
    for word in sentence.words:
        if sentence.is_direction(word):
            yield from _judge_direction(sentence, word, sentence.facts_near(word.start))
    for token in sentence.tokens:
        start, _ = sentence.clause_of(token.start)
        for word in sentence.directions_at(token.start):
            if word.start < start:
                yield from _judge_carried(sentence, word, token)


def _judge_carried(sentence: Sentence, word: Mention, token: Mention) -> Iterator[Fault]:
    """Judge a figure by the direction of a clause before: "cheaper by {{F1}} and by {{F2}}"."""
    fact = sentence.facts[token.name]
    if fact.polarity is None:
        return
    if any(sentence.brands_of_clause(token.start)):
        yield "subject", f"say for the brand beside {token.name} whether it is {word.name!r}"
        return
    yield from _judge_direction(sentence, word, [fact])


def _sign_of(word: str) -> int:
    """Return the sign that a word asks of a gap: −1 cheaper, 1 dearer, 0 level."""
    signs = (
        (lexicon.CHEAPER_WORDS | lexicon.RAISE_WORDS | lexicon.RISEN_WORDS, -1),
        (lexicon.DEARER_WORDS | lexicon.CUT_WORDS | lexicon.FALLEN_WORDS, 1),
        (lexicon.LEVEL_WORDS, 0),
    )
    return next(sign for words, sign in signs if word in words)


def _judge_direction(sentence: Sentence, word: Mention, near: list[Sayable]) -> Iterator[Fault]:
    wanted = _sign_of(word.name)
    carrying = [fact for fact in near if fact.polarity is not None]
    if not carrying:
        is_carried = any(fact.extreme in _RANKED for fact in near) or _is_counted(sentence, word)
        if not is_carried:
            yield "comparative", f"{word.name!r}: no fact that is cited compares"
        return
    if _has_no_plain_subject(sentence, word):
        yield "subject", f"name one brand before {word.name!r}: the one that it is said of"
        return
    for fact in carrying:
        if fact.polarity == "gap" and _tells_of_an_event(sentence, word):
            yield "event", f"{word.name!r} tells of a change, and {fact.token} is a difference"
            return
        if not _agrees(sentence, word, wanted, fact):
            yield "direction", f"{word.name!r} goes against the sign of {fact.token}"


def _has_no_plain_subject(sentence: Sentence, word: Mention) -> bool:
    """Tell "next to Vodafone O2 is cheaper", and "cheaper than O2 is Vodafone"."""
    before, after = sentence.brands_of_clause(word.start)
    compares = word.name in lexicon.CHEAPER_WORDS | lexicon.DEARER_WORDS
    is_said_late = compares and bool(after) and sentence.brand_before(word.start) is None
    return len(set(before)) > 1 or is_said_late


def _agrees(sentence: Sentence, word: Mention, wanted: int, fact: Sayable) -> bool:
    """Tell whether a fact with a direction carries a word."""
    is_up = word.name in lexicon.RAISE_WORDS | lexicon.RISEN_WORDS
    is_own = _perspective(sentence, word, fact) == 1
    match fact.polarity:
        case "rise":
            return (is_up or word.name in ("above", "more", "higher")) and fact.sign > 0
        case "change":
            is_down = word.name in lexicon.CUT_WORDS | lexicon.FALLEN_WORDS
            moved = 1 if is_up else -1 if is_down else 0
            return moved == fact.sign != 0 and not _is_wish(sentence, word)
        case "cut":
            is_said = word.name in lexicon.CUT_WORDS and _is_advice(sentence, word)
            return is_said and is_own and fact.sign > 0
        case "room":
            is_said = word.name in lexicon.RAISE_WORDS and _is_advice(sentence, word)
            return is_said and is_own and fact.sign > 0
        case "offer":
            return fact.sign * _side_of_offer(sentence, word) == wanted != 0
        case _:
            return fact.sign * _perspective(sentence, word, fact) == wanted


def _side_of_offer(sentence: Sentence, word: Mention) -> int:
    """Return 1 for "cheaper elsewhere", −1 for "dearer than elsewhere", 0 where neither is said."""
    if word.name not in lexicon.COMPARATIVES:
        return 0
    start, end = sentence.clause_of(word.start)
    if not any(start <= w.start < end and w.name in lexicon.ELSEWHERE for w in sentence.words):
        return 0
    return -1 if _THAN_ELSEWHERE.search(sentence.text[word.end : end]) else 1


def _is_counted(sentence: Sentence, word: Mention) -> bool:
    """Tell whether a count says it: "dearer on {{F1}}", "{{F1}} of its contracts rise"."""
    start, end = sentence.clause_of(word.start)
    for token in sentence.tokens:
        fact = sentence.facts[token.name]
        if word.name not in fact.means.counts or fact.sign <= 0 or not start <= token.start < end:
            continue
        before = LAST_WORD.search(sentence.text[start : token.start])
        last = before[1].lower() if before else ""
        if last in lexicon.COUNTED_ON or (
            token.start < word.start and last not in lexicon.NO_COUNT_AFTER
        ):
            return True
    return False


def _tells_of_an_event(sentence: Sentence, word: Mention) -> bool:
    """Tell a price that was cut from one that should be: "O2 cut", "O2 should cut"."""
    if word.name in lexicon.RISEN_WORDS | lexicon.FALLEN_WORDS:
        return True
    if word.name not in lexicon.CUT_WORDS | lexicon.RAISE_WORDS:
        return False
    return not _is_advice(sentence, word)


def _is_advice(sentence: Sentence, word: Mention) -> bool:
    """Tell what should be done from what was: "should cut", or a clause that begins with "Cut"."""
    return sentence.word_before(word) in lexicon.BEFORE_ADVICE | {None}


def _is_wish(sentence: Sentence, word: Mention) -> bool:
    return sentence.word_before(word) in lexicon.MODALS | {None}


def _perspective(sentence: Sentence, word: Mention, fact: Sayable) -> int:
    """Return 1 where the sentence speaks of the fact's first brand, −1 where of its rival."""
    speaker = sentence.brand_before(word.start)
    is_of_rival = (
        speaker is not None and speaker not in fact.brands[:1] and speaker in fact.brands[1:]
    )
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
            carriers = _carriers_of_a_win(sentence, word)
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


def _carriers_of_a_win(sentence: Sentence, word: Mention) -> list[Sayable]:
    """Return the facts that carry a word such as "cheapest", "would win", or "wins {{F1}}"."""
    carried = {"least"}
    if word.name == "win" and _is_advice(sentence, word):
        carried.add("aim")
    if word.name in ("win", "wins") and _BEFORE_TOKEN.match(sentence.text[word.end :]):
        carried.add("wins")
    return [fact for fact in sentence.cited if fact.extreme in carried]


def _is_superlative(word: str) -> bool:
    return len(word) > 4 and word.endswith("est") and word not in lexicon.ENDS_IN_EST
