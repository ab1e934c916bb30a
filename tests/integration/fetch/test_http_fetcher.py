"""The HTTP fetcher against a real server on loopback that behaves badly."""

from __future__ import annotations

import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from planwatch.domain.page import Page, PageRequest
from planwatch.errors import (
    Blocked,
    ConnectionFault,
    FetchError,
    FetchTimeout,
    HttpStatus,
    IncompletePage,
    NeedsBrowser,
    SettingsError,
    TooLarge,
)
from planwatch.fetch.client import HttpFetcher
from tests.support import server as answers
from tests.support.cli import HANG_S
from tests.support.server import Answer, LoopbackServer

E = TypeVar("E", bound=FetchError)

URL = "https://www.o2.co.uk/plans"
PATH = "/www.o2.co.uk/plans"
AGENT = "planwatch/0.1 (+mailto:prices@example.org)"
PLANS = "<html><p>25GB for £10 a month</p></html>"


def new_fetcher(server: LoopbackServer, **settings: Any) -> HttpFetcher:
    plain: dict[str, Any] = {
        "user_agent": AGENT,
        "timeout_s": HANG_S,
        "deadline_s": HANG_S,
        "max_bytes": 1_000_000,
        "pace_s": 0.0,
        "origin": server.origin,
    }
    return HttpFetcher(**{**plain, **settings})


def fetch(fetcher: HttpFetcher, *requests: PageRequest) -> list[Page]:
    wanted = requests or (PageRequest(name="plans", url=URL),)
    return fetcher.fetch_pages("o2", wanted, None, needs_browser=False)


def fetch_from(answer: Answer, **settings: Any) -> Page:
    with LoopbackServer({PATH: answer}) as server:
        return fetch(new_fetcher(server, **settings))[0]


def fail_from(answer: Answer, error: type[E], **settings: Any) -> E:
    with LoopbackServer({PATH: answer}) as server, pytest.raises(error) as caught:
        fetch(new_fetcher(server, **settings))
    assert type(caught.value) is error
    return caught.value


def test_a_page_keeps_its_bytes_its_true_address_and_its_charset() -> None:
    body = "<p>£10</p>".encode("iso-8859-1")

    page = fetch_from(answers.page(body, "Text/HTML; charset=ISO-8859-1"))

    assert page == Page(
        body=body, url=URL, name="plans", charset="iso-8859-1", media_type="text/html"
    )
    assert page.text == "<p>£10</p>"


def test_a_page_without_a_charset_is_read_as_utf_8() -> None:
    page = fetch_from(answers.page(PLANS, "text/html"))

    assert (page.charset, page.text) == ("utf-8", PLANS)


@pytest.mark.parametrize("charset", ["latin-nonsense", "idna", '"'])
def test_a_charset_that_makes_no_sense_does_not_stop_the_reading(charset: str) -> None:
    page = fetch_from(answers.page(PLANS, f"text/html; charset={charset}"))

    assert page.text == PLANS


def test_the_requests_of_a_source_come_back_in_order() -> None:
    routes = {f"/www.o2.co.uk/{months}": answers.page(f"£{months}") for months in (24, 12, 1)}
    wanted = [
        PageRequest(name=str(months), url=f"https://www.o2.co.uk/{months}")
        for months in (24, 12, 1)
    ]

    with LoopbackServer(routes) as server:
        pages = fetch(new_fetcher(server), *wanted)

    assert [(page.name, page.text) for page in pages] == [("24", "£24"), ("12", "£12"), ("1", "£1")]


def test_params_are_added_to_the_query_of_the_address() -> None:
    request = PageRequest(name="plans", url=f"{URL}?a=1", params={"q": "{ x & y }"})

    with LoopbackServer({PATH: answers.page(PLANS)}) as server:
        (page,) = fetch(new_fetcher(server), request)

    assert server.asked[0].query == {"a": "1", "q": "{ x & y }"}
    assert page.url.startswith(f"{URL}?a=1&q=")


def test_a_body_is_posted_as_json() -> None:
    request = PageRequest(name="deals", url=URL, json_body={"offset": 0, "words": "£"})

    with LoopbackServer({PATH: answers.page("{}", "application/json")}) as server:
        fetch(new_fetcher(server), request)

    (asked,) = server.asked
    assert (asked.method, asked.headers["content-type"]) == ("POST", "application/json")
    assert json.loads(asked.body) == {"offset": 0, "words": "£"}


def test_a_request_adds_its_headers_but_never_hides_who_asks() -> None:
    request = PageRequest(
        name="deals",
        url=URL,
        headers={"x-usw-csrf": "1", "user-agent": "Mozilla/5.0", "accept": "application/json"},
    )

    with LoopbackServer({PATH: answers.page(PLANS)}) as server:
        fetch(new_fetcher(server), request)

    headers = server.asked[0].headers
    assert headers["user-agent"] == AGENT
    assert (headers["x-usw-csrf"], headers["accept"]) == ("1", "application/json")


def test_cookies_stay_with_the_source_that_got_them() -> None:
    answer = answers.status(200, PLANS.encode(), Set_Cookie="seen=1; Path=/")

    with LoopbackServer({PATH: answer}) as server:
        fetcher = new_fetcher(server)
        fetch(fetcher, *[PageRequest(name=name, url=URL) for name in "ab"])
        fetch(fetcher)

    assert [asked.headers.get("cookie") for asked in server.asked] == [None, "seen=1", None]


def test_without_an_origin_the_address_itself_is_asked() -> None:
    with LoopbackServer({"/plans": answers.page(PLANS)}) as server:
        request = PageRequest(name="plans", url=f"{server.origin}/plans")
        (page,) = fetch(new_fetcher(server, origin=None), request)

    assert (page.url, page.text) == (request.url, PLANS)


def test_a_listing_is_followed_to_its_end() -> None:
    def next_request(page: Page, request: PageRequest) -> PageRequest | None:
        answer = json.loads(page.text)
        offset = request.offset + len(answer["items"])
        if offset >= answer["total"]:
            return None
        return deals(offset)

    with LoopbackServer({PATH: answers.listing(total=5, size=2)}) as server:
        pages = new_fetcher(server).fetch_pages(
            "uswitch", [deals(0)], next_request, needs_browser=False
        )

    assert [page.name for page in pages] == ["offset-0", "offset-2", "offset-4"]
    assert [json.loads(page.text)["items"] for page in pages] == [[0, 1], [2, 3], [4]]


def test_a_listing_without_end_is_an_error_and_not_a_flood() -> None:
    with (
        LoopbackServer({PATH: answers.listing(total=100, size=0)}) as server,
        pytest.raises(FetchError, match="continues after 3 pages") as caught,
    ):
        new_fetcher(server, max_pages=3).fetch_pages(
            "uswitch", [deals(0)], lambda _page, request: request, needs_browser=False
        )

    assert len(server.asked) == 3
    assert caught.value.context == {"source": "uswitch", "request": "offset-0"}


def deals(offset: int) -> PageRequest:
    return PageRequest(
        name=f"offset-{offset}", url=URL, json_body={"offset": offset}, offset=offset
    )


def test_a_silent_server_is_a_timeout() -> None:
    error = fail_from(answers.hang, FetchTimeout, timeout_s=0.3)

    assert error.context == {"source": "o2", "request": "plans"}


@pytest.mark.parametrize("answer", [answers.drip_head, answers.drip_body])
def test_a_server_that_drips_for_ever_is_cut_at_the_deadline(answer: Answer) -> None:
    started_s = time.monotonic()

    error = fail_from(answer, FetchTimeout, deadline_s=0.5)

    assert "no complete answer within 0.5 s" in error.message
    assert time.monotonic() - started_s < HANG_S / 2, "the server drips for as long as that"


def test_a_late_answer_does_not_cut_the_answers_of_other_threads() -> None:
    routes = {PATH: answers.drip_body, "/ee.co.uk/plans": answers.page(PLANS)}
    good = PageRequest(name="plans", url="https://ee.co.uk/plans")

    with LoopbackServer(routes) as server, ThreadPoolExecutor(2) as threads:
        fetcher = new_fetcher(server, deadline_s=3.0)
        late = threads.submit(fetch, fetcher)
        pages = [page for _ in range(20) for page in fetch(fetcher, good)]
        fault = late.exception(timeout=HANG_S)

    assert isinstance(fault, FetchTimeout)
    assert [page.text for page in pages] == [PLANS] * 20


def test_the_deadline_counts_each_answer_alone() -> None:
    wanted = [PageRequest(name=str(number), url=URL) for number in range(3)]
    paused: list[float] = []

    with LoopbackServer({PATH: answers.page(PLANS)}) as server:
        fetcher = new_fetcher(server, deadline_s=30.0, pace_s=99.0, sleep=paused.append)
        pages = fetch(fetcher, *wanted)

    assert (len(pages), len(paused)) == (3, 3), "robots.txt comes before the three pages"


@pytest.mark.parametrize(
    "answer",
    [
        answers.reset,
        answers.reset_in_body,
        answers.nonsense,
        answers.truncated(PLANS.encode(), missing=10),
        answers.cut_gzip(PLANS.encode() * 50),
        answers.status(200, b"this is not gzip", Content_Encoding="gzip"),
    ],
    ids=["reset", "reset in body", "nonsense", "truncated", "cut gzip", "damaged gzip"],
)
def test_an_answer_that_breaks_off_is_a_connection_fault_and_never_a_page(answer: Answer) -> None:
    fail_from(answer, ConnectionFault)


@pytest.mark.parametrize(
    "answer",
    [
        answers.status(206, PLANS.encode(), Content_Type="text/html"),
        answers.status(206, PLANS.encode(), Content_Range="bytes 0-39/4000"),
        answers.status(206, b'{"plans": []}', Content_Type="application/json"),
        answers.page(PLANS.removesuffix("</html>")),
        answers.page("<!DOCTYPE html><BODY id=a><p>25GB for £10</p><!-- </body> -->"),
        answers.page(
            "<html><script>'</html>'</script><p>25GB for £10</p>", "application/xhtml+xml"
        ),
        answers.page('{"plans": [{"price": 10', "application/json"),
        answers.gzipped(PLANS.removesuffix("</html>").encode()),
        answers.until_closed(PLANS.removesuffix("</html>").encode()),
    ],
    ids=lambda _: "",
)
def test_a_part_of_a_page_is_refused_however_it_came(answer: Answer) -> None:
    error = fail_from(answer, IncompletePage)

    assert error.is_transient
    assert "part of the page" in error.message or "cut short" in error.message
    assert error.hint


def test_a_page_of_unknown_length_that_is_whole_is_read() -> None:
    assert fetch_from(answers.until_closed(PLANS.encode())).text == PLANS


def test_a_server_that_is_not_there_is_a_connection_fault() -> None:
    with LoopbackServer({}) as server:
        fetcher = new_fetcher(server)

    with pytest.raises(ConnectionFault):
        fetch(fetcher)


def test_a_compressed_page_is_unpacked() -> None:
    body = PLANS * 1000

    page = fetch_from(answers.gzipped(body.encode()))

    assert page.text == body


def test_a_page_in_several_compressed_parts_is_read_whole() -> None:
    parts = gzip.compress(b"first ") + gzip.compress(b"second")

    page = fetch_from(answers.status(200, parts, Content_Encoding="gzip"))

    assert page.body == b"first second"


@pytest.mark.parametrize(
    "said",
    ["none", "None", "UTF-8", "utf8", "identity", "binary", "", " ", "8bit", "none, identity"],
)
def test_what_is_no_content_coding_leaves_the_page_as_it_came(said: str) -> None:
    assert fetch_from(answers.status(200, PLANS.encode(), Content_Encoding=said)).text == PLANS


@pytest.mark.parametrize("said", ["gzip", "X-GZip", "gzip, utf-8", "none, gzip", "identity,gzip"])
def test_beside_gzip_what_is_no_content_coding_is_passed_over(said: str) -> None:
    answer = answers.status(200, gzip.compress(PLANS.encode()), Content_Encoding=said)

    assert fetch_from(answer).text == PLANS


@pytest.mark.parametrize("said", [{}, {"Content_Encoding": "none"}, {"Content_Encoding": "utf-8"}])
def test_a_compressed_page_whose_header_does_not_say_so_is_unpacked(said: dict[str, str]) -> None:
    assert fetch_from(answers.status(200, gzip.compress(PLANS.encode()), **said)).text == PLANS


def test_a_compressed_page_without_its_header_is_cut_where_it_is_cut() -> None:
    packed = gzip.compress(PLANS.encode() * 50)

    fail_from(answers.status(200, packed[: len(packed) // 2]), ConnectionFault)


@pytest.mark.parametrize("zeros", [1, 7, 512, 200_000])
@pytest.mark.parametrize("said", [{"Content_Encoding": "gzip"}, {}])
def test_zeros_behind_a_compressed_page_are_passed_over(zeros: int, said: dict[str, str]) -> None:
    packed = gzip.compress(PLANS.encode()) + bytes(zeros)

    assert fetch_from(answers.status(200, packed, **said)).text == PLANS


def test_zeros_between_two_compressed_parts_are_passed_over() -> None:
    parts = gzip.compress(b"first ") + bytes(9) + gzip.compress(b"second")

    assert fetch_from(answers.status(200, parts, Content_Encoding="gzip")).body == b"first second"


@pytest.mark.parametrize("said", ["br", "deflate", "zstd", "gzip, br"])
def test_a_coding_that_nobody_asked_for_is_named(said: str) -> None:
    error = fail_from(answers.status(200, b"?", Content_Encoding=said), FetchError)

    assert repr(said) in error.message


def test_a_bomb_ends_at_the_limit() -> None:
    error = fail_from(answers.gzip_bomb(50_000_000), TooLarge, max_bytes=2_000_000)

    assert "more than 2,000,000 bytes" in error.message


@pytest.mark.parametrize(("extra", "is_too_large"), [(0, False), (1, True)])
def test_the_limit_itself_is_allowed(extra: int, is_too_large: bool) -> None:
    answer = answers.page(b"x" * (1000 + extra), "text/plain")

    if is_too_large:
        fail_from(answer, TooLarge, max_bytes=1000)
    else:
        assert len(fetch_from(answer, max_bytes=1000).body) == 1000


def test_an_encoding_that_was_not_asked_for_is_an_error() -> None:
    error = fail_from(answers.status(200, b"?", Content_Encoding="gzip, gzip"), FetchError)

    assert "'gzip, gzip'" in error.message


@pytest.mark.parametrize("code", [404, 410, 500, 503])
def test_another_status_is_an_error_that_names_it(code: int) -> None:
    error = fail_from(answers.status(code, b"sorry"), HttpStatus)

    assert (error.status, error.retry_after_s) == (code, None)
    assert f"HTTP {code}" in error.message


def test_retry_after_is_read_in_seconds() -> None:
    assert fail_from(answers.too_many("120"), HttpStatus).retry_after_s == 120


def test_retry_after_as_a_date_counts_from_the_date_of_the_answer() -> None:
    sent = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)

    error = fail_from(answers.too_many("Thu, 01 Jan 2026 12:00:30 GMT", sent), HttpStatus)

    assert error.retry_after_s == 30


@pytest.mark.parametrize("code", [401, 403])
def test_a_refusal_is_a_block(code: int) -> None:
    error = fail_from(answers.status(code, b"<html>Access Denied</html>"), Blocked)

    assert f"HTTP {code}" in error.message
    assert "planwatch probe" in error.hint


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        ('<html><iframe src="/_Incapsula_Resource?SWUDNSAI=9"></iframe></html>', "_Incapsula"),
        ("<title>Just a moment...</title><div>Checking</div>", "Just a moment..."),
        ("<html>Request unsuccessful. Incapsula incident ID: 5</html>", "Incapsula incident"),
        ('<form id="challenge-form" class="cf-challenge">', "cf-challenge"),
        ('<html><div class="g-recaptcha"></div></html>', "captcha"),
    ],
)
@pytest.mark.parametrize("code", [200, 503])
def test_a_challenge_page_is_a_block_that_names_its_evidence(
    code: int, body: str, evidence: str
) -> None:
    error = fail_from(answers.status(code, body.encode(), Content_Type="text/html"), Blocked)

    assert evidence in error.message


def test_a_challenge_that_only_a_header_tells_is_a_block() -> None:
    error = fail_from(answers.status(202, b"", X_Amzn_Waf_Action="challenge"), Blocked)

    assert "x-amzn-waf-action" in error.message


def test_a_redirect_within_the_site_is_followed_and_the_page_has_the_last_address() -> None:
    routes = {
        PATH: answers.redirect("https://o2.co.uk/shop?x=1"),
        "/o2.co.uk/shop": answers.redirect("/sim"),
        "/o2.co.uk/sim": answers.page(PLANS),
    }

    with LoopbackServer(routes) as server:
        (page,) = fetch(new_fetcher(server))

    assert page.url == "https://o2.co.uk/sim"
    assert [(asked.path, dict(asked.query)) for asked in server.asked] == [
        (PATH, {}),
        ("/o2.co.uk/shop", {"x": "1"}),
        ("/o2.co.uk/sim", {}),
    ]


def test_a_redirect_to_the_origin_itself_is_read_as_the_host_that_it_stands_for() -> None:
    routes: dict[str, Answer] = {"/shop.o2.co.uk/sim": answers.page(PLANS)}

    with LoopbackServer(routes) as server:
        routes[PATH] = answers.redirect(f"{server.origin}/shop.o2.co.uk/sim?a=1")
        (page,) = fetch(new_fetcher(server))

    assert page.url == "https://shop.o2.co.uk/sim?a=1"


@pytest.mark.parametrize(
    ("code", "method", "body"), [(302, "GET", b""), (303, "GET", b""), (307, "POST", b'{"a":1}')]
)
def test_a_redirected_post_keeps_its_body_only_where_it_must(
    code: int, method: str, body: bytes
) -> None:
    routes = {PATH: answers.redirect("/sim", code), "/www.o2.co.uk/sim": answers.page(PLANS)}

    with LoopbackServer(routes) as server:
        fetch(new_fetcher(server), PageRequest(name="deals", url=URL, json_body={"a": 1}))

    assert (server.asked[1].method, server.asked[1].body) == (method, body)


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://www.virginmedia.com/", "www.virginmedia.com"),
        ("https://o2.co.uk.example.org/", "o2.co.uk.example.org"),
        ("http://www.o2.co.uk/plans", "'http'"),
        ("ftp://www.o2.co.uk/plans", "'ftp'"),
    ],
)
def test_a_redirect_to_another_place_is_refused(location: str, said: str) -> None:
    error = fail_from(answers.redirect(location), FetchError)

    assert said in error.message


def test_a_redirect_in_a_circle_ends_as_an_error_that_is_not_retried() -> None:
    with (
        LoopbackServer({PATH: answers.redirect(URL)}) as server,
        pytest.raises(FetchError) as caught,
    ):
        fetch(new_fetcher(server))

    assert type(caught.value) is FetchError
    assert "more than 8 redirects" in caught.value.message
    assert len(server.asked) == 9


def test_two_requests_to_a_host_keep_their_pace_and_other_hosts_do_not_wait() -> None:
    clock = [100.0]
    pauses: list[float] = []

    def sleep(pause_s: float) -> None:
        pauses.append(pause_s)
        clock[0] += pause_s

    routes = {PATH: answers.page(PLANS), "/ee.co.uk/plans": answers.page(PLANS)}
    urls = [URL, URL, "https://ee.co.uk/plans", URL]
    with LoopbackServer(routes) as server:
        fetcher = new_fetcher(server, pace_s=2.0, sleep=sleep, monotonic=lambda: clock[0])
        fetch(fetcher, *[PageRequest(name=str(n), url=url) for n, url in enumerate(urls)])

    # www: robots.txt, then two pages at its pace; ee: robots.txt, then its page; www is due again
    assert pauses == [2.0, 2.0, 2.0]


def test_where_no_browser_is_found_its_sources_are_told_so_before_any_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with (
        LoopbackServer({PATH: answers.page(PLANS)}) as server,
        pytest.raises(NeedsBrowser) as caught,
    ):
        new_fetcher(server).fetch_pages(
            "sky", [PageRequest(name="plans", url=URL)], None, needs_browser=True
        )

    assert "apt-get install chromium" in caught.value.hint
    assert server.asked == []


@pytest.mark.parametrize("url", ["ftp://o2.co.uk/", "/plans", "https://o2:port/", "https://"])
def test_an_address_that_is_none_is_an_error(url: str) -> None:
    with LoopbackServer({}) as server, pytest.raises(FetchError, match=r"not a .* address"):
        fetch(new_fetcher(server), PageRequest(name="plans", url=url))


@pytest.mark.parametrize(
    "origin",
    [
        "http://example.org",
        "http://192.0.2.1:8080",
        "ftp://127.0.0.1",
        "http://127.0.0.1:8080/path",
        "http://me:secret@127.0.0.1",
        "127.0.0.1:8080",
        "http://[",
    ],
)
def test_an_origin_that_is_not_on_this_machine_is_refused(origin: str) -> None:
    with pytest.raises(SettingsError, match="PLANWATCH_ORIGIN"):
        HttpFetcher(user_agent=AGENT, origin=origin)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1/", "http://localhost:1", "https://[::1]:1"])
def test_an_origin_on_this_machine_is_accepted(origin: str) -> None:
    HttpFetcher(user_agent=AGENT, origin=origin)


def test_an_unusable_proxy_is_refused_without_showing_its_password() -> None:
    with pytest.raises(SettingsError) as caught:
        HttpFetcher(user_agent=AGENT, proxy="gopher://me:secret@proxy")

    assert "secret" not in caught.value.message


def test_a_missing_file_of_certificates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"ca\.pem: No such file"):
        HttpFetcher(user_agent=AGENT, ca_file=tmp_path / "ca.pem")


def test_no_request_goes_through_a_proxy_when_an_origin_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    page = fetch_from(answers.page(PLANS), proxy="http://127.0.0.1:1")

    assert page.text == PLANS
