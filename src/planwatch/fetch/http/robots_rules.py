"""Read a robots.txt as RFC 9309 says: the lines that are ours, and whether they allow an address.

Protego matches paths. What it reads otherwise than the standard is put right here, before it sees
it: groups and product tokens, line ends, slashes in a query, a dollar sign that is no end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from protego import Protego

PRODUCT_TOKEN: Final = "planwatch"  # noqa: S105 - the name that robots.txt calls us by
MOST_BYTES: Final = 500 * 1024  # section 2.5: at least as much must be read
_EVERYBODY: Final = "*"
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_TOKEN: Final = re.compile(r"(?<![a-z0-9_-])[a-z_-]++(?![a-z0-9_-])|\*(?!\S)", re.IGNORECASE)
_SLASH: Final = re.compile("%2f", re.IGNORECASE)
_DELAY: Final = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+", re.ASCII)
_FOR_EVER_S: Final = 1e9
_INDEX: Final = "/index.html"
# Protego takes a `$` that ends a pattern for a dollar sign as well. So a dollar sign that is one is
# written as a control character, which no address has.
_DOLLAR: Final = "%01"
# The spellings that other crawlers, Google's among them, accept.
_FIELDS: Final = {
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "user-agent"),
    **dict.fromkeys(
        ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"
    ),
    "allow": "allow",
    **dict.fromkeys(("crawl-delay", "crawl delay", "crawldelay"), "crawl-delay"),
}


@dataclass(slots=True)
class _Group:
    """What a file says to one product token, from all places in which it names it."""

    rules: list[tuple[str, str]] = field(default_factory=list)
    delay_s: float = 0.0


class RobotsRules:
    """The rules of one robots.txt for planwatch."""

    def __init__(self, body: bytes) -> None:
        """Read a file; what is no robots.txt, such as an HTML page, has no rules."""
        groups = _read_groups(_text_of(body))
        ours = groups.get(PRODUCT_TOKEN) or groups.get(_EVERYBODY) or _Group()
        self.crawl_delay_s = ours.delay_s
        self._matcher = _matcher_of(ours.rules)
        # Protego lets `Allow: /index.html` allow `/`, too, which the standard does not
        self._matcher_of_folders = _matcher_of(
            [rule for rule in ours.rules if not (rule[0] == "allow" and rule[1].endswith(_INDEX))]
        )

    def allow(self, path: str) -> bool:
        """Tell whether an address may be asked for.

        Args:
            path: its path and query, percent-encoded, such as `/plans?term=12`.
        """
        matcher = self._matcher_of_folders if path.endswith("/") else self._matcher
        return matcher.can_fetch(_comparable(path), PRODUCT_TOKEN)


def _text_of(body: bytes) -> str:
    if len(body) > MOST_BYTES:  # a line that is cut would say something else
        body = body[: max(body.rfind(end, 0, MOST_BYTES) for end in (b"\n", b"\r")) + 1]
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    return "" if text.lstrip()[:1] == "<" else text


def _read_groups(text: str) -> dict[str, _Group]:
    """Return what is said to each product token; only Allow and Disallow end the list of them."""
    groups: dict[str, _Group] = {}
    addressed: list[_Group] = []
    has_rules = False
    for line in _LINE_END.split(text):
        name, value = _split_line(line)
        if name == "user-agent":
            addressed, has_rules = ([] if has_rules else addressed), False
            token = _TOKEN.match(value)
            if token:
                addressed.append(groups.setdefault(token[0].lower(), _Group()))
        elif name == "crawl-delay":
            for group in addressed:
                group.delay_s = max(group.delay_s, _seconds_of(value))
        elif name is not None:
            has_rules = True
            for group in addressed:
                group.rules.append((name, value))
    return groups


def _split_line(line: str) -> tuple[str | None, str]:
    """Return the field and its value; None for a line that says nothing that we know."""
    line = line.partition("#")[0].strip()
    name, colon, value = line.partition(":")
    if not colon:
        name, _, value = line.partition(" ")
    return _FIELDS.get(name.strip().lower()), value.strip()


def _seconds_of(value: str) -> float:
    return min(float(value), _FOR_EVER_S) if _DELAY.fullmatch(value) else 0.0


def _matcher_of(rules: list[tuple[str, str]]) -> Protego:
    lines = [f"{name}: {_pattern_of(value)}" for name, value in rules if value]
    return Protego.parse("\n".join(("User-agent: *", *lines)))


def _pattern_of(value: str) -> str:
    """Return a pattern as Protego is to see it: in ASCII, on one line."""
    end = "$" if value.endswith("$") else ""
    value = value.removesuffix("$") if end else value
    return _comparable(quote(value, safe="".join(map(chr, range(0x21, 0x7F))))) + end


def _comparable(path: str) -> str:
    """Return a path with its query in the one spelling in which it is compared."""
    path, mark, query = path.replace("$", _DOLLAR).replace("%24", _DOLLAR).partition("?")
    return f"{path}{mark}{_SLASH.sub('/', query)}"
