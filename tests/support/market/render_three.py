"""Three: three top cards on every page, and a configurator that prices one combination at a time.

Traps kept: each price printed twice (split decimals and an accessible copy), a footnote marker
beside it, was-prices, a saving in pounds, half-price months with their own rises, footnotes full of
amounts, options that are not available, and a panel that may show another plan than the one
clicked.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tests.support.market.html import (
    document,
    escape,
    links,
    months_text,
    pounds,
    short_date,
    short_month,
)
from tests.support.market.offer import GB, LaterPrice, Offer, printed_prices

TOP_CARDS = 3
TIERS = ("Lite", "Value", "Complete")
FEATURES = ("5G at no extra cost", "Three+ Rewards", "Unlimited calls and texts")


@dataclass(frozen=True, slots=True)
class Choice:
    """What was clicked: contract length, data and plan type."""

    term_months: int
    data_mb: int | None
    variant: str

    @classmethod
    def of(cls, offer: Offer) -> Choice:
        return cls(offer.term_months, offer.data_mb, offer.variant)


def closest_match(offers: Sequence[Offer], choice: Choice) -> Offer:
    """Return the offer that the panel shows: the contract length counts first, then the data."""
    return min(offers, key=lambda offer: _distance(offer, choice))


def _distance(offer: Offer, choice: Choice) -> tuple[int, int, int]:
    return (
        abs(offer.term_months - choice.term_months),
        abs(rank_of_data(offer.data_mb) - rank_of_data(choice.data_mb)),
        abs(TIERS.index(offer.variant) - TIERS.index(choice.variant)),
    )


def rank_of_data(data_mb: int | None) -> int:
    return 1000 * GB if data_mb is None else data_mb


def render(offers: Sequence[Offer], as_of: date, *, choice: Choice) -> bytes:
    """Return the page after the three options of `choice` were clicked."""
    shown = closest_match(offers, choice)
    cards = "".join(_top_card(offer, as_of) for offer in offers[:TOP_CARDS])
    return document(
        title="Pay Monthly SIM Only plans | Three",
        head=_HEAD,
        body=f"""
<div id="onetrust-consent-sdk" style="display:none"><button id="onetrust-accept-btn-handler">Allow
all</button></div><div id="header" class="threedigital"><nav><ul>{links(_NAVIGATION)}</ul></nav>
</div>
<div id="root"><div class="MuiGrid-root sim-plans-dynamic-container">
<p class="sim-plans-dynamic-header">SIM plans</p><p class="sim-plans-top-plan-header">Popular
 now</p>
<div class="MuiGrid-root simo-top-ranking-plans MuiGrid-container">{cards}</div></div>
<div class="MuiGrid-root sim-plans-dynamic-wrapper MuiGrid-container"
 id="sim-plans-dynamic-wrapper">
<div class="MuiGrid-root MuiGrid-item">{_configurator(offers, shown)}</div>
<div class="MuiGrid-root MuiGrid-item">{_panel(shown, as_of)}</div></div>
{_EXTRA_INFO}</div>
<div id="customer-footer" class="threedigital"><ul>{links(_FOOTER)}</ul>
<button id="ot-sdk-btn">Cookie
settings</button></div>""",
    )


def data_text(offer: Offer) -> str:
    return "Unlimited data" if offer.data_mb is None else f"{offer.data_mb // GB}GB data"


def _badge(offer: Offer) -> str:
    text = badge_text(offer)
    return f'<div class="offer-indicator  offer-indicator-simo">{text}</div>' if text else ""


def badge_text(offer: Offer) -> str | None:
    if offer.list_price_pence is None:
        return None
    if offer.is_promoted_to_the_end:
        saved = (offer.list_price_pence - offer.price_pence) * offer.term_months
        return f"Save £{saved // 100}"
    return f"{offer.promo_months} months half price"


def _top_card(offer: Offer, as_of: date) -> str:
    card_id = uuid.uuid5(uuid.NAMESPACE_URL, offer.ref)
    was = ""
    if offer.list_price_pence is not None:
        was = (
            '<div class="MuiGrid-root grey-lower-text-wrapper"><p class="MuiTypography-root '
            f'dox-tuk-small-text grey-lower-text">Was {pounds(offer.list_price_pence)}</p></div>'
        )
    features = f"Your plan includes:  {', '.join(FEATURES)}"
    active = "card-badge-active" if offer.list_price_pence is not None else ""
    return f"""
<div class="MuiGrid-root sim-only MuiGrid-item"><div class="MuiGrid-root plans-card-root-redesign
 w-full h-full flex flex-col COP {active} MuiGrid-item">{_badge(offer)}
<div class="MuiGrid-root plan-card-redesign-content-wrapper p-[30px] border Standard COP">
<div class="MuiGrid-root plans-card-redesign-dynamic-content"><div
 class="plan-card-summary-section">
<div class="plan-card-plan-data"><p class="MuiTypography-root">{data_text(offer)}</p></div>
<div class="pb-[15px]">
<p class="MuiTypography-root">{offer.term_months} month {offer.variant} plan</p></div>
<div class="plan-standard-features-redesign">
<p class="MuiTypography-root">{features}</p></div>
<div class="plan-pricing-details pb-[20px]"><a id="plan-pricing-details-plan-card-{card_id}"
 href="/">Plan and pricing details</a></div></div>
<div class="plan-card-price-details-section"><hr class="MuiDivider-root">
<div class="plan-card-price">
<div class="plan-cost-monthly d-flex pb-[5px]"><div class="MuiGrid-root dox-price-container price">
<div class="MuiGrid-root dox-price"><p class="MuiTypography-root price-big-digits"
 aria-hidden="true"
>£{offer.price_pence // 100}</p><p class="MuiTypography-root price-small-digits" aria-hidden="true"
>.{offer.price_pence % 100:02d}</p><sup role="button" tabindex="0" class="navigateToVatLink"
 id="navigateToVatLink">[1]</sup><span class="visually-hidden">{pounds(offer.price_pence)}</span>
</div>
<p class="MuiTypography-root price-type">a month</p>{was}</div></div></div>
<div class="plan-card-redesign-ofcom-container pb-[30px]">{_card_rises(offer, as_of)}</div></div>
<div class="btn-container-plan-card-redesign"><button type="button" class="btn dds-btn-primary"
 id="plan-card-cta-redesign" value="{escape(offer.ref)}">Add this plan</button></div>
</div></div></div></div>"""


def _card_rises(offer: Offer, as_of: date) -> str:
    rows = "".join(
        '<div class="ofcom-text ofcom-text-redesign flex"><p class="MuiTypography-root '
        f'dox-tuk-body-bold pr-[4px]">{pounds(later.price_pence)} </p><p class="MuiTypography-root '
        f'dox-tuk-body">from  {starts_text(later)}</p></div>'
        for later in printed_prices(offer, as_of)
    )
    return (
        f'<p class="MuiTypography-root dox-tuk-small-text">increasing to:</p>{rows}' if rows else ""
    )


def starts_text(later: LaterPrice) -> str:
    return short_month(later.starts) if later.is_promotion_end else short_date(later.starts)


def _configurator(offers: Sequence[Offer], shown: Offer) -> str:
    terms = sorted({offer.term_months for offer in offers}, reverse=True)
    sizes = sorted({offer.data_mb for offer in offers}, key=rank_of_data, reverse=True)
    same_term = [offer for offer in offers if offer.term_months == shown.term_months]
    same_data = [offer for offer in same_term if offer.data_mb == shown.data_mb]
    lengths = [(months_text(term, unit="Month"), term == shown.term_months, True) for term in terms]
    amounts = [
        (
            "Unlimited" if size is None else f"{size // GB}GB",
            size == shown.data_mb,
            any(offer.data_mb == size for offer in same_term),
        )
        for size in sizes
    ]
    tiers = [
        (tier, tier == shown.variant, any(offer.variant == tier for offer in same_data))
        for tier in TIERS
    ]
    return f"""
<div class="MuiGrid-root plan-selection-section"><h2 class="MuiTypography-root
 build-your-plan-title">
Build your plan</h2>{_filter("Contract length", lengths)}
<div class="MuiGrid-root notification-container"><div class="alert-text alert-title">Some options do
 not come with this contract length</div><div class="alert-text alert-description">Choosing one of
 them brings up the nearest plan.</div></div>{_filter("Data", amounts)}
{_filter("Plan type", tiers)}</div>"""


def _filter(title: str, options: Sequence[tuple[str, bool, bool]]) -> str:
    cards = "".join(
        '<div tabindex="0" role="menuitem" class="choice-card-single-container'
        f'{"" if is_available else " disabled"}"><div class="choice-card'
        f'{" selected" if is_selected else ""} choice-card-pointer  ">'
        f'<div class="choice-card-content">{text}</div>'
        '<div class="choice-card-icon"></div></div></div>'
        for text, is_selected, is_available in options
    )
    return (
        '<div class="MuiGrid-root filter-wrapper"><p class="MuiTypography-root plan-categories">'
        f'{title}</p><div class="MuiGrid-root filter-cards"><div class="choice-card-group-mini" '
        f'role="group">{cards}</div></div></div>'
    )


def _panel(offer: Offer, as_of: date) -> str:
    was = ""
    if offer.list_price_pence is not None:
        was = f'<div class="was-price">Was {_split(offer.list_price_pence)}</div>'
    features = "".join(
        '<li class="plan-parameter-item"><span class="plan-img"><img src="/assets/images/tic.svg" '
        f'alt="tick"></span>{escape(feature)}</li>'
        for feature in FEATURES
    )
    return f"""
<div class="MuiGrid-root plan-details-section"><div class="MuiGrid-root plans-card-root COP"><div
 class="plans-card-wrapper Standard COP"><div class="plans-card-content COP">
<div class="plan-summary">
<span class="product-card-description-text">From</span><div class="cost-and-price">
<div class="plan-cost-monthly"><div class="d-flex"><div class="plan-cost-monthly-number"><span
>£{offer.price_pence // 100}</span>.<span class="plan-cost-monthly-number-decimal"
>{offer.price_pence % 100:02d}</span></div></div><div class="plan-cost-monthly-text">a
 month</div>{was}
</div><div class="device-price"></div><div class="divider"></div><div class="plan-cost-monthly">
<div class="plan-data-text"><span>{data_text(offer)}</span></div><div
 class="plan-cost-monthly-text"
>{offer.term_months} month plan</div></div></div>{_panel_rises(offer, as_of)}</div>{_badge(offer)}
</div><div class="plan-parameters ss-plan-name simo-paym"><div class="plan-feature-included-text">
<div
 class="aem-plan-features-txt">{offer.variant} plan features: </div>
</div>{_elevated_features(offer)}
<ul class="standard-aem-feature">{features}</ul></div><div class="btn-and-plan-details-container">
<button type="button" id="choosePlanCard" class="btn-root btn-primary" value="{escape(offer.ref)}"
>Add this plan </button></div></div></div></div>"""


def _panel_rises(offer: Offer, as_of: date) -> str:
    rows = "".join(
        '<div class="ofcom-text ofcom-text-redesign smb-6"><span class="ofcom-price">'
        f"{_split(later.price_pence)} </span> from  {starts_text(later)}</div>"
        for later in printed_prices(offer, as_of)
    )
    if not rows:
        return ""
    return (
        '<div class="notCPP"><div class="ofcom-text-container ofcom-text-container-redesign">'
        '<p class="MuiTypography-root increasing-to">Increasing to</p><sup role="button" '
        f'class="navigateToVatLink" id="navigateToVatLink">[1]</sup>{rows}</div></div>'
    )


def _split(pence: int) -> str:
    return (
        f'<span aria-hidden="true" class="price-big-digits">£{pence // 100}</span>'
        f'<span aria-hidden="true" class="price-small-digits">.{pence % 100:02d}</span>'
        f'<span class="visually-hidden">{pounds(pence)}</span>'
    )


def _elevated_features(offer: Offer) -> str:
    return "".join(
        '<div class="elevated-tiered-feature"><p class="elevalted-tiered-txt">'
        f"{escape(text)}</p></div>"
        for text in elevated_features_of(offer)
    )


def elevated_features_of(offer: Offer) -> list[str]:
    features = list(offer.perks)
    if offer.eu_roaming_mb:
        features.insert(0, f"EU roaming up to {offer.eu_roaming_mb // GB}GB")
    return features


_HEAD = """
<script>window.buildVersion = "8300:1042";</script>
<style>.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden}</style>"""

_EXTRA_INFO = """
<div class="footer-info"><div class="MuiGrid-root extra-info"><span><b>Extra info</b></span></div>
<ol class="additional-info-list-plans" id="additional-info-list-plans"><li>
<span class="vat-info-bold"
>Illustrative prices. On 1 April of each year the charge goes up by £1.80 for 4GB or less and for
 watches, by £1.90 from 5GB to 99GB, by £2.30 from 100GB and for unlimited data; home broadband by
 £3.50.</span> The price shown contains £5 off for paying by a recurring method. Roaming beyond the
 allowance costs £3 for 1GB.</li></ol></div>"""

_NAVIGATION = (
    "Phones", "SIM only", "Pay As You Go", "Broadband", "Watches", "Tablets", "Roaming", "Rewards",
    "Business", "Support", "Coverage",
)  # fmt: skip
_FOOTER = (
    "Find a store", "Price guide", "Terms and conditions", "Privacy", "Accessibility", "Complaints",
    "Sustainability", "Careers", "Media", "SMARTY", "VOXI", "Talkmobile", "Vodafone",
)  # fmt: skip
