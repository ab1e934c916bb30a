"""What an answer is: challenge pages, and the pause that a server asks for."""

from __future__ import annotations

import httpx
import pytest

from planwatch.domain.page import Page
from planwatch.fetch.http.answer import SHORT_PAGE_BYTES, find_challenge, find_retry_after_s

_WATCH = '<script src="/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3"></script>'
_DATE = "Thu, 01 Jan 2026 12:00:00 GMT"


def html(body: str, media_type: str = "text/html") -> Page:
    return Page(body=body.encode(), media_type=media_type)


@pytest.mark.parametrize(
    "body",
    [
        f"<html>{_WATCH}</html>",
        '<html><iframe src="//geo.captcha-delivery.com/captcha/"></iframe></html>',
        "<html><title>Just a moment...</title></html>",
        "<html><p>Please solve the CAPTCHA below</p></html>",
        "<h1>Pardon Our Interruption</h1>",
    ],
)
def test_a_short_page_with_the_words_of_a_guard_is_a_challenge(body: str) -> None:
    assert find_challenge(html(body)) is not None


@pytest.mark.parametrize("sign", ["£10 a month", "&pound;10", "25 GB", "25GB", "priceInPence"])
def test_a_guarded_page_that_shows_a_plan_is_a_page(sign: str) -> None:
    assert find_challenge(html(f"<html>{_WATCH}{sign}</html>")) is None


def test_a_long_guarded_page_is_a_page() -> None:
    assert find_challenge(html(_WATCH + "x" * SHORT_PAGE_BYTES)) is None


def test_an_empty_shop_that_loads_a_captcha_for_its_log_in_is_a_page() -> None:
    shell = '<div id="root"></div><script src="https://www.google.com/recaptcha/api.js"></script>'

    assert find_challenge(html(shell)) is None


def test_json_is_never_a_challenge() -> None:
    assert find_challenge(html('{"captcha": true}', "application/json")) is None


def test_html_without_a_media_type_may_be_a_challenge() -> None:
    assert find_challenge(html("\n<html>Verify you are human</html>", "")) == "Verify you are human"


@pytest.mark.parametrize(
    ("wanted", "sent", "seconds"),
    [
        ("120", "", 120.0),
        (" 0 ", "", 0.0),
        ("Thu, 01 Jan 2026 12:00:30 GMT", _DATE, 30.0),
        ("Thursday, 01-Jan-26 12:01:00 GMT", _DATE, 60.0),
        ("Thu, 01 Jan 2026 13:00:30 +0100", _DATE, 30.0),
        ("Thu, 01 Jan 2026 12:00:30 -0000", _DATE, 30.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", _DATE, 0.0),
        ("Thu, 01 Jan 2026 12:00:30 GMT", "", None),
        ("Thu, 01 Jan 2026 12:00:30 GMT", "yesterday", None),
        ("", _DATE, None),
        ("soon", _DATE, None),
        ("-5", _DATE, None),
        ("1e9", _DATE, None),
        ("9" * 400, _DATE, None),
        ("Thu, 99 Jan 2026 12:00:30 GMT", _DATE, None),
    ],
)
def test_retry_after_is_read_or_not_stated(wanted: str, sent: str, seconds: float | None) -> None:
    headers = httpx.Headers({"Retry-After": wanted, "Date": sent})

    assert find_retry_after_s(headers) == seconds
