"""The market's description: every offer of every source, and what moved between the dates.

Illustrative prices; no real offer. One line an offer, so that the table can be read. Rises are
those of contracts signed in November 2026, as docs/reference/sources.md dates them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from tests.support.market.offer import GB, UNLIMITED, Offer, Rise

FIRST = date(2026, 11, 2)
SECOND = date(2026, 11, 9)
THIRD = date(2026, 11, 16)
DATES = (FIRST, SECOND, THIRD)

_O2_RISE = Rise(250, month=4, day=1, printed=1)
_VODAFONE_RISE = Rise(250, month=4, day=1)
_EE_RISE = Rise(250, month=3, day=31)
_ID_RISE = Rise(150, month=4, day=1)


def _words(data_mb: int | None) -> str:
    return "Unlimited" if data_mb is None else f"{data_mb // GB}GB"


def _slug(data_mb: int | None) -> str:
    return _words(data_mb).lower()


def _three_rise(data_mb: int | None) -> Rise:
    if data_mb is None or data_mb >= 100 * GB:
        return Rise(230, month=4, day=1)
    return Rise(190 if data_mb >= 5 * GB else 180, month=4, day=1)


def _o2(variant: str, data_mb: int | None, term_months: int, price_pence: int) -> Offer:
    is_plus = variant == "Plus"
    return Offer(
        ref=f"{variant.lower()}-{_slug(data_mb)}-{term_months}m",
        brand="O2",
        data_mb=data_mb,
        term_months=term_months,
        price_pence=price_pence,
        variant=variant,
        rise=_O2_RISE if term_months > 1 else None,
        eu_roaming_mb=25 * GB if is_plus else None,
    )


O2 = (
    _o2("Classic", 10 * GB, 24, 1100),
    _o2("Classic", 50 * GB, 24, 1500),
    _o2("Classic", 100 * GB, 24, 1800),
    _o2("Classic", UNLIMITED, 24, 2600),
    _o2("Plus", 150 * GB, 24, 2400),
    _o2("Plus", UNLIMITED, 24, 3200),
    _o2("Classic", 50 * GB, 12, 1700),
    _o2("Classic", 100 * GB, 12, 2100),
    _o2("Classic", UNLIMITED, 12, 2900),
    _o2("Plus", UNLIMITED, 12, 3500),
    _o2("Classic", 50 * GB, 1, 2000),
    _o2("Classic", 100 * GB, 1, 2400),
    _o2("Classic", UNLIMITED, 1, 3300),
)


def _vodafone(
    data_mb: int | None,
    term_months: int,
    price_pence: int,
    variant: str = "",
    eu_roaming_mb: int | None = None,
    max_speed_mbps: int | None = None,
) -> Offer:
    return Offer(
        ref="-".join(filter(None, (_slug(data_mb), variant.lower(), f"{term_months}m"))),
        brand="Vodafone",
        name=" ".join(filter(None, (_words(data_mb), variant))),
        data_mb=data_mb,
        term_months=term_months,
        price_pence=price_pence,
        variant=variant,
        rise=_VODAFONE_RISE if term_months > 1 else None,
        eu_roaming_mb=eu_roaming_mb,
        max_speed_mbps=max_speed_mbps,
    )


VODAFONE = (
    _vodafone(20 * GB, 24, 1200),
    _vodafone(100 * GB, 24, 1600),
    _vodafone(250 * GB, 24, 2050),
    _vodafone(UNLIMITED, 24, 2200, "Lite", max_speed_mbps=10),
    _vodafone(UNLIMITED, 24, 2600),
    _vodafone(UNLIMITED, 24, 3100, "Max", eu_roaming_mb=25 * GB),
    _vodafone(20 * GB, 12, 1400),
    _vodafone(100 * GB, 12, 1900),
    _vodafone(UNLIMITED, 12, 2900),
    _vodafone(20 * GB, 1, 1700),
    _vodafone(100 * GB, 1, 2200),
    _vodafone(UNLIMITED, 1, 3300),
)


def _three(
    data_mb: int | None,
    variant: str,
    term_months: int,
    price_pence: int,
    list_price_pence: int | None = None,
    promo_months: int | None = None,
) -> Offer:
    return Offer(
        ref=f"{_words(data_mb)} {variant} SIMO {term_months}M",
        brand="Three",
        name=f"{_words(data_mb)} {variant} SIMO {term_months}M",
        data_mb=data_mb,
        term_months=term_months,
        price_pence=price_pence,
        variant=variant,
        list_price_pence=list_price_pence,
        promo_months=promo_months,
        rise=_three_rise(data_mb) if term_months > 1 else None,
        eu_roaming_mb=None if variant == "Lite" else 12 * GB,
        perks=("Paramount+",) if variant == "Complete" else (),
    )


# The first three are the cards at the head of the page.
THREE = (
    _three(UNLIMITED, "Lite", 24, 2000, 2800, 24),
    _three(25 * GB, "Lite", 24, 700, 1400, 6),
    _three(120 * GB, "Lite", 24, 800, 1600, 6),
    _three(UNLIMITED, "Value", 24, 2450, 3200, 24),
    _three(UNLIMITED, "Complete", 24, 3400),
    _three(40 * GB, "Lite", 24, 1500),
    _three(4 * GB, "Lite", 24, 900),
    _three(UNLIMITED, "Lite", 12, 2500),
    _three(120 * GB, "Lite", 12, 2100),
    _three(25 * GB, "Lite", 1, 1800),
    _three(UNLIMITED, "Lite", 1, 3500),
)


def _ee(
    ref: str,
    variant: str,
    data_mb: int | None,
    term_months: int,
    price_pence: int,
    eu_roaming_mb: int | None = None,
    max_speed_mbps: int | None = None,
    perks: tuple[str, ...] = (),
) -> Offer:
    return Offer(
        ref=ref,
        brand="EE",
        name=f"{_words(data_mb)} {variant}",
        data_mb=data_mb,
        term_months=term_months,
        price_pence=price_pence,
        variant=variant,
        rise=_EE_RISE if term_months > 1 else None,
        eu_roaming_mb=eu_roaming_mb,
        max_speed_mbps=max_speed_mbps,
        perks=perks,
    )


def _ee_payg(
    ref: str, name: str, data_mb: int, price_pence: int, list_price_pence: int | None = None
) -> Offer:
    return Offer(
        ref=ref,
        brand="EE",
        name=name,
        data_mb=data_mb,
        term_months=0,
        price_pence=price_pence,
        variant="Pay as you go",
        list_price_pence=list_price_pence,
        perks=("Spend cap",),
    )


EE = (
    _ee("M24NOF005", "No Frills", 5 * GB, 24, 1000),
    _ee("M24ESS025", "Essentials", 25 * GB, 24, 1700, max_speed_mbps=100),
    _ee("M24ESS125", "Essentials", 125 * GB, 24, 2100, max_speed_mbps=100),
    _ee("M24ESSUNL", "Essentials", UNLIMITED, 24, 2600, max_speed_mbps=100),
    replace(
        _ee("M24ALRUNL", "All Rounder", UNLIMITED, 24, 3300, 25 * GB, perks=("Inclusive Extra",)),
        incentive="£40 gift card by post",
    ),
    _ee("M24FULUNL", "Full Works", UNLIMITED, 24, 4000, 25 * GB, perks=("TNT Sports",)),
    _ee("M01ESS025", "Essentials", 25 * GB, 1, 2200, max_speed_mbps=100),
    _ee("M01ESSUNL", "Essentials", UNLIMITED, 1, 3400, max_speed_mbps=100),
    _ee_payg("Y10PAYG08", "Pay as you go plan £10", 8 * GB, 1000),
    _ee_payg("Y15PAYG25", "Pay as you go plan £15", 25 * GB, 1500, 1700),
)


def _giffgaff(ref: str, data_mb: int | None, term_months: int, price_pence: int) -> Offer:
    size = "Unlimited data" if data_mb is None else f"{data_mb // GB} GB"
    kind = {18: "18 Month Contract", 1: "Monthly Rolling", 0: "PAYG"}[term_months]
    return Offer(
        ref=ref,
        brand="giffgaff",
        name=f"giffgaff SIM - {size} for £{price_pence // 100} - {kind}",
        data_mb=data_mb,
        term_months=term_months,
        price_pence=price_pence,
    )


GIFFGAFF = (
    _giffgaff("gg-c18-0601", 6 * GB, 18, 800),
    _giffgaff("gg-c18-2501", 25 * GB, 18, 1000),
    _giffgaff("gg-c18-5001", 50 * GB, 18, 1200),
    _giffgaff("gg-c18-1001", 100 * GB, 18, 1500),
    _giffgaff("gg-c18-1401", 140 * GB, 18, 1500),
    _giffgaff("gg-c18-9901", UNLIMITED, 18, 2500),
    _giffgaff("gg-m01-0201", 2 * GB, 1, 600),
    _giffgaff("gg-m01-2001", 20 * GB, 1, 1000),
    _giffgaff("gg-m01-5001", 50 * GB, 1, 1500),
    _giffgaff("gg-m01-9901", UNLIMITED, 1, 3500),
    _giffgaff("gg-p00-1501", 15 * GB, 0, 1000),
    _giffgaff("gg-p00-3001", 30 * GB, 0, 1500),
)


def _sky(data_mb: int | None, price_pence: int) -> Offer:
    size = f"{data_mb} MB" if data_mb and data_mb < GB else _words(data_mb)
    return Offer(
        ref=size,
        brand="Sky Mobile",
        name=f"{size} data plan",
        data_mb=data_mb,
        term_months=12,
        price_pence=price_pence,
    )


SKY = (
    _sky(100, 500),
    _sky(5 * GB, 600),
    _sky(10 * GB, 700),
    _sky(25 * GB, 900),
    _sky(40 * GB, 1000),
    _sky(60 * GB, 1300),
    _sky(UNLIMITED, 2300),
)


def _tesco(
    data_mb: int | None,
    term_months: int,
    price_pence: int,
    clubcard_pence: int | None = None,
    has_eu_roaming: bool = True,
) -> Offer:
    return Offer(
        ref=f"{_slug(data_mb)}-{term_months}m",
        brand="Tesco Mobile",
        name=f"{_words(data_mb)} SIM Only",
        data_mb=data_mb,
        term_months=term_months,
        price_pence=price_pence,
        clubcard_pence=clubcard_pence,
        eu_roaming_mb=12 * GB if has_eu_roaming else 0,
    )


TESCO = (
    _tesco(3 * GB, 12, 900, 750, has_eu_roaming=False),
    _tesco(12 * GB, 12, 1200, 1000),
    _tesco(30 * GB, 12, 1300, 1100),
    _tesco(60 * GB, 12, 1500, 1200),
    _tesco(100 * GB, 24, 1800, 1450),
    _tesco(150 * GB, 24, 2000, 1700),
    _tesco(UNLIMITED, 24, 2800, 2400),
    _tesco(12 * GB, 1, 1500, has_eu_roaming=False),
)


def _smarty(
    ref: str,
    variant: str,
    data_mb: int | None,
    price_pence: int,
    base_data_mb: int | None = None,
) -> Offer:
    return Offer(
        ref=ref,
        brand="SMARTY",
        name=_words(base_data_mb or data_mb),
        data_mb=data_mb,
        term_months=1,
        price_pence=price_pence,
        variant=variant,
        base_data_mb=base_data_mb,
    )


SMARTY = (
    _smarty("SM_5GB", "classic", 5 * GB, 600),
    _smarty("SM_8GB_NDD", "classic", 24 * GB, 700, base_data_mb=8 * GB),
    _smarty("SM_40GB", "classic", 40 * GB, 1000),
    _smarty("SM_100GB", "classic", 100 * GB, 1300),
    _smarty("SM_150GB", "classic", 150 * GB, 1600),
    _smarty("SM_UNLIMITED", "classic", UNLIMITED, 2000),
    _smarty("SM_SMALL", "data-discount", 2 * GB, 700),
    _smarty("SM_LARGE", "data-discount", 8 * GB, 1050),
    _smarty("SM_2GB_DATAONLY", "data-only", 2 * GB, 500),
    _smarty("SM_40GB_DATAONLY", "data-only", 40 * GB, 1200),
)


def _deal(
    ref: str,
    brand: str,
    retailer: str,
    host_network: str,
    data_mb: int | None,
    term_months: int,
    price_pence: int,
    list_price_pence: int | None = None,
    promo_months: int | None = None,
    upfront_pence: int = 0,
    rise: Rise | None = None,
    eu_roaming_mb: int | None = None,
    incentive: str | None = None,
) -> Offer:
    return Offer(
        ref=ref,
        brand=brand,
        retailer=retailer,
        host_network=host_network,
        data_mb=data_mb,
        term_months=term_months,
        price_pence=price_pence,
        list_price_pence=list_price_pence,
        promo_months=promo_months,
        upfront_pence=upfront_pence,
        rise=rise,
        eu_roaming_mb=eu_roaming_mb,
        incentive=incentive,
    )


def _id(ref: str, data_mb: int | None, term_months: int, price_pence: int) -> Offer:
    rise = _ID_RISE if term_months > 1 else None
    return _deal(
        ref, "iD Mobile", "iD Mobile", "Three", data_mb, term_months, price_pence,
        rise=rise, eu_roaming_mb=30 * GB,
    )  # fmt: skip


USWITCH = (
    _id("70011", 5 * GB, 1, 600),
    _id("70012", 30 * GB, 12, 800),
    _id("70013", 100 * GB, 24, 1100),
    replace(_id("70014", 100 * GB, 24, 1100), retailer="Currys", incentive="£20 gift card by post"),
    _id("70015", UNLIMITED, 24, 1700),
    _deal("70021", "Lebara", "Lebara", "Vodafone", 5 * GB, 0, 500),
    _deal("70022", "Lebara", "Lebara", "Vodafone", 30 * GB, 12, 450, 900, 6),
    _deal("70023", "Lebara", "Lebara", "Vodafone", UNLIMITED, 1, 2200),
    _deal("70031", "VOXI", "VOXI", "Vodafone", 60 * GB, 1, 1200, eu_roaming_mb=20 * GB),
    _deal("70032", "VOXI", "VOXI", "Vodafone", UNLIMITED, 1, 2500, eu_roaming_mb=20 * GB),
    _deal("70041", "spusu", "spusu", "EE", 10 * GB, 1, 490),
    _deal("70042", "spusu", "spusu", "EE", 50 * GB, 1, 890),
    _deal("70043", "spusu", "spusu", "EE", 150 * GB, 12, 1290),
    _deal("70051", "Talkmobile", "Talkmobile", "Vodafone", 15 * GB, 1, 795),
    _deal("70052", "Talkmobile", "Talkmobile", "Vodafone", 60 * GB, 12, 995),
    _deal("70053", "Talkmobile", "Fonehouse", "Vodafone", 120 * GB, 12, 1295, upfront_pence=500),
    _deal("70061", "Vodafone", "Vodafone", "Vodafone", 20 * GB, 24, 1200, rise=_VODAFONE_RISE),
    _deal("70062", "Vodafone", "Mobiles.co.uk", "Vodafone", 20 * GB, 24, 1000, rise=_VODAFONE_RISE),
    _deal("70063", "Vodafone", "Fonehouse", "Vodafone", 20 * GB, 24, 1100, rise=_VODAFONE_RISE),
    _deal("70071", "Three", "Three", "Three", 40 * GB, 24, 1500, rise=_three_rise(40 * GB)),
    _deal("70072", "O2", "O2", "O2", 50 * GB, 24, 1500, rise=Rise(250, month=4, day=1)),
    _deal("70073", "EE", "EE", "EE", 125 * GB, 24, 2100, rise=_EE_RISE),
    _deal("70074", "SMARTY", "SMARTY", "Three", 100 * GB, 1, 1300),
    _deal("70075", "giffgaff", "giffgaff", "O2", 50 * GB, 18, 1200),
    _deal("70076", "Sky Mobile", "Sky Mobile", "O2", 40 * GB, 12, 1000),
)

BASE: Mapping[str, tuple[Offer, ...]] = {
    "o2": O2,
    "vodafone": VODAFONE,
    "three": THREE,
    "ee": EE,
    "giffgaff": GIFFGAFF,
    "sky": SKY,
    "tesco": TESCO,
    "smarty": SMARTY,
    "uswitch": USWITCH,
}


@dataclass(frozen=True, slots=True)
class Move:
    """From `on` the offer `ref` of `source` is `after`; None when it is no longer sold."""

    on: date
    source: str
    ref: str
    words: str
    after: Offer | None


def _base(source: str, ref: str) -> Offer:
    return next(offer for offer in BASE[source] if offer.ref == ref)


MOVES = (
    Move(
        SECOND,
        "vodafone",
        "100gb-24m",
        "Vodafone cuts 100 GB, 24 months, from £16 to £14",
        replace(_base("vodafone", "100gb-24m"), price_pence=1400),
    ),
    Move(
        SECOND,
        "three",
        "25GB Lite SIMO 24M",
        "Three ends the half price of 25 GB Lite, 24 months: £14 instead of £7",
        replace(
            _base("three", "25GB Lite SIMO 24M"),
            price_pence=1400,
            list_price_pence=None,
            promo_months=None,
        ),
    ),
    Move(
        SECOND,
        "giffgaff",
        "gg-c18-2001",
        "giffgaff launches 200 GB, 18 months, at £18",
        _giffgaff("gg-c18-2001", 200 * GB, 18, 1800),
    ),
    Move(
        SECOND,
        "sky",
        "25GB",
        "Sky Mobile withdraws 25 GB; it stays away, which confirms it on the third date",
        None,
    ),
    Move(
        SECOND,
        "smarty",
        "SM_40GB",
        "SMARTY doubles the data of its 40 GB plan at the same £10",
        _smarty("SM_40GB", "classic", 80 * GB, 1000, base_data_mb=40 * GB),
    ),
    Move(
        SECOND,
        "uswitch",
        "70013",
        "iD Mobile cuts 100 GB, 24 months, from £11 to £10 at Uswitch",
        replace(_base("uswitch", "70013"), price_pence=1000),
    ),
    Move(
        THIRD,
        "o2",
        "classic-100gb-24m",
        "O2 raises Classic 100 GB, 24 months, from £18 to £20",
        replace(_base("o2", "classic-100gb-24m"), price_pence=2000),
    ),
)


def offers_on(source: str, day: date) -> tuple[Offer, ...]:
    """Return what the source offers on `day`: the base market with all moves up to then."""
    offers = {offer.ref: offer for offer in BASE[source]}
    for move in MOVES:
        if move.source != source or move.on > day:
            continue
        if move.after is None:
            del offers[move.ref]
        else:
            offers[move.ref] = move.after
    return tuple(offers.values())
