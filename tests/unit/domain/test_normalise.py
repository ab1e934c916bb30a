"""Texts of shops: what is read, what is refused, and that nothing is guessed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.normalise import parse_allowance, parse_price_pence, parse_term_months
from planwatch.errors import UnreadableText

BLANKS = st.sampled_from(["", " ", "\u00a0", "\u202f", "\n", "  \n ", "\u200b"])
SOME_BLANK = st.sampled_from([" ", "\u00a0", "\n", " \t "])
PENCE = st.one_of(st.integers(0, 9_999), st.integers(0, 9_999_999))
BEFORE = st.sampled_from(
    ["", "From ", "Was ", "MONTHLY\n", "25GB for ", "Clubcard Price ", "25GB - "]
)
AFTER = st.sampled_from(
    ["", " a month", " per month", "/month", "pm", "p/m", "\u00a0monthly", " from 1 Apr 26",
     " 25GB", ", 24 months", " 24 month plan", " 12-month contract", "*", "[1]", "¹", ".",
     ". Unlimited data"]
)  # fmt: skip


@st.composite
def printed_prices(draw: st.DrawFn, pence: int) -> str:
    """Print an amount in one of the many ways of shops."""
    pounds, rest = divmod(pence, 100)
    whole = f"{pounds:,}" if draw(st.booleans()) else str(pounds)
    decimals = f"{draw(BLANKS)}.{draw(BLANKS)}{rest:02}"
    if rest == 0 and draw(st.booleans()):
        decimals = ""
    sign = draw(st.sampled_from(["£", "GBP"]))
    return f"{sign}{draw(BLANKS)}{whole}{decimals}"


class TestPrices:
    @given(st.data(), PENCE, BEFORE, AFTER)
    def test_a_price_is_read_in_every_form_that_shops_print(
        self, data: st.DataObject, pence: int, before: str, after: str
    ) -> None:
        text = before + data.draw(printed_prices(pence)) + after

        assert parse_price_pence(text) == pence

    @given(st.data(), PENCE, SOME_BLANK)
    def test_a_price_printed_twice_for_the_eye_and_the_ear_is_one(
        self, data: st.DataObject, pence: int, blank: str
    ) -> None:
        seen, heard = data.draw(printed_prices(pence)), data.draw(printed_prices(pence))

        assert parse_price_pence(f"{seen}{blank}{heard} a month") == pence

    @given(
        st.data(),
        PENCE,
        PENCE,
        st.sampled_from(
            [" ", "\n", " was ", " - ", "-", " then ", " or ", ", ", " a month, then "]
        ),
    )
    def test_two_different_prices_are_always_refused(
        self, data: st.DataObject, one: int, other: int, between: str
    ) -> None:
        assume(one != other)
        text = data.draw(printed_prices(one)) + between + data.draw(printed_prices(other))

        assert_refused(parse_price_pence, text)

    @given(st.decimals(0, 99_999, places=2), st.sampled_from(["", " a month", " per month", "GB"]))
    def test_a_bare_number_is_never_a_price(self, number: object, after: str) -> None:
        assert_refused(parse_price_pence, f"{number}{after}")

    @given(
        st.integers(0, 99),
        st.integers(0, 99),
        SOME_BLANK,
        st.sampled_from(["", " a month", " Add"]),
    )
    def test_decimals_that_lost_their_point_are_refused_and_not_dropped(
        self, pounds: int, rest: int, blank: str, after: str
    ) -> None:
        assert_refused(parse_price_pence, f"£{pounds}{blank}{rest:02}{after}")

    @pytest.mark.parametrize(
        ("text", "pence"),
        [
            ("£ 7 . 95 a month", 795),
            ("£ 19", 1900),
            ("£\n19\n.00", 1900),
            ("£20[1].00", 2000),
            ("£20[1].50", 2050),
            ("£20¹.50", 2050),
            ("£22 £ 22 a month", 2200),
            ("£20\n.00\na month\n£20.00", 2000),
            ("£7.9", 790),
            ("£7,95", 795),
            ("£1,234.50", 123450),
            ("£12,345", 1234500),
            ("GBP7.95", 795),
            ("£0", 0),
            ("50p", 50),
            ("20p per month", 20),
            ("£0.50 (50p)", 50),
            ("£9.99 month", 999),
            ("£10 5G", 1000),
            ("£10 1,000 minutes", 1000),
            ("£10/24 months", 1000),
            ("£7.50 Minutes: Unlimited", 750),
            ("£10 . 00 Texts unlimited", 1000),
            ("£12 p.m.", 1200),
            ("25GB - £10", 1000),
            ("£26.50 from Apr 2026 bill", 2650),
            ("£20 (inc 20% VAT)", 2000),
        ],
    )
    def test_a_plain_price_is_read(self, text: str, pence: int) -> None:
        assert parse_price_pence(text) == pence

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "£",
            "free",
            "1300",
            "20 pounds",
            "-£5",
            "£-5",
            "− £5",
            "- £5",
            "€20",
            "$20",
            "€22 £20",
            "£7.950",
            "£1.234,50",
            "£1 234",
            "£1'234",
            "£1,23 4",
            "£10.00.00",
            "£10·50",
            "£10:50",
            "£10 50p",
            "£10 and 50p",
            "£795p",
            "£20 5p",
            "7p 8p",
            "£1k",
            "£1.5m",
            "£10million",
            "£20-30",
            "£20/25",
            "£20 to 30",
            "£20 or 25",
            "£20 (1)",
            "£20 2026",
            "£20[1]00",
            "£7\n95\nAdd to basket",
            "£7 50 month",
            "£7.95 a month £0 upfront",
        ],
    )
    def test_what_is_not_one_price_beyond_doubt_is_refused(self, text: str) -> None:
        assert_refused(parse_price_pence, text)

    @pytest.mark.parametrize("space", ["", " "])
    @pytest.mark.parametrize("point", [".", ","])
    @pytest.mark.parametrize(
        "count", ["24 months", "12-month plan", "25GB", "5G", "30 days", "50%"]
    )
    def test_a_count_behind_a_full_stop_never_becomes_decimals(
        self, space: str, point: str, count: str
    ) -> None:
        text = f"£10{point}{space}{count}"

        if (point, space) == (",", " "):
            assert parse_price_pence(text) == 1000
        else:
            assert_refused(parse_price_pence, text)

    @pytest.mark.parametrize(
        "count", ["1 month rolling", "12 month plan", "50 minutes", "20 texts"]
    )
    def test_a_count_behind_a_full_stop_and_a_blank_never_becomes_decimals(
        self, count: str
    ) -> None:
        assert_refused(parse_price_pence, f"£10. {count}")


SIZES = st.one_of(
    st.integers(1, 999).map(lambda mb: (f"{mb}", "MB", mb)),
    st.integers(1, 9_999).map(lambda gb: (f"{gb:,}", "GB", gb * 1000)),
    st.integers(1, 9_999).map(lambda gb: (f"{gb}", "GB", gb * 1000)),
    st.integers(1, 999).map(lambda tenths: (f"{tenths // 10}.{tenths % 10}", "GB", tenths * 100)),
    st.integers(1, 20).map(lambda tb: (f"{tb}", "TB", tb * 1_000_000)),
)
CALLS = st.sampled_from(
    ["Unlimited minutes & texts", "Unlimited UK Minutes & Texts", "Unlimited calls and texts",
     "unlimited minutes", "Unlimited SMS", "Unlimited Text, Unlimited Voice", "Calls unlimited"]
)  # fmt: skip
APART = st.sampled_from(["\n", " | ", ", ", ". ", " • "])


class TestAllowances:
    @given(
        SIZES, BLANKS, st.sampled_from(["", " data", " of data", "\nData", " SIM only", " a month"])
    )
    def test_a_size_is_read_in_its_unit(
        self, size: tuple[str, str, int], blank: str, after: str
    ) -> None:
        number, unit, data_mb = size

        assert parse_allowance(f"{number}{blank}{unit}{after}") == Allowance(data_mb)

    @given(SIZES, CALLS, APART, st.booleans())
    def test_unlimited_calls_never_touch_the_data(
        self, size: tuple[str, str, int], calls: str, apart: str, calls_first: bool
    ) -> None:
        number, unit, data_mb = size
        parts = [f"{number}{unit} data", calls]

        text = apart.join(reversed(parts) if calls_first else parts)

        assert parse_allowance(text) == Allowance(data_mb)

    @given(CALLS)
    def test_unlimited_calls_alone_are_no_data(self, calls: str) -> None:
        assert_refused(parse_allowance, calls)

    @given(CALLS, APART)
    def test_unlimited_data_beside_unlimited_calls_is_unlimited(
        self, calls: str, apart: str
    ) -> None:
        assert parse_allowance(f"Unlimited data{apart}{calls}") == UNLIMITED

    @given(
        SIZES,
        SIZES,
        st.sampled_from(["{} EU roaming", "{} in the EU", "EU roaming up to {}",
                         "Roam in Europe: {}", "up to {} can be used in the EU",
                         "{} to use abroad", "fair use {}"]),
        APART,
    )  # fmt: skip
    def test_a_roaming_allowance_beside_it_is_passed_over(
        self, size: tuple[str, str, int], abroad: tuple[str, str, int], form: str, apart: str
    ) -> None:
        text = f"{size[0]}{size[1]} data{apart}{form.format(abroad[0] + abroad[1])}"

        assert parse_allowance(text) == Allowance(size[2])

    @given(SIZES, SIZES, st.sampled_from([" ", "\n", " + ", " or ", " to ", " instead of "]))
    def test_two_different_sizes_are_refused(
        self, one: tuple[str, str, int], other: tuple[str, str, int], between: str
    ) -> None:
        assume(one[2] != other[2])

        assert_refused(parse_allowance, f"{one[0]}{one[1]}{between}{other[0]}{other[1]}")

    @given(
        st.integers(1, 9999), st.sampled_from(["", " G", "Mbps", " Gb/s", "G", " months", "GiB"])
    )
    def test_a_number_without_a_unit_of_data_is_refused(self, number: int, after: str) -> None:
        assert_refused(parse_allowance, f"{number}{after}")

    @pytest.mark.parametrize(
        ("text", "data_mb"),
        [
            ("100 MB data plan", 100),
            ("2,000MB", 2_000),
            ("0.5GB", 500),
            ("1.5TB", 1_500_000),
            ("25 gigabytes", 25_000),
            ("25GB/month", 25_000),
            ("25GBdata", 25_000),
            ("CLASSIC\n100GB\nData\n24 Month Airtime Plan\nUnlimited UK Minutes & Texts", 100_000),
            ("Data\n25GB\nMinutes\nUnlimited\nTexts\nUnlimited", 25_000),
            ("Minutes: Unlimited, Texts: Unlimited, Data: 25GB", 25_000),
            ("Unlimited mins & texts, data 5GB", 5_000),
            ("Was 25GB Now 30GB", 30_000),
            ("30GB (normally 25GB)", 30_000),
            ("100GB data\nEU Roaming\n25GB", 100_000),
            ("EU roaming included. 25GB data", 25_000),
            ("25GB UK & EU data", 25_000),
            ("25GB with EU roaming", 25_000),
            ("250GB (25GB in the EU)", 250_000),
            ("£10.00 100GB", 100_000),
            ("5GB Data | 1000 Min UK_L2L_Mins | 1000 SMS", 5_000),
            ("25GB data. Unlimited data rollover", 25_000),
        ],
    )
    def test_a_plain_size_is_read(self, text: str, data_mb: int) -> None:
        assert parse_allowance(text) == Allowance(data_mb)

    @pytest.mark.parametrize(
        "text",
        [
            "Unlimited",
            "Unlimited¹",
            "UNLIMITED DATA",
            "Unlimited\nData\n24 Month\nUnlimited UK Minutes & Texts",
            "Unlimited Lite SIMO 24M",
            "Unlimited data for £35",
            "Unlimited data, max speed 10Mbps",
            "Unlimited minutes, texts and data",
            "Unlimited mins/texts/data",
            "Unlimited data, fair use 650GB",
            "Unlimited data\nEU roaming up to 25GB",
            "Data: Unlimited | Minutes: Unlimited | Texts: Unlimited",
            "Data\nUnlimited\nMinutes\nUnlimited",
        ],
    )
    def test_unlimited_data_is_read(self, text: str) -> None:
        assert parse_allowance(text) == UNLIMITED

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "data",
            "25",
            "5G",
            "0GB",
            "25,5GB",
            "1.2345GB",
            ".5GB",
            "1/2GB",
            "1 500GB",
            "5-10GB",
            "5 or 10GB",
            "8GB get 24GB",
            "24GB (8GB + 16GB extra)",
            "12GB EU roaming",
            "12GB\nEU roaming",
            "EU roaming\n12GB",
            "25GB of your 100GB in the EU",
            "Not unlimited",
            "Unlimited texts",
            "Unlimited talk",
            "Unlimited 4G calling",
            "Unlimited WhatsApp",
            "Unlimited social data",
            "Unlimited app data",
            "Unlimited tethering",
            "Unlimited BT Sport",
            "Unlimited Wi-Fi",
            "Unlimited data rollover",
            "Unlimited minutes and data rollover",
            "Unlimited data-free music",
            "Unlimited data roaming",
            "Unlimited data in the EU",
            "Unlimited weekend data",
            "Minutes: Unlimited, Texts: Unlimited",
            "100GB then unlimited data at 384kbps",
        ],
    )
    def test_what_is_not_one_data_allowance_beyond_doubt_is_refused(self, text: str) -> None:
        assert_refused(parse_allowance, text)


MONTHS = st.integers(1, 60)
TERM_FORMS = st.sampled_from(
    ["{} month", "{} months", "{}-month contract", "{} Month Airtime Plan", "{} months minimum",
     "£10, {} months", "£24 a month {} month plan", "25GB/{} months", "P{}M", "Lite SIMO {}M",
     "{}\u00a0months", "{}\u2011month plan", "Contract length:\n{} Months"]
)  # fmt: skip
OTHER_PERIODS = st.sampled_from(
    ["6 months half price", "half price for 6 months", "first 3 months free", "3 months' free",
     "save £5 for 12 months", "30 days' notice", "30 day money back guarantee",
     "after 12 months £20", "50% off for the first 6 months", "price rises in 12 months",
     "12 months of Netflix"]
)  # fmt: skip


class TestTerms:
    @given(MONTHS, TERM_FORMS)
    def test_a_term_is_read_in_every_form_that_shops_print(self, months: int, form: str) -> None:
        assert parse_term_months(form.format(months)) == months

    @given(MONTHS, OTHER_PERIODS, st.sampled_from([", ", ". ", "\n", " | "]), st.booleans())
    def test_another_period_beside_it_is_passed_over(
        self, months: int, period: str, apart: str, period_first: bool
    ) -> None:
        parts = [f"{months} month plan", period]

        text = apart.join(reversed(parts) if period_first else parts)

        assert parse_term_months(text) == months

    @given(OTHER_PERIODS)
    def test_another_period_alone_is_no_term(self, period: str) -> None:
        assert_refused(parse_term_months, period)

    @given(
        MONTHS,
        MONTHS,
        st.sampled_from(["{} months {} months", "{}/{} months", "{} or {} months", "{}-{} months",
                         "{} to {} months", "{}, {} months", "{} month or {} month", "{} and {}M"]),
    )  # fmt: skip
    def test_a_choice_of_terms_is_refused(self, one: int, other: int, form: str) -> None:
        assume(one != other)

        assert_refused(parse_term_months, form.format(one, other))

    @given(st.integers(61, 999))
    def test_a_term_beyond_five_years_is_refused(self, months: int) -> None:
        assert_refused(parse_term_months, f"{months} months")

    @given(
        st.integers(0, 999), st.sampled_from(["", " a month", "GB", " Mbps", " monthly payments"])
    )
    def test_a_number_without_a_unit_of_time_is_refused(self, number: int, after: str) -> None:
        assert_refused(parse_term_months, f"{number}{after}")

    @pytest.mark.parametrize(
        ("text", "months"),
        [
            ("24 month Lite plan", 24),
            ("2 year contract", 24),
            ("12 months 12 months", 12),
            ("1 Months", 1),
            ("30-day rolling", 1),
            ("Monthly rolling", 1),
            ("One-month rolling", 1),
            ("28 days", 1),
            ("P30D", 1),
            ("1 month rolling, 30 days notice", 1),
            ("24 month contract then monthly rolling", 24),
            ("Pay as you go", 0),
            ("PAYG", 0),
            ("24 Mbps 12 months", 12),
            ("24 months, upgrade after 12 months", 24),
        ],
    )
    def test_a_plain_term_is_read(self, text: str, months: int) -> None:
        assert parse_term_months(text) == months

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "24",
            "monthly",
            "0 months",
            "1.5 years",
            "£24 month",
            "£20 a month",
            "PT24M",
            "365 days",
            "Pay as you go, 30-day bundle",
            "12 month rolling",
            "30 day or 12 month",
            "data rolling over",
            "save £192 over 24 months",
            "2 x 12 months",
        ],
    )
    def test_what_is_not_one_term_beyond_doubt_is_refused(self, text: str) -> None:
        assert_refused(parse_term_months, text)


SHOP_WORDS = st.sampled_from(
    ["£", "GBP", "p", ".", ",", "-", "/", "\n", " ", "GB", "MB", "TB", "Unlimited", "data",
     "minutes", "texts", "EU", "roaming", "was", "month", "months", "rolling", "PAYG", "for",
     "first", "free", "or", "1", "24", "20", ".00", "5G", "[1]", "M", "a month", "·", "−"]
)  # fmt: skip
WORDS = st.lists(SHOP_WORDS | st.text(max_size=4), max_size=12)


@given(WORDS, st.sampled_from(["", " "]))
def test_any_text_is_read_or_refused_and_nothing_else(words: list[str], between: str) -> None:
    text = between.join(words)

    for parse in (parse_price_pence, parse_allowance, parse_term_months):
        value: object = UNLIMITED
        with contextlib.suppress(UnreadableText):
            value = parse(text)
        assert isinstance(value, Allowance) or (isinstance(value, int) and value >= 0)


def test_a_refusal_quotes_the_beginning_of_the_text() -> None:
    with pytest.raises(UnreadableText) as caught:
        parse_price_pence("call\n us " + "now " * 50)

    assert caught.value.message.startswith("cannot read a price from 'call us now now")
    assert len(caught.value.message) < 100


def assert_refused(parse: Callable[[str], Any], text: str) -> None:
    with pytest.raises(UnreadableText):
        parse(text)
