"""Which cards are SIM plans that anybody can buy, and which only look like it.

Left out: phones, broadband, add-ons, cards for customers of another product, examples in questions
and answers, parts that are hidden from readers as a whole, and lone lines that advertise.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from planwatch.sources.cards.amounts.position import HEADINGS
from planwatch.sources.cards.amounts.price_words import MONTHLY_AFTER
from planwatch.sources.cards.amounts.terms import find_term
from planwatch.sources.cards.amounts.words import PER_MONTH
from planwatch.sources.cards.find.card import Card
from planwatch.sources.cards.find.fields import lines_of
from planwatch.sources.cards.page.node import Node
from planwatch.sources.cards.page.outline import Outline

_DEVICE: Final = re.compile(
    r"\b(?:iphone\s?(?:se|[0-9x])|galaxy\s?(?:[asz]\s?[0-9]|z\s|note|tab|watch|fold)|pixel\s?[0-9]|xperia|oneplus|redmi"
    r"|moto(?:rola)?\s(?:g|edge|razr)|nothing\sphone|honor\s[0-9]|oppo\s(?:find|reno|a)|xiaomi\s[0-9]|fairphone|ipad|airpods"
    r"|apple\swatch|macbook|playstation|smart\s?watch\s(?:plan|from)|tablet\s(?:plan|from|deal))"
    r"|\b(?:64|128|256|512|1024)\s?GB\b.{0,20}\b(?:black|blue|white|silver|pink|titanium|midnight|storage|refurbished)",
    re.I,
)
_DEVICE_COST: Final = re.compile(
    r"\b(?:handset|phone|device)\s(?:cost|price|plan|payment|upfront)|\bupfront\s(?:for\s(?:the\s)?)?(?:phone|handset)"
    r"|\bincl(?:uding|\.)?\s(?:phone|handset)|\bmit\s(?:handy|smartphone)|\bgerätepreis",
    re.I,
)
_OTHER_PRODUCT: Final = re.compile(
    r"\b(?:broadband(?!\s(?:customer|user|and|&|or))|fibre|fiber|wi-?fi\s(?:hub|box)|router|home\sinternet|home\sphone|landline\splan|glasfaser|dsl|fttp|tv\s(?:pack|bundle)"
    r"|full\sfibre|internet\sbox|hub\splan|(?:live|free|b)box|festnetz)\b",
    re.I,
)
_SPEED: Final = re.compile(
    r"\b(?:average|avg)\b.{0,20}\bspeed|\b[MG]bps\saverage|\baverage\s[0-9]{1,6}\s?[MG]b", re.I
)
_ADD_ON: Final = re.compile(
    r"\badd[\s-]?ons?\b|\bbolt[\s-]?ons?\b|\bboost(?:er|ers)?\b|\b(?:day|week|weekend|travel|roaming|data)\spass(?:es)?\b"
    r"|\bextra\sdata\b|\bdata\s(?:top[\s-]?ups?|extras?)\b|\btravel\s(?:e?sim|pack|bundle)|\broaming\s(?:pack|bundle|add)|\b(?:24|48)[\s-]hours?\b"
    r"|\bzubuchoption|\btop[\s-]?up\sextras?",
    re.I,
)
_FOR_OTHERS: Final = re.compile(r"\bare\syou\s(?:an?|already|with)\b", re.I)
_QUESTIONS: Final = re.compile(
    r"\bFAQs?\b|^(?:your\s|common\s|any\s|more\s)?questions\b|\basked\squestions\b|\bsmall\sprint\b|\bterms\s(?:and|&)\sconditions\b",
    re.I,
)
_EXPLAINS: Final = re.compile(r"\bhow\s(?:does|do|much|many)\b|\bexamples?\b|\?\s{0,4}$", re.I)
_SIM: Final = re.compile(r"\bsims?\b|\bsimo\b|\be-?sims?\b", re.I)
_MOBILE: Final = re.compile(r"\b(?:sims?|simo|mobile|plans?|pay\smonthly|tariffs?|tarife?)\b", re.I)
_MINUTES: Final = re.compile(
    r"\b(?:min(?:ute)?s?|texts?|calls|sms|minuten|appels|llamadas|minuti)\b", re.I
)
_MONTHLY: Final = re.compile(PER_MONTH, re.I)
_HEADED: Final = frozenset({"legend", "caption", "summary"})
_ACTIONS: Final = frozenset({"button", "a", "input"})
_HEAD_LINES: Final = 3
_MOST_BANNER: Final = 200
_MOST_SIBLINGS: Final = 40
_ENOUGH: Final = 2


@dataclass(frozen=True, slots=True)
class _Look:
    """What a card says, for the questions that are asked of it.

    Attributes:
        head: its headings and first lines.
        above: the heading under which it stands.
        alike: how many cards of the page are built the same.
        is_answer: it is an example in an answer to a question.
    """

    card: Card
    lines: list[str]
    whole: str
    head: str
    above: str
    alike: int
    is_answer: bool


def choose_plans(outline: Outline, cards: list[Card]) -> list[Card]:
    """Return the cards that are plans, in their order."""
    visible = _without_veiled(outline, cards)
    alike = Counter(card.signature for card in visible)
    in_parent = Counter(card.node.parent for card in visible)
    in_cards = {card.node for card in visible}
    chosen = []
    for card in visible:
        lines = lines_of(outline, card)
        headings = [outline.text_of(node) for node in card.nodes() if node.tag in HEADINGS]
        look = _Look(
            card=card,
            lines=lines,
            whole="\n".join(lines),
            head=" \n ".join([*headings, *lines[:_HEAD_LINES]]),
            above=_heading_above(outline, card, in_cards),
            alike=max(alike[card.signature], in_parent[card.node.parent]),
            is_answer=_is_in_answer(outline.node_of(card.price.start, card.price.end)),
        )
        if _is_plan(look) and _strength_of(outline, look) >= _ENOUGH:
            chosen.append(card)
    return chosen


def _without_veiled(outline: Outline, cards: list[Card]) -> list[Card]:
    """Leave out copies that are hidden from readers, but keep those of a slide show.

    A slide show hides some of its cards beside others that it shows; a copy is hidden as a whole.
    """
    veils = {card: _veil_of(outline, card) for card in cards}
    shown = {above for card in cards if not veils[card] for above in card.node.ancestors()}
    under = Counter(veil for veil in veils.values() if veil)
    slides = Counter((veil.parent, veil.tag) for veil in under)
    kept = []
    for card in cards:
        veil = veils[card]
        if veil is None:
            kept.append(card)
            continue
        is_slide = under[veil] == 1 or slides[veil.parent, veil.tag] > 1
        if is_slide and veil.parent in shown and veil.parent and veil.parent.tag != "body":
            kept.append(card)
    return kept


def _veil_of(outline: Outline, card: Card) -> Node | None:
    start, end = min(card.price.start, card.size.start), max(card.price.end, card.size.end)
    return outline.veil_of(outline.node_of(start, end))


def _is_plan(look: _Look) -> bool:
    if _DEVICE.search(look.head) or _DEVICE_COST.search(look.whole):
        return False
    if (
        _FOR_OTHERS.search(look.head)
        or _QUESTIONS.search(look.above)
        or _QUESTIONS.match(look.head)
        or look.is_answer
    ):
        return False
    if look.alike < 2 and _EXPLAINS.search(look.above):
        return False
    if _SIM.search(look.head):
        return True
    is_broadband = look.card.size.value is None and _SPEED.search(look.whole)
    if is_broadband or _OTHER_PRODUCT.search(look.head):
        return False
    if _ADD_ON.search(look.head) and not _MINUTES.search(look.whole):
        return False
    is_other = _ADD_ON.search(look.above) or _OTHER_PRODUCT.search(look.above)
    return not is_other or bool(_MOBILE.search(look.above))


def _is_in_answer(node: Node) -> bool:
    for here in (node, *node.ancestors()):
        kind = here.element.get("itemtype") or ""
        if kind.endswith(("/Question", "/Answer", "/FAQPage")):
            return True
        if here.tag == "details":
            summaries = (child for child in here.children if child.tag == "summary")
            if any("".join(s.element.itertext()).strip().endswith("?") for s in summaries):
                return True
    return False


def _strength_of(outline: Outline, look: _Look) -> int:
    """Count what speaks for a card; a lone line with a price and a size is an advertisement."""
    card = look.card
    strength = 2 if look.alike > 1 or card.shape != "element" else 0
    strength += bool(
        card.price.is_sure or _MONTHLY.search(look.whole) or MONTHLY_AFTER.search(card.price.label)
    )
    strength += any(node.tag in _ACTIONS for node in card.nodes())
    strength += find_term(look.lines) is not None
    strength += bool(_MINUTES.search(look.whole))
    first, last = sorted((card.price, card.size), key=lambda figure: figure.start)
    in_one_line = "\n" not in outline.text[first.end : last.start]
    if in_one_line and look.alike < 2 and len(look.lines) <= _HEAD_LINES:
        strength -= 2
    if card.price.role == "from":
        strength -= 1 if look.alike > 1 else 2
    return strength


def _heading_above(outline: Outline, card: Card, in_cards: set[Node]) -> str:
    """Return the nearest heading before a card that belongs to no card; "" if there is none."""
    place = card.spans[0][0]
    here = card.node
    while here.parent is not None:
        last = here.parent.children_at(0, place + 1)[1]
        for child in reversed(here.parent.children[max(0, last - _MOST_SIBLINGS) : last]):
            if child.end <= place and child not in in_cards:
                text = _heading_in(outline, child, in_cards)
                if text:
                    return text
        here = here.parent
    return ""


def _heading_in(outline: Outline, node: Node, in_cards: set[Node]) -> str:
    """Return the heading that a sibling is or holds; one of a section of its own does not count."""
    if node.tag in HEADINGS or node.tag in _HEADED:
        return outline.text_of(node)
    if node.end - node.start > _MOST_BANNER:
        return ""
    parts = node.descendants()
    if any(part in in_cards for part in parts):
        return ""
    return next((outline.text_of(part) for part in parts if part.tag in HEADINGS), "")
