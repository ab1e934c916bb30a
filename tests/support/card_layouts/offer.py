"""Random offers, and the words in which shops of several countries print them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

UNLIMITED = None
_GB = (1, 2, 3, 4, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 120, 150, 200, 250)
_TERMS = (1, 12, 18, 24)
_NAMES = (
    "Lite",
    "Value",
    "Complete",
    "Basic",
    "Plus",
    "Max",
    "Small",
    "Medium",
    "Large",
    "Essential",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One true plan and what its card prints beside the price; None where it prints nothing."""

    data_mb: int | None
    price_pence: int
    term_months: int
    name: str = ""
    was_pence: int | None = None
    then_pence: int | None = None
    promo_months: int = 0
    rise_pence: int | None = None
    was_data_mb: int | None = None
    gift_mb: int | None = None
    roaming_gb: int | None = None
    upfront_pence: int | None = None
    speed_mbps: int | None = None
    has_saving: bool = False
    has_rate: bool = False

    @property
    def key(self) -> tuple[int | None, int, int]:
        return (self.data_mb, self.price_pence, self.term_months)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """How a country's shops write: money, sizes, and the words of a card."""

    currency: str = "GBP"
    lang: str = "en-GB"
    before: str = "£"
    after: str = ""
    point: str = "."
    gb: str = "GB"
    per_month: tuple[str, ...] = (
        "a month",
        "per month",
        "/month",
        "/mo",
        "/mth",
        "pm",
        "p/m",
        "monthly",
    )
    unlimited: tuple[str, ...] = ("Unlimited", "UNLIMITED", "Unltd")
    data: str = "data"
    was: tuple[str, ...] = (
        "Was {}",
        "was {}",
        "Normally {}",
        "Usually {}",
        "instead of {}",
        "RRP {}",
    )
    then: tuple[str, ...] = ("then {}", "Then {} after", "{} thereafter", "then {} a month")
    save: tuple[str, ...] = ("Save {}", "{} saving", "Save over {}", "{} off", "Get {} cashback")
    upfront: tuple[str, ...] = (
        "{} upfront",
        "Upfront cost: {}",
        "{} upfront cost",
        "One-off cost {}",
    )
    rate: tuple[str, ...] = ("{} per GB", "{}/GB", "That's {} per GB")
    rise: tuple[str, ...] = (
        "increasing to {} from Apr 2026",
        "Rises to {} on 1 April 2026",
        "{} from 1 Apr 26",
        "From 1 April 2026: {}",
    )
    minutes: tuple[str, ...] = (
        "Unlimited minutes and texts",
        "Unlimited UK calls & texts",
        "Unlimited mins",
        "1,000 minutes, unlimited texts",
    )
    roaming: tuple[str, ...] = (
        "{} EU roaming",
        "EU roaming up to {}",
        "Use up to {} in Europe",
        "Includes {} roaming in the EU",
        "{} of roaming data",
    )
    contract: tuple[str, ...] = (
        "{} month contract",
        "{}-month plan",
        "{} months",
        "Contract length: {} months",
    )
    rolling: tuple[str, ...] = (
        "30-day rolling",
        "1 month contract",
        "30 day plan",
        "Monthly rolling plan",
    )
    buy: tuple[str, ...] = ("Buy now", "Add to basket", "Choose plan", "View deal", "Get this SIM")
    sim: str = "SIM only"


ENGLISH = Tongue()
FRENCH = Tongue(
    currency="EUR",
    lang="fr",
    before="",
    after=" €",
    point=",",
    gb="Go",
    per_month=("/mois", "par mois", "/ mois"),
    unlimited=("Illimité",),
    data="d'internet",
    was=("au lieu de {}",),
    then=("puis {}", "puis {}/mois"),
    save=("{} de remise", "Économisez {}"),
    upfront=("{} de frais d'activation", "Carte SIM : {}"),
    rate=("{} par Go",),
    rise=("{} à partir du 01/04/2026",),
    minutes=("Appels, SMS et MMS illimités", "SMS illimités"),
    roaming=("{} en Europe/DOM", "dont {} utilisables en Europe"),
    contract=("Engagement {} mois",),
    rolling=("Sans engagement",),
    buy=("Je commande", "Choisir"),
    sim="Forfait mobile",
)
GERMAN = Tongue(
    currency="EUR",
    lang="de",
    before="",
    after=" €",
    point=",",
    per_month=("mtl.", "pro Monat", "/Monat", "monatlich"),
    unlimited=("Unbegrenzt", "Unlimited"),
    data="Datenvolumen",
    was=("statt {}",),
    then=("danach {}", "dann {} mtl."),
    save=("Spare {}", "{} Rabatt"),
    upfront=("Anschlusspreis: {}", "{} einmalig"),
    rate=("{} pro GB",),
    rise=("{} ab 1. April 2026",),
    minutes=("Allnet-Flat in alle deutschen Netze", "Telefon- & SMS-Flat"),
    roaming=("inkl. EU-Roaming {}", "{} im EU-Ausland"),
    contract=("{} Monate Laufzeit", "Mindestlaufzeit: {} Monate"),
    rolling=("monatlich kündbar",),
    buy=("Zum Tarif", "Jetzt bestellen"),
    sim="Handytarif",
)
SPANISH = Tongue(
    currency="EUR",
    lang="es",
    before="",
    after="€",
    point=",",
    per_month=("/mes", "al mes"),
    unlimited=("Ilimitados",),
    data="de datos",
    was=("antes {}",),
    then=("después {}",),
    save=("{} de descuento", "Ahorra {}"),
    upfront=("Alta {}",),
    rate=("{} por GB",),
    rise=("{} desde el 01/04/2026",),
    minutes=("Llamadas ilimitadas", "Minutos ilimitados"),
    roaming=("{} en roaming UE",),
    contract=("Permanencia {} meses",),
    rolling=("Sin permanencia",),
    buy=("Contratar",),
    sim="Tarifa móvil",
)
POLISH = Tongue(
    currency="PLN",
    lang="pl",
    before="",
    after=" zł",
    point=",",
    per_month=("/mies.", "miesięcznie"),
    unlimited=("Bez limitu",),
    data="internetu",
    was=("zamiast {}",),
    then=("potem {}",),
    save=("Oszczędzasz {}",),
    upfront=("Aktywacja {}",),
    rate=("{} za GB",),
    rise=(),
    minutes=("Nielimitowane rozmowy i SMS",),
    roaming=("w tym {} w UE",),
    contract=("Umowa {} miesięcy",),
    rolling=("Bez zobowiązań",),
    buy=("Zamów",),
    sim="Abonament",
)
SWEDISH = Tongue(
    currency="SEK",
    lang="sv",
    before="",
    after=" kr",
    point=",",
    per_month=("/mån", "per månad"),
    unlimited=("Obegränsad",),
    data="surf",
    was=("ord. pris {}",),
    then=("därefter {}",),
    save=("Spara {}",),
    upfront=("Startavgift {}",),
    rate=(),
    rise=(),
    minutes=("Obegränsade samtal och sms",),
    roaming=("{} i EU",),
    contract=("{} mån bindningstid",),
    rolling=("Utan bindningstid",),
    buy=("Beställ",),
    sim="Abonnemang",
)
SWISS = replace(GERMAN, currency="CHF", lang="de-CH", before="CHF ", after="", point=".")
TONGUES = (FRENCH, GERMAN, SPANISH, POLISH, SWEDISH, SWISS)


def make_offers(rnd: Random, tongue: Tongue) -> list[Offer]:
    """Return 3 to 9 offers that differ in data and price; half of the pages have one term."""
    count = rnd.randint(3, 9)
    sizes: list[int | None] = [gb * 1000 for gb in sorted(rnd.sample(_GB, count))]
    if rnd.random() < 0.5:
        sizes[-1] = UNLIMITED
    if rnd.random() < 0.1:
        sizes[0] = 500
    scale = {"SEK": 10, "PLN": 4}.get(tongue.currency, 1)
    price = rnd.randint(4, 9) * 100 * scale
    term = rnd.choice(_TERMS)
    is_one_term = rnd.random() < 0.5
    cents = rnd.choice((0, 0, 50, 99, 95)) if scale == 1 else 0
    offers = []
    for size in sizes:
        price += rnd.randint(1, 4) * 100 * scale
        offers.append(
            Offer(
                data_mb=size,
                price_pence=price + cents,
                term_months=term if is_one_term else rnd.choice(_TERMS),
                name=rnd.choice(_NAMES),
            )
        )
    return offers


def add_terms_of_sale(rnd: Random, offers: list[Offer]) -> list[Offer]:
    """Return the offers with former and later prices, gifts and limits; one habit for a page."""
    wants = {name: rnd.random() < share for name, share in _SHARES.items()}
    return [_with(rnd, offer, wants) for offer in offers]


_SHARES = {
    "was": 0.3,
    "then": 0.2,
    "rise": 0.25,
    "data": 0.2,
    "roaming": 0.4,
    "upfront": 0.2,
    "saving": 0.3,
    "rate": 0.1,
    "speed": 0.15,
}


def _with(rnd: Random, offer: Offer, wants: dict[str, bool]) -> Offer:
    if wants["was"] and rnd.random() < 0.7:
        offer = replace(offer, was_pence=offer.price_pence + rnd.randint(2, 10) * 100)
    elif wants["then"] and offer.term_months > 6 and rnd.random() < 0.7:
        offer = replace(offer, then_pence=offer.price_pence * 2, promo_months=rnd.choice((3, 6)))
    if wants["rise"] and offer.term_months > 1:
        offer = replace(offer, rise_pence=offer.price_pence + rnd.choice((150, 180, 250)))
    size = offer.data_mb
    if wants["data"] and size and rnd.random() < 0.5:
        if rnd.random() < 0.5:
            offer = replace(offer, gift_mb=size, data_mb=size * 2)
        elif size >= 2000:
            offer = replace(offer, was_data_mb=size // 2000 * 1000)
    if wants["roaming"]:
        offer = replace(offer, roaming_gb=rnd.choice((5, 7, 11, 14, 27)))
    return replace(
        offer,
        upfront_pence=rnd.choice((0, 500, 1000)) if wants["upfront"] else None,
        has_saving=wants["saving"] and rnd.random() < 0.6,
        has_rate=wants["rate"],
        speed_mbps=rnd.choice((10, 100)) if wants["speed"] and offer.data_mb is None else None,
    )
