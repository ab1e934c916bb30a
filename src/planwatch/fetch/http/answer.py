"""Read an HTTP response: a page, or the error that explains why there is none.

A page that only asks whether we are human is no page, and neither is a part of one. How its bytes
are unpacked: unpack.py.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from planwatch.domain.page import Page
from planwatch.domain.whole_page import find_cut
from planwatch.errors import (
    Blocked,
    FetchError,
    HttpStatus,
    IncompletePage,
    TooLarge,
)
from planwatch.fetch.http.address import shown
from planwatch.fetch.http.robots_rules import MOST_BYTES
from planwatch.fetch.http.unpack import unpacked

_BLOCK_HINT: Final = (
    "the site refuses programs, and planwatch does not pose as a person; to read a page that you "
    "saved yourself: planwatch probe SOURCE --from FILE"
)
_CUT_HINT: Final = (
    "nothing of it is stored; another attempt may bring the whole page, else look at it in a "
    "browser"
)
_ERROR_BYTES: Final = 30_000

# A real page of a shop is longer than this, or shows a price or an allowance.
SHORT_PAGE_BYTES: Final = 30_000
_CHALLENGE_HEADERS: Final = {"cf-mitigated": "challenge", "x-amzn-waf-action": "challenge"}
_CHALLENGES: Final = (
    "Request unsuccessful. Incapsula incident",
    "_Incapsula_Resource",
    "Just a moment...",
    "cf-challenge",
    "_cf_chl_opt",
    "captcha-delivery.com",
    "px-captcha",
    "Pardon Our Interruption",
    "Verify you are human",
    "captcha",
)
_SIGN_OF_A_PLAN: Final = re.compile(r"£|&pound;|&#163;|\\u00a3|\bGBP\b|[0-9]\s?GB\b|\bpriceIn")
_PASSWORD: Final = re.compile(
    r"<input\b[^<>]{0,2000}?\btype\s{0,9}=\s{0,9}[\"']?password", re.IGNORECASE
)
_REFUSALS: Final = (401, 403)
_PART: Final = 206
_NO_ROBOTS: Final = range(400, 500)
_TOO_MANY_REQUESTS: Final = 429
_SUCCESSES: Final = range(200, 300)
_SCRIPT_OR_STYLE: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)


def read_page(response: httpx.Response, url: str, name: str, most_bytes: int) -> Page:
    """Read the whole answer.

    Raises:
        Blocked: 401, 403 or a page that asks whether we are human; the message says which.
        HttpStatus: another status outside 200-299.
        TooLarge: more than `most_bytes`, unpacked or not.
        ConnectionFault: the connection ended before the answer did, or the answer is damaged.
        IncompletePage: the answer is a part of a page, though the server may call it whole.
        FetchError: an encoding that was not asked for.
    """
    if response.status_code in _REFUSALS:
        raise _refused(url, response.status_code)
    for header, value in _CHALLENGE_HEADERS.items():
        if response.headers.get(header) == value:
            raise Blocked(f"{shown(url)}: a challenge ({header}: {value})", hint=_BLOCK_HINT)
    body = _read_error(response) if not response.is_success else _read(response, url, most_bytes)
    page = Page(
        body=body,
        url=url,
        name=name,
        charset=response.charset_encoding or "utf-8",
        media_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        etag=response.headers.get("ETag"),
        last_modified=response.headers.get("Last-Modified"),
    )
    refusal = blocked_page(page)
    if refusal is not None:
        raise refusal
    fault = status_fault(url, response.status_code, response.reason_phrase, response.headers)
    if fault is not None:
        raise fault
    check_whole(page)
    return page


def read_robots(response: httpx.Response, url: str) -> bytes:
    """Read a robots.txt (RFC 9309, 2.3.1): empty where there is none.

    Raises:
        Blocked: a page that asks whether we are human, in its place.
        FetchError: it cannot be had for the moment: 429, 5xx, a part of it, a fault of the line.
    """
    if response.status_code in _NO_ROBOTS and response.status_code != _TOO_MANY_REQUESTS:
        return b""
    fault = status_fault(url, response.status_code, response.reason_phrase, response.headers)
    if fault is not None:
        raise fault
    body = bytearray()
    _read_begin(body, response, url, MOST_BYTES)
    challenge = find_challenge(Page(body=bytes(body), url=url))
    if challenge:
        raise _challenged(url, challenge)
    return bytes(body)


def check_whole(page: Page) -> None:
    """Make sure that a page came whole, by what its bytes say.

    Raises:
        IncompletePage: it was cut short.
    """
    cut = find_cut(page.text, page.media_type)
    if cut is not None:
        raise IncompletePage(f"{shown(page.url)}: the page is cut short: {cut}", hint=_CUT_HINT)


def too_large(url: str, most_bytes: int) -> TooLarge:
    """Return the error for a page of more than so many bytes."""
    return TooLarge(
        f"{shown(url)}: more than {most_bytes:,} bytes",
        hint="no page of a shop is that large; check it, or raise fetch.max_mb",
    )


def status_fault(url: str, status: int, reason: str, headers: httpx.Headers) -> FetchError | None:
    """Return the error that an answer's status amounts to, None for a success."""
    if status in _REFUSALS:
        return _refused(url, status)
    if status == _PART:
        return IncompletePage(
            f"{shown(url)}: HTTP 206, a part of the page, though the whole page was asked for",
            hint=_CUT_HINT,
        )
    if status in _SUCCESSES:
        return None
    return _status_error(url, status, reason, headers)


def blocked_page(page: Page) -> Blocked | None:
    """Return the error for a page that keeps us out, with its evidence; None for any other."""
    challenge = find_challenge(page)
    if challenge:
        return _challenged(page.url, challenge)
    if is_login(page):
        return Blocked(
            f"{shown(page.url)}: the site sent a login form instead of the page",
            hint="the site shows its plans to customers only; to read a page that you saved "
            "yourself: planwatch probe SOURCE --from FILE",
            evidence="login",
        )
    return None


def _challenged(url: str, challenge: str) -> Blocked:
    return Blocked(
        f"{shown(url)}: the site sent a bot challenge instead of the page ({challenge!r})",
        hint=_BLOCK_HINT,
        evidence=challenge,
    )


def is_login(page: Page) -> bool:
    """Tell whether a page asks for a password, and shows no plan."""
    return (
        _is_html(page)
        and _PASSWORD.search(page.text) is not None
        and not _SIGN_OF_A_PLAN.search(_SCRIPT_OR_STYLE.sub(" ", page.text))
    )


def _is_html(page: Page) -> bool:
    return "html" in page.media_type or page.body.lstrip()[:1] == b"<"


def _refused(url: str, status: int) -> Blocked:
    return Blocked(f"{shown(url)}: refused with HTTP {status}", hint=_BLOCK_HINT, status=status)


def find_challenge(page: Page) -> str | None:
    """Return the words by which a page shows that it only keeps robots out, None if it does not.

    Real pages carry some of these words too, in the script that watches over them; so only a short
    HTML page without any sign of a plan counts.
    """
    if not _is_html(page) or len(page.body) > SHORT_PAGE_BYTES or _SIGN_OF_A_PLAN.search(page.text):
        return None
    text = page.text.lower()
    shown = _SCRIPT_OR_STYLE.sub(" ", text)  # a log-in form may load a captcha's script
    for words in _CHALLENGES:
        if words.lower() in (shown if words == "captcha" else text):
            return words
    return None


def _read(response: httpx.Response, url: str, most_bytes: int) -> bytes:
    body = bytearray()
    for part in unpacked(response, url):
        body += part
        if len(body) > most_bytes:
            raise too_large(url, most_bytes)
    return bytes(body)


def _read_error(response: httpx.Response) -> bytes:
    """Read the beginning of an error page, as far as it comes; its status is what matters."""
    body = bytearray()
    with suppress(httpx.HTTPError, FetchError):
        _read_begin(body, response, "", _ERROR_BYTES)
    return bytes(body)


def _read_begin(body: bytearray, response: httpx.Response, url: str, most_bytes: int) -> None:
    """Add what is not longer than `most_bytes` in whole, of anything else a little more."""
    for part in unpacked(response, url):
        body += part
        if len(body) > most_bytes:
            break


def _status_error(url: str, status: int, reason: str, headers: httpx.Headers) -> HttpStatus:
    return HttpStatus(
        f"{shown(url)}: HTTP {status} {reason}".rstrip(),
        status=status,
        retry_after_s=find_retry_after_s(headers),
        hint="open the address in a browser; the page may have moved, or the site may be down",
    )


def find_retry_after_s(headers: httpx.Headers) -> float | None:
    """Return the seconds that a server asks us to wait, None if it does not say.

    A date is taken relative to the answer's own Date, so that a wrong clock on either side does no
    harm.
    """
    wanted = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", wanted):
        return float(wanted)
    until, sent = _instant_of(wanted), _instant_of(headers.get("Date", ""))
    if until is None or sent is None:
        return None
    return max((until - sent).total_seconds(), 0.0)


def _instant_of(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
