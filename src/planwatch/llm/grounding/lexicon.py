"""The words that the gate looks for. Data only; what they mean for a sentence is in `gate`.

In doubt a word is in: a refused sentence costs a repair, a passed one a false figure in a report.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# also as parts of hyphenated words, and with I, l, 1 taken for one letter
NUMBER_WORDS: Final = _words(
    "zero nil nought one two three four five six seven eight nine ten eleven twelve thirteen"
    " fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy"
    " eighty ninety hundred hundreds thousand thousands million millions billion billions dozen"
    " dozens score half halves halved halving third thirds quarter quarters fifth fifths tenth"
    " tenths once twice thrice double doubles doubled doubling triple triples tripled treble"
    " quadruple single pair pairs couple both first second fourth sixth seventh eighth ninth"
    " eleventh twelfth tenfold twofold threefold fourfold fivefold fiver tenner grand"
)
# sums, means and other bases: no figure that code has computed
ARITHMETIC_WORDS: Final = _words(
    "minus plus times multiplied divided average averages averaging mean median total totals"
    " totalling sum sums combined percent percentage percentages pence penny pennies quid pounds"
    " euro euros dollar dollars gigabyte gigabytes gb mb gig gigs"
)
OTHER_PERIODS: Final = _words(
    "year years yearly annual annually annum week weeks weekly day days daily quarterly decade"
    " lifetime upfront"
)
QUANTITY_WORDS: Final = _words(
    "all every everywhere everyone none nobody always never only majority minority entire nothing"
    " anywhere anyone across no nowhere unlike whole several many few multiple numerous various"
)
# before a token these make another figure of it
APPROXIMATIONS: Final = _words(
    "over under about around nearly almost roughly approximately circa some least beyond exceeding"
)
# what follows these is a price
PRICE_VERBS: Final = _words("charges charge costs cost asks ask priced")
NEGATIONS: Final = _words(
    "not no never neither nor cannot without hardly barely n't isn't aren't doesn't don't won't"
    " wasn't can't far"
)
CHEAPER_WORDS: Final = _words(
    "cheaper less lower below under undercut undercuts undercutting beneath saves saving savings"
    " discount discounted save saved beat beats beating ahead advantage lead leads"
    " affordable inexpensive cheap bargain"
    " dominates dominating dominate outdo outdoes"
)
DEARER_WORDS: Final = _words(
    "dearer more higher above costlier pricier exceed exceeds exceeded exceeding premium"
    " overpriced expensive"
    " disadvantage trails trailing behind dear pricey outprices outpriced loses lose losing"
    " dominated"
)
LEVEL_WORDS: Final = _words("level equal identical parity same match matches matched tied tie ties")
# what is to be done about a gap: a plan that is dearer is cut, one that is cheaper may rise
CUT_WORDS: Final = _words(
    "cut cutting reduce reducing reduction trim trimming drop dropping decrease decreasing slash"
    " lowering"
)
RAISE_WORDS: Final = _words("raise raising rise rising increase increasing hike hiking")
# before such a word these make it advice; without them it tells of an event
BEFORE_ADVICE: Final = _words("should could may might must can would to a by")
# the price of a plan at another seller than its brand
ELSEWHERE: Final = _words("elsewhere seller sellers retailer retailers reseller resellers")
COMPARATIVES: Final = _words("cheaper less lower dearer more higher costlier pricier")
# between a word of direction and the count that carries it: "dearer on {{F1}}"
COUNTED_ON: Final = _words("on in for")
NO_COUNT_AFTER: Final = _words("with by at to of than")
# what should be, which no move that has happened carries
MODALS: Final = _words("should could may might must can would to")
# what has happened or happens, which no gap carries; an uplift carries those of a rise
RISEN_WORDS: Final = _words(
    "raises rises rose risen raised increases increased climb climbs climbed climbing hikes hiked"
    " grow grows grew upwards"
)
FALLEN_WORDS: Final = _words(
    "cuts reduces reduced trims trimmed drops dropped decreases decreased fall falls falling fell"
    " fallen slashes slashed lowers lowered"
)
LEAST_WORDS: Final = _words("cheapest lowest least wins win won winner winning leader")
WIDEST_WORDS: Final = _words("widest largest biggest greatest furthest steepest")
NOUNS_OF_EXTREME: Final = {
    "gap": _words("gap gaps difference distance"),
    "uplift": _words("uplift rise increase climb"),
}
# praise and rank that no fact ever carries
NEVER_CARRIED: Final = _words(
    "best worst better worse top most fewest fewer unbeatable unrivalled unmatched ultimate leading"
    " record stronger strongest weaker weakest wider narrower larger smaller bigger greater lesser"
    " faster fastest slower slowest longer longest shorter shortest highest smallest dearest"
    " priciest costliest easier easiest richer superior inferior"
    " number rank ranks ranked ranking closest nearest narrowest latest newest oldest poorest"
    " finest hottest"
    # who may buy: no fact says it
    " up down student students pensioner pensioners business existing loyal loyalty"
)
ENDS_IN_EST: Final = _words(
    "rest test interest interests request suggest invest modest honest west protest harvest digest"
    " contest guest quest arrest forest"
)
# after a capital Three these show the brand; any other word makes it a number
AFTER_THREE: Final = _words(
    "is has was sells charges costs asks keeps stays stands can could should does would must may"
    " and or at by on than for in with from to against while but where undercuts beats uk"
)
CAPITALS: Final = _words("SIM SIMs EU UK I")
# a sentence may begin with one of these and a verb, without naming anybody
OPENERS: Final = _words(
    "it this that these those they there here what which who price prices pricing cost costs data"
    " roaming speed flexibility value term terms uplift domination basket gap each its the a an"
    " someone customers buyers plans rivals competitors"
)
VERBS_OF_BRANDS: Final = _words(
    "is has was sells charges costs asks undercuts beats wins leads offers keeps stays prices"
    " dominates"
)
# beside these a gap keeps its sign, and no direction of a clause before is taken over
NEUTRAL_NOUNS: Final = _words(
    "gap gaps difference differences distance uplift exposure index score"
)
# what a count of empty things may be said to be; of a price it would be another figure
OF_COUNTS: Final = _words("free empty")
# names that hold digits, as `disguise` lets them pass
_NAMES_WITH_DIGITS: Final = _words("3g 4g 5g 24 7")
# what no rule judges, since it says nothing of a figure; any other word is refused
_PLAIN_WORDS: Final = _words(
    "a an the this that these those it its they their them we our there here what which who whose"
    " where when how if so then too also and or but yet while whereas although though because"
    " at in on of off for to with within between against than by beside next into after before"
    " since is are was were be been has have had do does did will should could would may might must"
    " can plan plans price prices pricing priced cost costs charge charges charged ask asks asked"
    " pay pays month months monthly term terms contract contracts data allowance sim sims mobile"
    " unlimited rolling roaming roam basket baskets bill bills tier tiers cell cells size sizes"
    " usage user users customer customers buyer buyers brand brands rival rivals competitor"
    " competitors market markets offer offers offered promotion promotions promoted promotes"
    " promote intensity move moves moved change changes stay stays stayed stand stands keep keeps"
    " kept sell sells sold buy gap gaps difference differences distance uplift exposure index score"
    " domination dominator dominators effective headline list own other another elsewhere seller"
    " comparable compare compared compares comparison competitive competitiveness efficient"
    " figure figures fact facts view position analyst action look looks watch review check consider"
    " note quote quoted see shows show shown put puts give gives given reach reaches come comes"
    " go goes lie lies need needs leave leaves left serve serves served answer answers"
    " help plain usual unchanged current currently now today still indeed thus therefore"
    " hold holds work eu uk points misleads mislead misleading new withdrawn flexibility speed"
    " value target room way ways case remains remain end ends such take takes"
)
# whose meaning is judged, so that none may hide in two halves
GUARDED_WORDS: Final = frozenset().union(
    QUANTITY_WORDS,
    CHEAPER_WORDS,
    DEARER_WORDS,
    CUT_WORDS,
    RAISE_WORDS,
    RISEN_WORDS,
    FALLEN_WORDS,
    LEAST_WORDS,
    WIDEST_WORDS,
    NEVER_CARRIED,
    ARITHMETIC_WORDS,
)
DIRECTIONS: Final = frozenset().union(
    *(CHEAPER_WORDS, DEARER_WORDS, LEVEL_WORDS),
    *(CUT_WORDS, RAISE_WORDS, RISEN_WORDS, FALLEN_WORDS),
)
KNOWN_WORDS: Final = frozenset().union(
    *(GUARDED_WORDS, _PLAIN_WORDS, _NAMES_WITH_DIGITS, OF_COUNTS, LEVEL_WORDS, ELSEWHERE),
    *(OTHER_PERIODS, NEGATIONS),
)
"""All that a sentence may be made of, besides brands and tokens; most of it is judged further."""
