"""A sentence taken apart: its brands, tokens and words, each at its place, and what it cites.

Text that gets here is plain ASCII English with tokens (`disguise` has seen to that).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from planwatch.llm.grounding import lexicon
from planwatch.llm.grounding.obfuscation import TOKEN
from planwatch.llm.grounding.prompt_facts import Sayable, names_of_brands

Fault = tuple[str, str]
"""The rule that a sentence breaks, and the reason in words."""
LAST_WORD: Final = re.compile(r"(\S+)\s+$")
_BRANDS: Final = names_of_brands()
_BRAND: Final = re.compile(
    r"\b(?:" + "|".join(map(re.escape, sorted(_BRANDS, key=len, reverse=True))) + r")\b", re.I
)
_CLAUSE: Final = re.compile(
    r"[,:;()]|\s[–—-]\s|\b(?:but|while|whereas|although|though|and|yet)\b", re.I
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])(?=\s)")
_WORD: Final = re.compile(r"[A-Za-z0-9]+(?:['’][a-z]+)?")


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

    def directions_at(self, place: int) -> tuple[Mention, ...]:
        """Return the words of direction that a figure at a place is read with.

        Those of its clause; where that has none and names no gap as such, those of the clause
        before. A figure without any shows its sign. The gate judges by this, `render` writes by it.
        """
        start, end = self.clause_of(place)
        while True:
            inside = [word for word in self.words if start <= word.start < end]
            found = tuple(word for word in inside if self.is_direction(word))
            is_neutral = any(word.name in lexicon.NEUTRAL_NOUNS for word in inside)
            if found or is_neutral or start == 0:
                return found
            start, end = self.clause_of(start - 1)

    def is_direction(self, word: Mention) -> bool:
        """Tell a word of direction; "to match" is an aim and none."""
        is_aim = word.name == "match" and self.word_before(word) in {*lexicon.BEFORE_ADVICE, None}
        return word.name in lexicon.DIRECTIONS and not is_aim

    def word_before(self, word: Mention) -> str | None:
        """Return what stands before a word in its clause, None at the clause's beginning."""
        start, _ = self.clause_of(word.start)
        before = LAST_WORD.search(self.text[start : word.start])
        return before[1].lower() if before else None

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
        """Return the brand that a word speaks of: the last one before it."""
        return next((b.name for b in reversed(self.brands) if b.start < place), None)

    def brands_of_clause(self, place: int) -> tuple[list[str], list[str]]:
        """Return the brands that the clause of a place names before it and after it."""
        start, end = self.clause_of(place)
        inside = [brand for brand in self.brands if start <= brand.start < end]
        before = [brand.name for brand in inside if brand.start < place]
        return before, [brand.name for brand in inside if brand.start > place]


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text; joined they are the text."""
    return _SENTENCE_END.split(text)


def take_apart(text: str, facts: Mapping[str, Sayable], cited: Sequence[Sayable]) -> Sentence:
    """Return a sentence with what it says of which facts.

    Args:
        cited: what the whole text cites; it counts for a sentence without a token of its own.
    """
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
