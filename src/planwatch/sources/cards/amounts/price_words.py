"""What the words beside an amount of money say of it, in the languages of European shops.

`BEFORE` is searched at the end of what stands before the figure, `AFTER` matched at the beginning
of what follows; both by role.
"""

from __future__ import annotations

import re
from typing import Final

from planwatch.sources.cards.amounts.words import (
    DATE,
    END,
    MONTH_NAME,
    PER_MONTH,
    START,
    after,
    before,
    phrases,
)

_PRICE: Final = r"(?: (?:price|cost|pris|preis|monthly|a month|per month|plan|sim))*"
_PAYS: Final = r"(?: (?:it(?:['’]s| is)|pay|you(?:['’]ll)? pay|only|price|is|will be))*,?"
_MONTH_IN_ORDER: Final = (
    r"(?:month [0-9]{1,2}|(?:the |le )?[0-9]{1,2}(?:th|e|ème|\.)? (?:month|monat|mois))"
)
_ON: Final = r"(?:from|on|starting|ab|à partir du|desde el)"
_SOME: Final = r"(?: (?:up to|an? extra|an?|of|around|over|monthly))*"
_FEE: Final = r"(?: (?:costs?|fee|price|charge|payment|today))*"

BEFORE: Final = {
    "was": before(
        rf"""
        (?:was|were|originally|previously|normally|usually|usual|before|instead of){_PRICE}
        (?:rather than|down from|reduced from|rrp|old|original|full|standard|regular){_PRICE}
        (?:statt|anstatt|bisher|vorher|sonst|uvp){_PRICE}
        au lieu d['’e] | (?:avant|ancien){_PRICE}
        antes | en (?:vez|lugar) de | invece (?:di|che) | anziché
        in plaats van | normaal | zamiast | wcześniej
        istället för | (?:ord\.?|ordinarie|tidigare){_PRICE} | i stedet for | førpris
        """
    ),
    "then": before(
        rf"""
        (?:then|thereafter|afterwards?|after(?: that)?|later){_PAYS}
        (?:danach|dann|anschließend){_PAYS} | (?:puis|ensuite|après){_PAYS}
        luego | después | poi | dopo | daarna | potem | następnie | därefter | sedan | derefter
        deretter
        after (?:the )?(?:first )?(?:[0-9]{{1,2}} months?|promo\w*){_PAYS}
        after (?:the )?(?:offer|discount)(?: (?:period|ends?))?{_PAYS}
        (?:from|ab|dès|ab dem) {_MONTH_IN_ORDER}{_PAYS}
        """
    ),
    "rise": before(
        rf"""
        (?:increas\w+|ris(?:es?|ing)|go(?:es|ing)? up|chang(?:es?|ing)|up) (?:monthly )?to
        (?:{_ON} )(?:{DATE})(?: bill)?[\s,:–-]*(?:it(?:['’]s| will be)?)?
        (?:{_ON} )(?:{DATE})[\s,:–-]*(?:price|you(?:['’]ll)? pay|the price (?:is|will be))
        """
    ),
    "other": before(
        rf"""
        (?:sav(?:es?|ings?)|discount|cashback|voucher|gift ?card|bonus|worth){_SOME}
        sparen? | spare | ersparnis | rabatt | remise | économi(?:sez|e) | ahorra\w* | sconto
        risparmi\w*
        korting | bespaar | oszczędz\w* | spara
        total(?: cost| price)? | in total | altogether | gesamt\w*(?: preis| kosten)? | insgesamt
        delivery | postage
        (?:effective(?:ly)?|equivalent(?: to)?|equates to)(?: monthly)?(?: (?:price|cost))?
        (?:average|avg)(?: monthly)?(?: (?:price|cost))?
        works out(?: at)? | that(?:['’]s| is) | effekti[vf]\w* | umgerechnet | rechnerisch\w*
        durchschnitt\w*
        """
    ),
    # these say so only where they touch the figure: "Max" and "Plus" are names of plans
    "weak": before(
        rf"""
        (?:minus|less|extra|by|max(?:imum|\.)?|limit|cap|rewards?|credit|value){_SOME}
        up to | over | under | less than | more than | bis zu | jusqu['’]à | hasta | fino a
        win | get an? | add | plus | \+ | [-−](?=$) | top[- ]up | balance
        """
    ),
    "upfront": before(
        rf"""
        (?:up[\s-]?front|one[\s-]?off|initial|set[\s-]?up){_FEE}
        (?:activation|connection|joining|admin){_FEE}
        deposit | sim ?card(?: (?:cost|price|fee))? | sim (?:cost|price|fee|charge)
        (?:handset|device|phone)(?: (?:cost|price))?
        due today | pay today | today['’]s cost
        (?:anschluss|einmalig|bereitstellung|aktivierung|versand)\w*(?: (?:preis|kosten))?
        startgebühr
        frais(?: [\wé']+){{0,4}} | mise en service | carte sim | pago inicial | alta | attivazione
        aansluitkosten | eenmalig\w* | startavgift | aktywacj\w*
        """
    ),
    "from": before(
        r"""
        from | starting (?:at|from) | starts (?:at|from) | as low as | prices from
        ab | à partir de | dès | desde | a partire? d[aei] | vanaf | fr[åa]n? | od
        """
    ),
    "conditional": before(
        r"""
        (?:\w*card|members?(?:hip)?|loyalty|student)(?:['’]s?)? (?:price|offer|deal|holders?)
        (?:broadband|existing) customers?(?:['’]s?)? (?:price|offer|deal)
        with (?:a |your )?\w*card
        """
    ),
    "now": before(
        r"""
        now | today | pay | you pay | price | per month | monthly(?: (?:price|cost|fee|charge))?
        (?:price|cost) (?:a|per) month
        jetzt | monat\w* | maintenant | ahora | ora | nu | teraz
        """
    ),
}

_YEARLY: Final = rf"(?:each|every|in|next) (?:year|{MONTH_NAME})\b | annually\b | a year later\b"
_GIFTS: Final = (
    r"(?:off\b|sav(?:ed|ings?)\b(?!\s[0-9])|discount|cash ?back|vouchers?\b|gift|rewards?\b|bonus"
    r"|(?:bill )?credit\b|e-?gift|back\b|rabatt|guthaben|remise|descuento|sconto|korting|taniej)"
)
_RATES: Final = (
    r"(?:GB|MB|KB|Go\b|min\b|mins\b|minutes?|texts?\b|sms|calls?\b|days?\b|weeks?\b|mms|tag\b|jour\b|día"
    r"|anruf|person|years?\b|yr\b|annum|jahr\b|an\b|año)"
)
AFTER: Final = {
    "other": after(
        rf"""
        (?:[\w-]+ ){{0,3}}?{_GIFTS}
        less\b | more\b | extra\b | cheaper\b | increase | rise\b | uplift | wert\b | worth\b
        (?:in )?total\b | over [0-9]+ months | over the\s | (?:spend(?:ing)? )?(?:cap|limit)\b
        minimum top | top[\s-]?up\b | {_YEARLY}
        (?:/|per|an?|each|pro|par|por|je|every|ct/) ?(?:[0-9]+ ?)?{_RATES}
        for [0-9]+ ?(?:MB|KB|minutes|mins|texts)\b | p\.? ?a\. | pa\b | /yr\b | yearly\b
        annually\b | jährlich
        """
    ),
    "upfront": after(
        r"""
        up[\s-]?front | one[\s-]?off | deposit | activation | set[\s-]?up | connection | to join
        delivery | initial
        handset | device | joining | admin | (?:due |to pay )?today\b
        for (?:the |your |a )?(?:new )?sim\b | (?:sim|starter) ?(?:card|fee|pack) | sim-karte
        einmalig | anschluss | versand | de frais | eenmalig | startavgift
        """
    ),
    "rise": after(
        rf"""
        (?:(?:from|on|starting|as of|with effect from|effective) )?(?:your )?(?:{DATE})
        (?:ab|à partir du|desde el|dal|vanaf|od|från|fra) (?:{DATE}) | from {MONTH_NAME}\b
        """
    ),
    "then": after(
        r"""
        thereafter | afterwards | after\b(?!\spay)
        from (?:the )?(?:month [0-9]|[0-9]{1,2}(?:st|nd|rd|th) month)
        once (?:the|your) | danach | anschließend | ab (?:dem )?[0-9]{1,2}\. monat | après | despu
        """
    ),
    "was": after(
        r"""
        (?:was|before|rrp|previously|normally|usually|originally|vorher|avant|antes)\b[\s)]*(?:price[\s)]*)?$
        """
    ),
    "conditional": after(
        r"""
        with (?:a |your )?\w*card\b | for (?:existing|members|students|broadband)
        pour les abonnés | für (?:bestandskunden|kunden|studenten) | si eres cliente
        """
    ),
}
MONTHLY_BEFORE: Final = re.compile(
    rf"(?:\b(?:monthly|per\smonth|a\smonth|monat\w{{0,20}}|mensuel\w{{0,20}})|/mo(?:nth)?|mtl\.?)[^.;]{{0,14}}{END}",
    re.I,
)
MONTHLY_AFTER: Final = re.compile(rf"{START}{PER_MONTH}", re.I)
NOT_IN_CONDITION: Final = re.compile(r"\b(?:price|offer|deal|with|a|your|for|only)\b|[:*()]", re.I)
_FOR: Final = phrases(r"for | during | les | pendant | für | die ersten | in den ersten | durante")
_FIRST: Final = phrases(r"first | 1st | initial | ersten | primeros | primi | premiers")
_MONTHS: Final = phrases(
    r"months? | mths? | monate\w* | mois | meses | mesi | maanden | mies\w* | månader"
)
FOR_MONTHS: Final = re.compile(
    rf"^[\s)*,:]{{0,12}}{_FOR}?\s?(?:(?:the|your|los|i|les)\s)?(?:{_FIRST}\s)?([0-9]{{1,2}})\s?{_MONTHS}\b",
    re.I,
)
_FEES: Final = phrases(
    r"""
    (?:up[\s-]?front|one[\s-]?off|set[\s-]?up)(?: (?:cost|fee|payment|charge|price))?
    (?:activation|connection|sim(?: card)?)(?: (?:cost|fee|payment|charge|price))?
    (?:einmalig|anschluss\w*|bereitstellung\w*)(?: preis)? | deposit | (?:due |to pay )?today
    """
)
_SUMS: Final = phrases(
    r"""
    sav(?:ed|ings?) | off | cash ?back | total(?: cost)? | discount
    (?:per|a) (?:GB|day|minute|text|year)
    """
)
# a line of its own below a figure that says what it is
LABEL_AFTER: Final = re.compile(
    rf"[\s(]{{0,12}}+(?:(?P<upfront>{_FEES})|(?P<other>{_SUMS}))[\s)*]{{0,12}}", re.I
)
RATE_LABEL: Final = re.compile(r"\bper\s(?:GB|MB|min\w*|text|day|year)\b", re.I)
