"""How one sentence is judged: brands, figures, directions and superlatives against its facts.

Text that gets here is plain ASCII English with tokens (`disguise` has seen to that).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from planwatch.llm import lexicon
from planwatch.llm.disguise import TOKEN
from planwatch.llm.sayable import Sayable, names_of_brands

Fault = tuple[str, str]
__all__ = ["TOKEN", "find_faults"]

_BRANDS: Final = names_of_brands()
_BRAND: Final = re.compile(
    r"\b(?:" + "|".join(map(re.escape, sorted(_BRANDS, key=len, reverse=True))) + r")\b", re.I
)
_CLAUSE: Final = re.compile(
    r"[,:;()]|\s[–—-]\s|\b(?:but|while|whereas|although|though|and|yet)\b", re.I
)
_WORD: Final = re.compile(r"[A-Za-z0-9]+(?:['’][a-z]+)?")
_AFTER: Final = re.compile(r"^[\s,]*(?:at|for|from|by|with|of)\s+", re.I)
_OF: Final = re.compile(r"^\s*(?:of|off|above|below|than|the)\b", re.I)
_LAST_WORD: Final = re.compile(r"(\S+)\s+$")
_MORE: Final = re.compile(r"^\s+(?:more|less)\b", re.I)
_BY: Final = re.compile(r"^\s+by\b", re.I)


@dataclass(frozen=True, slots=True)
class Mention:
    """A brand or a word at its place in a sentence."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence taken apart.

    Attributes:
        brands: the brands that it names, in order.
        tokens: the places of its tokens; `name` is the fact's.
        words: everything else, in lower case.
        cited: facts of its tokens, or, where it has none, those that its text cites.
    """

    text: str
    brands: tuple[Mention, ...]
    tokens: tuple[Mention, ...]
    words: tuple[Mention, ...]
    facts: Mapping[str, Sayable]
    cited: tuple[Sayable, ...]

    def clause_of(self, place: int) -> tuple[int, int]:
        """Return where the clause around a place begins and ends."""
        bounds = [0, *(match.end() for match in _CLAUSE.finditer(self.text)), len(self.text)]
        start = max(bound for bound in bounds if bound <= place)
        return start, min((bound for bound in bounds if bound > place), default=len(self.text))

    def facts_near(self, place: int) -> list[Sayable]:
        """Return the facts of the tokens in the clause of a place, else of the whole sentence."""
        start, end = self.clause_of(place)
        near = [self.facts[t.name] for t in self.tokens if start <= t.start < end]
        return near or list(self.cited)

    def brand_before(self, place: int) -> str | None:
        """Return the brand that a word speaks of: the first of its clause, else the last before."""
        start, _ = self.clause_of(place)
        before = [brand for brand in self.brands if brand.start < place]
        own = [brand.name for brand in before if brand.start >= start]
        return own[0] if own else before[-1].name if before else None


def find_faults(
    text: str, facts: Mapping[str, Sayable], *, cited: Sequence[Sayable]
) -> Iterator[Fault]:
    """Yield what is wrong with one sentence, as rule and reason.

    Args:
        cited: what the whole text cites; it counts for a sentence without a token of its own.
    """
    sentence = _take_apart(text, facts, cited)
    for rule in _RULES:
        yield from rule(sentence)


def _take_apart(text: str, facts: Mapping[str, Sayable], cited: Sequence[Sayable]) -> Sentence:
    tokens = tuple(Mention(m[1], m.start(), m.end()) for m in TOKEN.finditer(text))
    blank = TOKEN.sub(lambda match: " " * len(match[0]), text)
    brands = tuple(
        Mention(_BRANDS[match[0].lower()], match.start(), match.end())
        for match in _BRAND.finditer(blank)
        if not (match[0].lower() == "three" and not _is_brand_three(blank, match))
    )
    words = tuple(
        Mention(match[0].lower().replace("’", "'"), match.start(), match.end())
        for match in _WORD.finditer(blank)
        if not any(brand.start <= match.start() < brand.end for brand in brands)
    )
    own = tuple(facts[token.name] for token in tokens)
    return Sentence(text, brands, tokens, words, facts, own or tuple(cited))


def _is_brand_three(text: str, match: re.Match[str]) -> bool:
    if match[0] != "Three":
        return False
    rest = text[match.end() :]
    after = re.match(r"\s+([A-Za-z]+)", rest)
    return after is None or after[1].lower() in lexicon.AFTER_THREE


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
        if owner is not None and owner not in fact.brands[: None if fact.polarity else 1]:
            yield "wrong_brand", f"{token.name} is about {fact.brands[0]}, not about {owner}"
        if fact.fact.unit == "percent" and _OF.match(sentence.text[token.end :]):
            yield "wrong_base", f"the base of {token.name} is put in by code; do not name one"


def _owner_of(sentence: Sentence, token: Mention) -> str | None:
    """Return the brand that a figure is hung on: "{{F1}} at O2", else the last brand before it."""
    after = _AFTER.match(sentence.text[token.end :])
    if after:
        start = token.end + after.end()
        for brand in sentence.brands:
            if brand.start == start:
                return brand.name
    before = [brand.name for brand in sentence.brands if brand.start < token.start]
    return before[-1] if before else None


def _judge_word_before(sentence: Sentence) -> Iterator[Fault]:
    for token in sentence.tokens:
        before = _LAST_WORD.search(sentence.text[: token.start])
        if before and before[1].lower() in lexicon.APPROXIMATIONS:
            yield "approximation", f"{before[1]!r} before {token.name} makes another figure of it"
        is_price = before is not None and before[1].lower() in lexicon.PRICE_VERBS
        is_difference = sentence.facts[token.name].polarity is not None
        if is_price and is_difference and not _MORE.match(sentence.text[token.end :]):
            yield "wrong_kind", f"{token.name} is a difference, not a price"


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


def _judge_directions(sentence: Sentence) -> Iterator[Fault]:
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
    before = _LAST_WORD.search(sentence.text[start : word.start])
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


def _judge_superlatives(sentence: Sentence) -> Iterator[Fault]:
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


_RULES: Final[tuple[Callable[[Sentence], Iterator[Fault]], ...]] = (
    _judge_three,
    _judge_words,
    _judge_names,
    _judge_brands,
    _judge_binding,
    _judge_word_before,
    _judge_attributes,
    _judge_directions,
    _judge_superlatives,
)
