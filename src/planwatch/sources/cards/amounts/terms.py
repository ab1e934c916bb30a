"""The minimum term that words state: 0 pay as you go, 1 rolling, else months."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from planwatch.sources.cards.amounts.words import DATE, phrases

_WORDS: Final = {"one": 1, "two": 2, "twelve": 12, "eighteen": 18}
_MONTHS: Final = phrases(
    r"""
    months? | mths? | mos? | M
    monat(?:e|en|s|ig\w*)? | mois | mes(?:es)? | mesi | mese | maand(?:en)? | miesi\w+ | mies
    mån(?:ader|ad)? | mnd | måned\w* | měs\w*
    """
)
_YEARS: Final = phrases(
    r"years? | yrs? | jahre?n? | ans? | años? | anni | anno | jaar | lata | rok | år"
)
_SPAN: Final = re.compile(
    r"(?<![0-9.,£€$])(?<![£€$]\s)"
    r"(?P<n>[0-9]{1,2}|one|two|twelve|eighteen|twenty[\s-]four)[\s-]{0,2}"
    rf"(?:(?P<m>{_MONTHS})|(?P<y>{_YEARS}))(?![\w/])\.?",
    re.I,
)
_CONTRACT: Final = phrases(
    r"""
    contracts? | plans? | terms? | sims? | minimum | deals? | airtime | commitment | agreement
    length | duration
    pay monthly | tariffs?
    laufzeit | mindest\w* | vertrag\w* | bindung\w* | abo\w* | tarifs?
    engagement | contrato | permanencia | vincolo | contratto | looptijd | umow\w* | bindningstid
    binding\w*
    """
)
_STRONG_AFTER: Final = re.compile(
    rf"^[\s:,)'’-]{{0,12}}(?:s?['’]?\s)?(?:[\w-]{{1,30}}[\s-]){{0,2}}?{_CONTRACT}\b", re.I
)
_STRONG_BEFORE: Final = re.compile(
    rf"(?:\b{_CONTRACT}[\s:(–—|-]{{0,12}}(?:\w{{1,30}}[\s:]){{0,3}}|\b(?:runs?|lasts?|tied\sin)\sfor\s|\bMVLZ\s)$",
    re.I,
)
_FOR: Final = phrases(
    r"""
    for | first | after | sav(?:e|ing) | over | every | within | next | up to | last | in | then
    of | from | until
    previous | another | than
    ab | die | den | ersten | erst\w* | nach | les | pendant | premiers | puis | primeros | primi
    durante
    """
)
_THE: Final = phrases(r"the | your | up to | a | full | dem | den | los")
_FIRST: Final = phrases(r"first | next | ersten | initial | premiers | primeros")
_NOT_BEFORE: Final = re.compile(rf"\b{_FOR}\s(?:{_THE}\s)?(?:{_FIRST}\s)?$", re.I)
_OTHER_PERIOD: Final = phrases(
    r"""
    half | free | at\s | discount | off\b | [0-9]+% | for (?:the price|[£€$]) | of (?!contract)
    ago | notice
    warranty | trial | guarantee | money | cooling | return | old\b | on us | promo | interest
    later | prior | before
    gratis | offerts? | geschenkt | kostenlos | kündigungsfrist
    """
)
_NOT_AFTER: Final = re.compile(rf"^['’]?s?[\s-]{{0,2}}{_OTHER_PERIOD}", re.I)
_DAYS: Final = re.compile(
    r"(?<![0-9])(?:28|30|31)[\s-]{0,2}(?:days?|tage\w{0,2}|jours|días|giorni|dagen|dni|dagar|dage)\b"
    r"(?!['’]?s?[\s-](?:notice|money|return|cooling|free|trial|guarantee|of\b|kündig))"
    r"|(?<![0-9])4[\s-]?(?:weeks?|wochen)\b",
    re.I,
)
_DAYS_NOT: Final = re.compile(
    r"\b(?:within|after|cancel\swith|notice\sof|past|last)\s(?:the\s)?$", re.I
)
_ROLLING: Final = re.compile(
    r"\b"
    + phrases(
        r"""
        rolling\b(?!\s(?:over|data)) | P30D\b | month[\s-]to[\s-]month\b
        sans engagement\b | monatlich künd\w* | flexible? monatlich
        sin (?:permanencia|compromiso)\b
        senza vincol\w+ | utan bindning\w* | ingen binding | bez zobowiąza\w+
        maandelijks opzegbaar
        """
    ),
    re.I,
)
_LOOSE: Final = re.compile(
    r"\b"
    + phrases(
        r"""
        no (?:(?:long[\s-]term|annual|fixed|tie[\s-]in|binding) )?contracts?\b(?! price)
        cancel any ?time\b
        monthly (?:plan|contract|sim|deal)s?\b | contract[\s-]free\b
        jederzeit kündbar | keine (?:mindest)?(?:vertrags)?laufzeit
        ohne (?:mindest)?(?:vertrags)?(?:laufzeit|bindung)
        """
    ),
    re.I,
)
_PAYG: Final = re.compile(r"\bpay[\s-]as[\s-]you[\s-](?:go|use)\b|\bPAYG\b", re.I)
_DATE_HERE: Final = re.compile(DATE, re.I)
_LONGEST: Final = 36


@dataclass(frozen=True, slots=True)
class Term:
    """Months; `strength` 4 is said of a contract, 3 stands alone, 1 is a loose word's."""

    months: int
    strength: int


def find_term(lines: Iterable[str]) -> Term | None:
    """Return the term that lines state most clearly; None where none is or two contradict."""
    found: dict[int, set[int]] = {}
    for line in lines:
        for term in find_terms(line):
            found.setdefault(term.strength, set()).add(term.months)
    if not found:
        return None
    strength = max(found)
    return Term(found[strength].pop(), strength) if len(found[strength]) == 1 else None


def find_terms(line: str) -> list[Term]:
    """Return every term that a line states."""
    if _PAYG.search(line):
        return [Term(0, 4)]
    return [
        *_spans_in(line),
        *(
            Term(1, 2)
            for match in _DAYS.finditer(line)
            if not _DAYS_NOT.search(line[: match.start()])
        ),
        *(Term(1, 3) for _ in _ROLLING.finditer(line)),
        *(Term(1, 1) for _ in _LOOSE.finditer(line)),
    ]


def _spans_in(line: str) -> Iterator[Term]:
    for match in _SPAN.finditer(line):
        number = match["n"].lower()
        count = int(number) if number.isdigit() else _WORDS.get(number, 24)
        months = count * 12 if match["y"] else count
        before, after = line[: match.start()], line[match.end() :]
        is_date = _DATE_HERE.match(line, match.start())
        if not 1 <= months <= _LONGEST or is_date or match["m"] == "m":
            continue  # "m" are metres or minutes; only "24M" is months
        is_strong = bool(_STRONG_BEFORE.search(before))
        if _NOT_AFTER.match(after) or (_NOT_BEFORE.search(before) and not is_strong):
            continue
        is_strong = is_strong or bool(_STRONG_AFTER.match(after))
        is_alone = not re.search(r"\w", before + after)
        yield Term(months, 4 if is_strong else 3 if is_alone else 2)
