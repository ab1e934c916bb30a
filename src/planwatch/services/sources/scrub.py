"""Remove personal data and secrets from a saved page: sessions, tokens, addresses, numbers.

Works on text, so that a page stays as it came but for what goes. It knows names (`csrf_token`,
`sessionId`) and shapes (JWT, e-mail address). A person's name in plain words it cannot know.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from functools import lru_cache
from typing import Any, Final

REMOVED: Final = "removed"
_ADDRESS: Final = f"{REMOVED}@example.com"
_NUMBER: Final = "0"
HIDDEN: Final = "secret"
EMAIL: Final = "e-mail"
TELEPHONE: Final = "telephone number"
IP_NUMBER: Final = "IP number"

# Names that hold one of these, as a word or a part of one ("csrfmiddlewaretoken").
_STEMS: Final = re.compile(
    r"token|csrf|xsrf|session|sessid|jwt|passw|secret|cookie|nonce|bearer|credential|apikey|msisdn"
)
_WORDS: Final = frozenset(
    {"auth", "oauth", "authorization", "authorisation", "authenticity", "sid", "pwd", "ip"}
    | {"gclid", "fbclid", "msclkid"}
)
_PAIRS_OF_WORDS: Final = frozenset(
    {"api key", "access key", "user id", "customer id", "account id", "account number"}
    | {"visitor id", "device id", "client ip"}
)
# Of these any value goes, words too.
_PERSONAL: Final = re.compile(
    r"username|surname|postcode|(?:first|last|full|customer)name|(?:phone|mobile|telephone)number"
    r"|dateofbirth|addressline"
)
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_QUOTE: Final = r"\\{0,3}[\"'`]|&quot;|&#34;"
# A name and the sign after it; its value is looked at only when the name says so.
_NAME: Final = re.compile(
    rf"(?<![\w$-])(?P<name>[A-Za-z_$][\w$-]{{0,79}})(?:{_QUOTE})?\s{{0,4}}[:=]\s{{0,4}}(?=\S)"
)
# not possessive: with a reference back to the quote, Python before 3.11.4 then finds nothing
_QUOTED: Final = re.compile(
    rf"(?P<quote>{_QUOTE})(?P<value>(?:(?!(?P=quote))(?:\\.|[^\\]))*)(?P=quote)", re.DOTALL
)
_DIGITS: Final = re.compile(r"(?<!\d)\d{6,}+\b")
_BARE: Final = re.compile(r"[\w.~+/%-]{8,}={0,2}")
_ADDRESS_OR_PATH: Final = re.compile(r"(?:https?:/)?/[\w.~:/?#&=%-]{0,200}+$")
_LONG_RUN: Final = re.compile(r"[\w+=-]{24,}")
_HEADER_VALUE: Final = re.compile(r"(?:Bearer|Basic|Digest)\s|[\w.-]{1,100}=\S", re.IGNORECASE)
# A name beside its value, as HAR files and cookie managers write them.
_PAIR: Final = re.compile(
    r"(?P<head>\"name\"\s{0,4}:\s{0,4}\"(?P<name>[\w.$-]{1,80})\"\s{0,4},\s{0,4}\"value\"\s{0,4}:"
    r"\s{0,4})\"[^\"\\]{1,4000}\""
)
_TAG: Final = re.compile(r"<(?:input|meta)\b[^<>]*+>", re.IGNORECASE)
_TAG_NAME: Final = re.compile(
    r"\b(?:name|id|property|http-equiv)\s*=\s*[\"']?([\w$.:\[\]-]+)", re.IGNORECASE
)
_TAG_VALUE: Final = re.compile(
    r"(\b(?:value|content)\s*=\s*)(\"[^\"]+\"|'[^']+'|[^\s\"'>]+)", re.IGNORECASE
)
_IN_ADDRESS: Final = re.compile(r"([?&;](?:amp;)?)([A-Za-z_][\w.-]{0,59})=([^&#\"'\s<>\\;]{6,})")
_JWT: Final = re.compile(r"\beyJ[\w-]{8,600}\.[\w-]{8,}(?:\.[\w-]*)?")
_BEARER: Final = re.compile(r"\b(Bearer\s+)[\w.~+/-]{16,}=*")
_KNOWN_KEYS: Final = re.compile(r"\b(?:AKIA[0-9A-Z]{16}|AIza[\w-]{35}|sk_live_\w{16,})\b")
_EMAIL: Final = re.compile(
    r"(?<![\w.+-])(?!removed@)[\w.+-]{1,64}(?:@|%40|&#64;|\\u0040)(?:[\w-]{1,63}\.){1,4}"
    r"(?!(?:png|jpe?g|webp|svg|gif|avif|js|mjs|css)\b)[A-Za-z]{2,24}\b"
)
_TELEPHONE: Final = re.compile(
    r"(?<![\w.-])(?:\+44[\s-]?(?:\(0\))?7|07)\d{3}[\s-]?\d{3}[\s-]?\d{3}(?![\w.-])"
)
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP: Final = re.compile(rf"(?<=[\"'>])(?!0\.0\.0\.0|127\.){_OCTET}(?:\.{_OCTET}){{3}}(?=[\"'<\\])")
_LONGEST_BLOCK: Final = 20_000
_SHORTEST: Final = 6
_SHORTEST_IN_BLOCK: Final = 6


class Scrubber:
    """Removes and counts personal data; one for all pages of a fixture.

    Attributes:
        removed: how many of each kind ("e-mail") were removed.
    """

    def __init__(self) -> None:
        self.removed: Counter[str] = Counter()

    def scrub(self, text: str) -> str:
        """Return `text`, of a page or an address, without what belongs to a visitor."""
        text = self._swap(_JWT, HIDDEN, REMOVED, text)
        text = self._swap(_BEARER, HIDDEN, rf"\g<1>{REMOVED}", text)
        text = self._swap(_KNOWN_KEYS, HIDDEN, REMOVED, text)
        text = _PAIR.sub(self._scrub_pair, text)
        text = self._scrub_named(text)
        text = _TAG.sub(lambda tag: self._scrub_tag(tag[0]), text)
        text = _IN_ADDRESS.sub(self._scrub_parameter, text)
        text = self._swap(_EMAIL, EMAIL, _ADDRESS, text)
        text = self._swap(_TELEPHONE, TELEPHONE, "07000 000000", text)
        return self._swap(_IP, IP_NUMBER, "0.0.0.0", text)  # noqa: S104 - text, no socket

    def scrub_json(self, value: Any, name: str = "") -> Any:
        """Return a JSON value without secrets; all of a secret name goes, however it looks."""
        if isinstance(value, dict):
            below = name if is_secret_name(name) else ""
            return {key: self.scrub_json(item, below or key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.scrub_json(item, name) for item in value]
        if value and isinstance(value, str | int) and is_secret_name(name):
            return self._count(HIDDEN, REMOVED)
        return self.scrub(value) if isinstance(value, str) else value

    def _count(self, kind: str, instead: str) -> str:
        self.removed[kind] += 1
        return instead

    def _swap(self, pattern: re.Pattern[str], kind: str, instead: str, text: str) -> str:
        def swap(match: re.Match[str]) -> str:
            new = match.expand(instead)
            return new if new == match[0] else self._count(kind, new)

        return pattern.sub(swap, text)

    def _scrub_named(self, text: str) -> str:
        """Replace the values after secret names in attributes, JSON and scripts."""
        pieces: list[str] = []
        done = at = end_of_block = 0
        while match := _NAME.search(text, at):
            at = match.end("name")
            if not is_secret_name(match["name"]):
                continue
            start = match.end()
            if text[start] in "{[":
                if start >= end_of_block:
                    end = _end_of_block(text, start)
                    block = _QUOTED.sub(self._scrub_in_block, text[start:end])
                    text = text[:start] + block + text[end:]
                    end_of_block = start + len(block)
                continue
            end, instead = self._value_at(text, start, is_personal_name(match["name"]))
            if instead is not None:
                pieces += [text[done:start], instead]
                done = at = end
        return "".join([*pieces, text[done:]])

    def _value_at(self, text: str, start: int, is_personal: bool) -> tuple[int, str | None]:
        """Return where the value at `start` ends and what stands in its place; None: as it is."""
        if quoted := _QUOTED.match(text, start):
            value = quoted["value"].strip()
            says_who = is_personal and value not in {"", REMOVED}
            if not (says_who or _is_secret(value, _SHORTEST)):
                return start, None
            return quoted.end(), self._count(HIDDEN, f"{quoted['quote']}{REMOVED}{quoted['quote']}")
        if number := _DIGITS.match(text, start):
            return number.end(), self._count(HIDDEN, _NUMBER)
        bare = _BARE.match(text, start)
        if (
            bare
            and _has_digit(bare[0])
            and text[start - 1] == "="
            and _is_secret(bare[0], _SHORTEST_IN_BLOCK)
        ):
            return bare.end(), self._count(HIDDEN, REMOVED)
        return start, None

    def _scrub_in_block(self, quoted: re.Match[str]) -> str:
        if not (_has_digit(quoted["value"]) and _is_secret(quoted["value"], _SHORTEST_IN_BLOCK)):
            return quoted[0]
        return self._count(HIDDEN, f"{quoted['quote']}{REMOVED}{quoted['quote']}")

    def _scrub_pair(self, pair: re.Match[str]) -> str:
        new = f'{pair["head"]}"{REMOVED}"'
        if new == pair[0] or not is_secret_name(pair["name"]):
            return pair[0]
        return self._count(HIDDEN, new)

    def _scrub_tag(self, tag: str) -> str:
        if not any(is_secret_name(name) for name in _TAG_NAME.findall(tag)):
            return tag
        return _TAG_VALUE.sub(self._scrub_value, tag)

    def _scrub_value(self, value: re.Match[str]) -> str:
        quote = value[2][0] if value[2][0] in "\"'" else ""
        if value[2].strip("\"'") == REMOVED:
            return value[0]
        return self._count(HIDDEN, f"{value[1]}{quote}{REMOVED}{quote}")

    def _scrub_parameter(self, parameter: re.Match[str]) -> str:
        if parameter[3] == REMOVED or not is_secret_name(parameter[2]):
            return parameter[0]
        return self._count(HIDDEN, f"{parameter[1]}{parameter[2]}={REMOVED}")


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Tell whether what has this name belongs to a visitor: `csrfToken`, `session-id`, `auth`."""
    words = [word.lower() for word in _WORD.findall(name)]
    pairs = {f"{first} {second}" for first, second in itertools.pairwise(words)}
    return (
        _STEMS.search("".join(words)) is not None
        or not _WORDS.isdisjoint(words)
        or not _PAIRS_OF_WORDS.isdisjoint(pairs)
        or is_personal_name(name)
    )


@lru_cache(maxsize=4096)
def is_personal_name(name: str) -> bool:
    """Tell whether what has this name is about a person: `firstName`, `postcode`."""
    return _PERSONAL.search(name.lower().replace("_", "").replace("-", "")) is not None


def _is_secret(value: str, shortest: int) -> bool:
    """Tell whether a value is one that only a program reads: no words, no plain address."""
    if len(value) < shortest or value == REMOVED:
        return False
    if any(letter.isspace() for letter in value):
        return _HEADER_VALUE.match(value) is not None
    return not _ADDRESS_OR_PATH.match(value) or _LONG_RUN.search(value) is not None


def _has_digit(value: str) -> bool:
    return any(letter.isdigit() for letter in value)


def _end_of_block(text: str, start: int) -> int:
    """Return where the bracket at `start` closes, or how far a block is looked through."""
    depth = 0
    furthest = min(len(text), start + _LONGEST_BLOCK)
    for at in range(start, furthest):
        depth += (text[at] in "{[") - (text[at] in "}]")
        if depth == 0:
            return at + 1
    return furthest
