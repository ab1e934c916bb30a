"""What the words beside a size of data say of it: allowance, roaming, gift, another service."""

from __future__ import annotations

import re
from typing import Final

from planwatch.sources.cards.amounts.price_words import BEFORE
from planwatch.sources.cards.amounts.words import END, phrases

DATA: Final = phrases(
    r"""
    data\w* | internet\w* | web | gigas? | 4G | 5G | LTE
    daten\w* | surf\w* | highspeed\w* | datos | dati | dane
    """
)
_OTHER: Final = phrases(
    r"""
    (?:any ?net|inter)? ?minut\w* | mins? | calls? | calling | texts? | texting | sms\w* | mms
    talk\w* | voice\w*
    landlines? | messag\w* | wi-?fi | social\w* | music\w* | video\w* | stream\w* | speeds?
    international\w*
    whatsapp | apps? | tethering | hotspots? | rewards? | roaming | weekend\w* | nights?
    usage of | chat\w* | tv
    gaming | sharing | gifting | rollover | device\w* | fupp?
    telefon\w* | anrufe? | gespräche | flat\w* | allnet\w* | appels? | llamadas | chiamate
    bellen | bel\w*
    rozmow\w* | samtal\w* | opkald | ringe\w*
    """
)
_AND: Final = r"(?:\s?[,/+&|]\s?(?:(?:and|&)\s)?|\s(?:and|und|et|y|e|en|och|og|i|&)\s)"
_KIND: Final = r"(?:(?:UK|national|standard|inclusive|monthly|mobile|[45]G)\s){0,5}"
SERVICE: Final = re.compile(rf"\b(?:(?P<data>{DATA})|{_OTHER})\b", re.I)
# "minutes", "UK calls & texts": the label of a figure, not a line that says all by itself
PURE_LABEL: Final = re.compile(
    rf"\W{{0,20}}+{_KIND}(?P<service>(?P<data>{DATA})|{_OTHER})"
    rf"(?:(?>\s?{_AND})(?:UK\s)?(?:{DATA}|{_OTHER})){{0,12}}"
    r"(?:\s(?:allowance|allowances|included))?[\s:*)]{0,20}",
    re.I,
)
SAYS_ALL: Final = re.compile(r"flat\b|speed|\d|wi-?fi", re.I)
HOW_FAST: Final = re.compile(r"\b(?:high|full|max|top|super|ultra)[\s-]?(?:speed|fast)\b", re.I)
OWN_NUMBER: Final = re.compile(r"\b(?:with|plus|inklusive|avec|con)\b|[0-9]", re.I)
LIST_WITH_DATA: Final = re.compile(
    rf"\W{{0,20}}+{_KIND}{_OTHER}(?:(?>\s?{_AND})(?:UK\s)?{_OTHER}){{0,8}}+"
    rf"(?>\s?{_AND})(?:[45]G\s)?(?:data|internet|datos)\b(?![\s-](?:roll|roam|gift|shar|free|boost))",
    re.I,
)
# a size under such a label is one of its own, beside the plan's data
NOT_THE_ALLOWANCE: Final = re.compile(
    r"tether|hotspot|rollover|gift|shar|speed|roaming|social|music|video|stream|weekend|night|fup",
    re.I,
)

ABROAD: Final = phrases(
    r"""
    roam\w* | EU\b | EEA | E\.U\. | Europ\w* | abroad | overseas | fair[\s-]us\w* | worldwide
    destinations
    countries | travel | international | USA
    ausland\w* | itinéran\w* | étranger | UE\b | DOM\b | suisse | extranjero | estero | buitenland
    utland\w*
    za granicą
    """
)
_ON_THE_WAY: Final = phrases(
    r"""
    of | in | for | the | to | can | be | used? | usable | available | free | inclusive | your
    data | internet
    within | when | while | included | allowance | across
    inklusive | im | der | depuis | en | utilisables? | d['’]internet | pour | dans | nel
    nell['’] | na | w | i | till
    """
)
ABROAD_AFTER: Final = re.compile(
    rf"^[\s(–-]{{0,12}}(?:{_ON_THE_WAY}\s?){{0,7}}[\s(]{{0,4}}(?!UK|home)\b{ABROAD}", re.I
)
ABROAD_BEFORE: Final = re.compile(rf"\b{ABROAD}[^0-9.;]{{0,25}}$", re.I)
ABROAD_LABEL: Final = re.compile(rf"\b{ABROAD}", re.I)
AT_HOME_TOO: Final = re.compile(r"\b(?:UK|home|inland|national)\b", re.I)
WAS_BEFORE: Final = BEFORE["was"]
WAS_AFTER: Final = re.compile(r"^[\s)]{0,12}(?:was|before|previously|vorher|avant)\b[\s)]*$", re.I)
NOW_BEFORE: Final = re.compile(
    rf"\b(?:now|jetzt|maintenant|ahora|data|daten|datenvolumen|allowance){END}", re.I
)
NOW_AFTER: Final = re.compile(rf"[\s(]{{0,12}}+(?:of\s)?(?:\w{{1,30}}\s){{0,2}}{DATA}\b", re.I)
_NOT_ALL_BEFORE: Final = phrases(
    r"""
    up to | per | over | under | than | from | between | fair use | fup | after | beyond
    exceed\w* | first | extra
    bonus | additional | free | tethering | hotspot | rollover | every | each | storage | memory
    share | gift
    then | reserve | add | buy | of your | phone | handset | tablet
    bis zu | ab | je | pro | speicher | jusqu['’]à | par | hasta
    """
)
OTHER_BEFORE: Final = re.compile(
    rf"(?:\b{_NOT_ALL_BEFORE}|\+|/)[\s:]{{0,2}}(?:(?:of|an?|the|your)\s)?(?:data\s)?$", re.I
)
_NOT_ALL_AFTER: Final = phrases(
    r"""
    (?:(?:of )?data )?(?:reserve|extra|bonus|boost\w*|add-?on|rollover|free|top[\s-]?up)
    (?:(?:of )?data )?(?:pass\b|more\b)
    storage | ROM\b | RAM\b | memory | ssd | hdd | icloud | cloud | speicher | stockage
    almacenamiento
    (?:of )?(?:tethering|hotspot|personal hotspot) | fair use | of your
    or (?:more|less|under|over) | and (?:over|above|under|below) | \+ | iPhone | phone | black\b
    blue\b | silver\b
    """
)
OTHER_AFTER: Final = re.compile(rf"^[\s)+]{{0,12}}{_NOT_ALL_AFTER}", re.I)
