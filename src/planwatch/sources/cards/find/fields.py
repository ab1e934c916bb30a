"""The fields of a plan, read from the lines of its card."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.badges import without_badges
from planwatch.domain.plan import Plan
from planwatch.domain.schedule import PriceStep
from planwatch.errors import UnreadableText
from planwatch.sources.cards.amounts.figures import Figure
from planwatch.sources.cards.amounts.position import HEADINGS
from planwatch.sources.cards.amounts.terms import Term, find_term
from planwatch.sources.cards.amounts.words import DATE
from planwatch.sources.cards.find.card import Card
from planwatch.sources.cards.page.outline import Outline
from planwatch.sources.reading.features import Features, read_features
from planwatch.sources.reading.text import parse_date, promotion_end

_DATE: Final = re.compile(DATE, re.I)
_PROMOTION: Final = re.compile(
    r"\b(?:first|for|initial)\s(?:the\s|your\s)?(?:first\s)?([0-9]{1,2})\smonths?\b"
    r"|\b([0-9]{1,2})\smonths?['’]?\s(?:half|at\s|free|off|discount|[0-9]{1,4}%)",
    re.I,
)
_FROM_MONTH: Final = re.compile(r"\bmonth\s([0-9]{1,2})\b|\b([0-9]{1,2})\.\smonat\b", re.I)
_AFTER_MONTHS: Final = re.compile(r"\bafter\s(?:the\s)?(?:first\s)?([0-9]{1,2})\smonths?\b", re.I)
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_MONEY: Final = re.compile(r"[£€$]|\b(?:kr|zł|CHF)\b")
_BUTTON: Final = re.compile(
    r"(?:buy|add|choose|select|get|order|view|see|shop|more|compare|find|continue|join)\b.{0,24}",
    re.I,
)
_EDGE: Final = re.compile("[\x1e\x1f]")
_MOST_LINE: Final = 110
_MOST_NAME: Final = 80
_MOST_EVIDENCE: Final = 400
_NEAR: Final = 60


@dataclass(frozen=True, slots=True)
class Setting:
    """What all plans of a page share."""

    brand: str
    source: str
    url: str
    currency: str
    as_of: date


def lines_of(outline: Outline, card: Card) -> list[str]:
    """Return the lines of a card as a buyer reads them, in order."""
    text = "\n".join(outline.text[start:end] for start, end in card.spans)
    return [line for line in (" ".join(part.split()) for part in text.split("\n")) if line]


def evidence_of(lines: list[str]) -> str:
    return " | ".join(lines)[:_MOST_EVIDENCE]


def find_own_term(outline: Outline, card: Card) -> Term | None:
    """Return the term that a card states itself, first in the part that is its alone."""
    labels = card.price.label.split(" | ")
    if card.own:
        own = "\n".join(outline.text[start:end] for start, end in card.own)
        found = find_term([*(" ".join(line.split()) for line in own.split("\n")), *labels])
        if found:
            return found
    return find_term(_pieces_of(outline, card)) or find_term(labels)


def _pieces_of(outline: Outline, card: Card) -> list[str]:
    """Return the lines of a card, and the parts of a line that holds much."""
    pieces = []
    for start, end in card.spans:
        for line in outline.text[start:end].split("\n"):
            plain = " ".join(line.split())
            if len(plain) <= _MOST_LINE:
                pieces.append(plain)
            else:
                pieces += [part.strip() for part in _EDGE.split(line)]
    return pieces


def read_plan(
    outline: Outline,
    card: Card,
    term: Term | None,
    figures: tuple[list[Figure], list[Figure]],
    setting: Setting,
) -> Plan:
    """Return the plan of a card.

    Args:
        figures: all money and all sizes of the page.

    Raises:
        UnreadableText: a number is beyond belief.
    """
    money, sizes = card.held_of(figures[0]), card.held_of(figures[1])
    lines = lines_of(outline, card)
    price_pence, term_months = card.price.value or 0, term.months if term else 1
    list_price = _find_list_price(money, price_pence)
    promo = _find_promo_months(lines, card, money, list_price, term_months)
    features = _read_features(lines, sizes)
    return Plan(
        brand=setting.brand,
        source=setting.source,
        name=name_of(outline, card, lines),
        allowance=allowance_of(card.size.value),
        base_allowance=_find_base(card.size, sizes),
        term_months=term_months,
        currency=setting.currency,
        price_pence=price_pence,
        list_price_pence=list_price,
        promo_months=promo,
        upfront_pence=next((figure.value or 0 for figure in money if figure.role == "upfront"), 0),
        price_steps=_find_steps(outline, money, promo, setting.as_of),
        condition=card.price.note or None,
        url=setting.url or None,
        as_of=setting.as_of,
        verified=False,
        **features,
    )


def allowance_of(data_mb: int | None) -> Allowance:
    return UNLIMITED if data_mb is None else Allowance(data_mb)


def name_of(outline: Outline, card: Card, lines: list[str]) -> str:
    """Return the heading of a card, the line of its allowance, or its first words; no badge."""
    headings = (outline.text_of(node) for node in card.nodes() if node.tag in HEADINGS)
    for text in (*headings, _line_at(outline.text, card.size), *lines):
        line = without_badges(text)
        if _WORD.search(line) and not _MONEY.search(line) and not _BUTTON.fullmatch(line):
            return line[:_MOST_NAME]
    return f"{allowance_of(card.size.value)} SIM"


def _line_at(text: str, figure: Figure) -> str:
    stop = text.find("\n", figure.end)
    line = text[text.rfind("\n", 0, figure.start) + 1 : stop if stop > 0 else len(text)]
    return " ".join(line.split()) if len(line) <= _MOST_NAME else ""


def _find_base(size: Figure, sizes: list[Figure]) -> Allowance | None:
    former = {figure.value for figure in sizes if figure.role == "was" and figure.value}
    base = size.base or (former.pop() if len(former) == 1 else None)
    return Allowance(base) if base and (size.value is None or base < size.value) else None


def _find_list_price(money: list[Figure], price_pence: int) -> int | None:
    for figure in money:
        if figure.role == "was" and (figure.value or 0) > price_pence:
            return figure.value
    return None


def _find_promo_months(
    lines: list[str], card: Card, money: list[Figure], list_price: int | None, term_months: int
) -> int | None:
    """Return for how many months a reduction lasts; a saving over the whole term is the term."""
    is_reduced = list_price is not None or any(figure.role == "then" for figure in money)
    if not is_reduced:
        return None
    months = card.price.months
    if months is None:
        match = next(filter(None, map(_PROMOTION.search, lines)), None)
        months = int(match[1] or match[2]) if match else None
    if months is not None and (months < term_months or term_months <= 1):
        return months
    off_pence = ((list_price or 0) - (card.price.value or 0)) * term_months
    return term_months if any(f.role == "other" and f.value == off_pence for f in money) else None


def _find_steps(
    outline: Outline, money: list[Figure], promo: int | None, as_of: date
) -> tuple[PriceStep, ...]:
    steps: dict[date | int, PriceStep] = {}
    for index, figure in enumerate(money):
        if figure.role not in ("rise", "then"):
            continue
        floor = money[index - 1].end if index else 0
        ceiling = money[index + 1].start if index + 1 < len(money) else len(outline.text)
        after = outline.text[figure.end : min(ceiling, figure.end + _NEAR)]
        before = outline.text[max(floor, figure.start - _NEAR) : figure.start]
        step = _step_of(figure.value or 0, before, after, promo, as_of)
        if step:
            steps.setdefault(step.starts, step)
    return tuple(steps.values())


def _step_of(
    price_pence: int, before: str, after: str, promo: int | None, as_of: date
) -> PriceStep | None:
    for words in (after, before):
        day = _DATE.search(" ".join(words.split()))
        if day:
            with suppress(UnreadableText):
                starts = parse_date(day[0])
                if day[0][:1].isdigit():
                    return PriceStep(starts, price_pence)
                return promotion_end(starts, price_pence, promo, as_of)
    for words in (before, after):
        late, month = _AFTER_MONTHS.search(words), _FROM_MONTH.search(words)
        if late:
            return PriceStep(int(late[1]) + 1, price_pence)
        if month:
            return PriceStep(max(int(month[1] or month[2]), 1), price_pence)
    return PriceStep(promo + 1, price_pence) if promo else None


def _read_features(lines: list[str], sizes: list[Figure]) -> Features:
    features = Features(
        minutes=None,
        texts=None,
        generation=None,
        max_speed_mbps=None,
        roaming=None,
        roaming_mb=None,
        extras=(),
    )
    for line in lines:
        if len(line) <= _MOST_LINE and not _MONEY.search(line):
            with suppress(UnreadableText):
                _add(features, read_features([line]))
    abroad = [figure.value for figure in sizes if figure.role == "roaming" and figure.value]
    if abroad and features["roaming_mb"] is None and features["roaming"] != "none":
        features["roaming_mb"] = abroad[0]
        features["roaming"] = features["roaming"] or "eu"
    return features


def _add(features: Features, found: Features) -> None:
    features["minutes"] = features["minutes"] or found["minutes"]
    features["texts"] = features["texts"] or found["texts"]
    features["generation"] = features["generation"] or found["generation"]
    features["max_speed_mbps"] = features["max_speed_mbps"] or found["max_speed_mbps"]
    features["roaming"] = features["roaming"] or found["roaming"]
    features["roaming_mb"] = features["roaming_mb"] or found["roaming_mb"]
