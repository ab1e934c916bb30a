"""Badges are no part of a name or a variant, and no name loses a word of its own."""

from __future__ import annotations

from datetime import date

import pytest

from planwatch.domain.allowance import Allowance
from planwatch.domain.badges import without_badges
from planwatch.domain.plan import Plan

BADGES = (
    "Best seller",
    "BESTSELLER",
    "best-selling",
    "Our best seller",
    "Most popular",
    "Our most popular plan",
    "Ends Monday",
    "ends on Monday at midnight",
    "Ends soon",
    "Ends in 3 days",
    "Offer ends 12 Nov",
    "Offer ends 12th November 2026",
    "sale ends Nov 12",
    "Expires 12/11/2026",
    "Until Sunday",
    "3 days left",
    "Today only",
    "Last chance",
    "Web exclusive",
    "Online only",
    "Exclusive offer",
    "Limited time",
    "Limited-time offer",
    "For a limited time only",
    "Save £5",
    "Save £5 a month",
    "Save up to £120",
    "£5 off",
    "50% off for 6 months",
    "Half price for 6 months",
    "3 months free",
    "Only £8",
    "Only £8.50 a month",
    "Now only £8pm",
    "Only €8.50",
    "Was £20",
    "£8 only",
    "Double data",
    "Black Friday deal",
    "Cyber Monday",
    "January sale",
    "Flash sale",
    "Price drop",
    "Great value",
    "Recommended for you",
    "Hurry",
    "New",
    "NEW",
    "Hot",
    "Sale",
    "Featured",
)
NAMES = (
    "Lite",
    "Three Lite",
    "All Rounder",
    "Classic",
    "Essentials",
    "Full Works",
    "Unlimited Max",
    "Unlimited Value",
    "Complete",
    "Max Saver",
    "Weekend Unlimited",
    "Flex",
    "Red Hot",
    "Best for business",
    "Sky Mobile 25GB data plan",
    "Golden goodybag",
    "£10 goodybag",
    "Guided Pay as you go plan £9",
    "always on",
    "data-only",
    "data-discount",
    "sim-25gb-24m-lite",
    "25GB, 24 months",
    "100GB - 12 months (SIM only)",
    "New customers only",
    "New to EE",
    "5G New Radio",
    "Plus+",
    "Just Talk",
    "Top Up",
    "Until You Cancel",
    "Data, texts and minutes: 5GB",
    "  spaced  out  ",
    "",
)
SETTINGS = (
    "{badge} | {name}",
    "{name} | {badge}",
    "{name} ({badge})",
    "[{badge}] {name}",
    "{name} - {badge}",
    "{name} – {badge}!",
    "{badge}: {name}",
    "{name}, {badge}",
    "{name} • {badge}",
    "“{badge}” {name}",
    "'{badge}' {name}",
    "\N{WHITE MEDIUM STAR} {badge} \N{WHITE MEDIUM STAR} {name}",
    "\N{FIRE}{badge}\N{FIRE} {name} \N{FIRE}",
    "{name} >> {badge} <<",
    "* {badge} * {name}",
)


@pytest.mark.parametrize("badge", BADGES)
def test_a_badge_is_taken_out_however_it_is_set_apart(badge: str) -> None:
    for setting in SETTINGS:
        for name in ("Lite", "All Rounder", "Unlimited Max 5G"):
            for worn in (badge, badge.upper(), badge.lower()):
                assert without_badges(setting.format(badge=worn, name=name)) == name


@pytest.mark.parametrize("badge", [badge for badge in BADGES if badge not in ("Hot", "Sale")])
def test_a_badge_beside_the_name_needs_nothing_between(badge: str) -> None:
    assert without_badges(f"{badge} Lite") == "Lite"
    assert without_badges(f"Lite {badge}") == "Lite"


@pytest.mark.parametrize("badge", BADGES)
def test_what_is_nothing_but_a_badge_is_no_name(badge: str) -> None:
    assert without_badges(badge) == without_badges(f"({badge}!)") == ""


@pytest.mark.parametrize("name", NAMES)
def test_a_name_without_a_badge_stays_as_it_is(name: str) -> None:
    assert without_badges(name) == name


@pytest.mark.parametrize(
    ("worn", "name"),
    [
        ("Lite | Best seller | 25GB", "Lite | 25GB"),
        ("Lite (5G, best seller)", "Lite (5G)"),
        ("Lite (best seller, 5G)", "Lite (5G)"),
        ("Unlimited Best Seller Max", "Unlimited Max"),
        ("New best seller Lite - ends Monday", "Lite"),
        ("Best seller! Save £5 a month: Lite (Web exclusive)", "Lite"),
        ("Lite Best seller", "Lite"),
        ("Best\N{NON-BREAKING HYPHEN}seller/Lite", "Lite"),
        ("Lite \N{BLACK STAR}", "Lite"),
    ],
)
def test_what_is_left_reads_like_a_name(worn: str, name: str) -> None:
    assert without_badges(worn) == name
    assert without_badges(name) == name


@pytest.mark.parametrize(
    "worst",
    [
        "only now save ",
        "- ",
        "(",
        "<",
        "1 ",
        "new ",
        " ",
        "ends on monday ",
        "£1,1.1",
        "\N{FIRE} ",
        "(\N{FIRE}",
        '"',
    ],
)
def test_a_long_text_takes_time_in_proportion(worst: str) -> None:
    """What is worse than linear would take minutes here, and meet the limit of a test."""
    assert len(without_badges(worst * (20_000 // len(worst)))) <= 20_000


def _plan(*, name: str = "25GB", variant: str = "") -> Plan:
    return Plan(
        brand="Three",
        source="three",
        name=name,
        variant=variant,
        allowance=Allowance.of_gb(25),
        term_months=24,
        price_pence=1400,
        as_of=date(2026, 11, 2),
    )


@pytest.mark.parametrize("badge", BADGES)
def test_no_badge_is_part_of_a_plans_key(badge: str) -> None:
    worn = _plan(name=f"Lite 25GB ({badge})", variant=f"Lite | {badge}")

    assert worn == _plan(name="Lite 25GB", variant="Lite")
    assert worn.plan_key == "three-25gb-24m-lite"
    assert _plan(variant=badge).plan_key == "three-25gb-24m"


def test_a_plan_that_a_page_names_by_a_badge_alone_is_named_by_its_data() -> None:
    assert _plan(name="Best seller").name == "25 GB SIM"
