"""The replica market as an HTTP client meets it: its shops, its faults, what it remembers."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from planwatch.domain.page import Page
from planwatch.domain.plan import Plan
from planwatch.errors import (
    Blocked,
    ConnectionFault,
    FetchError,
    FetchTimeout,
    HttpStatus,
    LayoutChanged,
    NothingFound,
    PlanwatchError,
    RobotsDenied,
    TooLarge,
)
from planwatch.fetch.client import HttpFetcher
from planwatch.sources.contract import Reading, read_pages
from planwatch.sources.registry import SOURCE_IDS, load_source
from tests.support.cases import REPO
from tests.support.cli import HANG_S
from tests.support.market import faults
from tests.support.market.plans import DATES, FIRST, SECOND
from tests.support.market.replica import ReplicaMarket
from tests.support.market.server import IDLE_S, run_market
from tests.support.market.sites.registry import SITES
from tests.support.market.truth import as_printed

HTTP_SOURCES = ("ee", "giffgaff", "smarty", "uswitch")
SCRIPTED_SOURCES = tuple(site.source for site in SITES.values() if site.needs_scripts)
AGENT = "planwatch/0.1 (+mailto:prices@example.org)"
PAGES = {
    "ee": (
        "/ee.co.uk/graphql?operationName=SimBundleQuery&query=q&variables="
        '{"bundleSeoId":"sim-only-deals","simSeoId":"multi-sim-paym"}'
    ),
    "giffgaff": "/www.giffgaff.com/sim-only-deals",
    "smarty": "/smarty.co.uk/api/v3/plans",
    "o2": "/www.o2.co.uk/shop/sim-cards/sim-only-deals?contractMonths=24",
    "vodafone": "/www.vodafone.co.uk/mobile/best-sim-only-deals",
    "three": "/www.three.co.uk/shop/sim-only/pay-monthly",
    "sky": "/www.sky.com/shop/mobile/plans",
    "tesco": "/www.tescomobile.com/shop/sim-only-deals/sim-only-contracts",
}
USWITCH = "/www.uswitch.com/mobiles/graphql"
ERRORS = {
    "429": HttpStatus,
    "500": HttpStatus,
    "403": Blocked,
    "challenge": Blocked,
    "login": Blocked,
    "redirect_loop": FetchError,
    "redirect_away": FetchError,
    "bomb": TooLarge,
    "gzip_bomb": TooLarge,
    "reset": ConnectionFault,
    "drip": FetchTimeout,
    "truncated": ConnectionFault,
    "truncated_chunked": ConnectionFault,
    "robots": RobotsDenied,
    "robots_500": HttpStatus,
    "empty": NothingFound,
    "renamed": LayoutChanged,
}


@pytest.fixture
def market() -> Iterator[ReplicaMarket]:
    with run_market(FIRST) as running:
        yield running


def scrape(market: ReplicaMarket, source_id: str, **settings: Any) -> Reading:
    source = load_source(source_id)
    fetcher = HttpFetcher(
        **{
            "user_agent": AGENT,
            "pace_s": 0.0,
            "timeout_s": HANG_S,
            "deadline_s": HANG_S,
            "origin": market.origin,
            **settings,
        }
    )
    pages = fetcher.fetch_pages(
        source_id, source.requests, source.next_request, needs_browser=False
    )
    return read_pages(source, pages, market.day)


def fail(market: ReplicaMarket, source_id: str, **settings: Any) -> PlanwatchError:
    with pytest.raises(PlanwatchError) as caught:
        scrape(market, source_id, **settings)
    return caught.value


def get(market: ReplicaMarket, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{market.origin}{path}", headers=headers, trust_env=False)


def ask_uswitch(
    market: ReplicaMarket, *, offset: int = 0, limit: int = 100, csrf: str = "1"
) -> httpx.Response:
    question = {
        "operationName": "SimOnlyPageDeals",
        "query": "query SimOnlyPageDeals { }",
        "variables": {"offset": offset, "limit": limit},
    }
    return httpx.post(
        f"{market.origin}{USWITCH}",
        json=question,
        headers={"x-usw-csrf": csrf} if csrf else {},
        trust_env=False,
    )


def in_order(plans: Iterable[Plan]) -> list[Plan]:
    return sorted(plans, key=lambda plan: (plan.plan_key, plan.offer_key, plan.price_pence))


def prices(plans: Iterable[Plan]) -> dict[tuple[str, str], int]:
    return {(plan.plan_key, plan.offer_key): plan.price_pence for plan in plans}


@pytest.mark.parametrize("day", DATES, ids=str)
@pytest.mark.parametrize("source_id", HTTP_SOURCES)
def test_a_scrape_reads_what_the_shop_truly_sells(source_id: str, day: date) -> None:
    with run_market(day) as market:
        reading = scrape(market, source_id)

        assert reading.unreadable == ()
        assert in_order(map(as_printed, reading.plans)) == in_order(market.true_plans(source_id))


def test_the_truth_comes_in_the_documented_shape(market: ReplicaMarket) -> None:
    (record,) = [
        record
        for record in market.true_records("three")
        if record["source_ref"] == "25GB Lite SIMO 24M"
    ]

    assert record["price_pence"] == 700
    assert record["price_steps"][0] == {"from": "2027-04-01", "price_pence": 795}


def test_the_market_moves_when_its_day_does(market: ReplicaMarket) -> None:
    before = len(scrape(market, "giffgaff").plans)
    market.day = SECOND

    after = scrape(market, "giffgaff")

    assert len(after.plans) == before + 1
    assert {plan.as_of for plan in market.true_plans("giffgaff")} == {SECOND}


def test_every_source_has_a_site_at_the_address_that_it_asks_for() -> None:
    hosts = {source: load_source(source).requests[0].url.split("/")[2] for source in SOURCE_IDS}

    assert {site.source: site.host for site in SITES.values()} == hosts
    assert {site.source: site.needs_scripts for site in SITES.values()} == {
        source: load_source(source).needs_browser for source in SOURCE_IDS
    }


@pytest.mark.parametrize("source_id", SCRIPTED_SOURCES)
def test_a_page_that_needs_scripts_shows_no_plan_without_them(
    market: ReplicaMarket, source_id: str
) -> None:
    answer = get(market, PAGES[source_id])
    source = load_source(source_id)

    assert answer.status_code == 200
    with pytest.raises(LayoutChanged):
        source.parse(Page(body=answer.content), market.day)


def test_uswitch_refuses_a_question_without_its_header(market: ReplicaMarket) -> None:
    answers = [
        ask_uswitch(market, csrf=""),
        ask_uswitch(market),
        get(market, USWITCH, **{"x-usw-csrf": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 200, 405]


@pytest.mark.parametrize(("page_size", "requests"), [(15, 2), (7, 4), (100, 1)])
def test_uswitch_gives_at_most_a_page_and_counts_its_ads(page_size: int, requests: int) -> None:
    with run_market(FIRST, page_size=page_size) as market:
        reading = scrape(market, "uswitch")

        assert in_order(map(as_printed, reading.plans)) == in_order(market.true_plans("uswitch"))
        assert market.count("www.uswitch.com", "/mobiles/graphql") == requests


def test_the_offset_of_uswitch_runs_through_the_ads(market: ReplicaMarket) -> None:
    slices = [ask_uswitch(market, offset=offset, limit=2).json()["data"] for offset in (2, 4)]

    kinds = [item["__typename"] for data in slices for item in data["dealsSimOnlyAndAds"]["items"]]
    assert kinds == ["DealSimOnly", "Ad", "DealSimOnly", "DealSimOnly"]


def test_ee_knows_two_bundles_and_refuses_others(market: ReplicaMarket) -> None:
    unknown = get(market, PAGES["ee"].replace("sim-only-deals", "broadband"))
    without_query = get(market, PAGES["ee"].replace("query=q", ""))

    assert unknown.json() == {"errors": [{"message": "Bundle not found"}], "data": None}
    assert without_query.status_code == 400


@pytest.mark.parametrize("source_id", ["ee", "giffgaff", "smarty"])
def test_a_page_that_we_have_already_is_not_sent_again(
    market: ReplicaMarket, source_id: str
) -> None:
    first = get(market, PAGES[source_id])
    by_tag = get(market, PAGES[source_id], **{"If-None-Match": f"W/{first.headers['ETag']}"})
    by_day = get(market, PAGES[source_id], **{"If-Modified-Since": first.headers["Last-Modified"]})
    by_old_tag = get(
        market,
        PAGES[source_id],
        **{"If-None-Match": '"old"', "If-Modified-Since": first.headers["Last-Modified"]},
    )

    assert first.headers["Last-Modified"] == "Mon, 02 Nov 2026 05:00:00 GMT"
    assert [answer.status_code for answer in (first, by_tag, by_day, by_old_tag)] == [
        200,
        304,
        304,
        200,
    ]
    assert by_tag.content == b""
    assert by_tag.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("source_id", ["ee", "giffgaff", "smarty"])
def test_a_page_that_changed_on_the_same_day_is_sent_again(
    market: ReplicaMarket, source_id: str
) -> None:
    first = get(market, PAGES[source_id])
    market.fault(source_id, "sale")

    answers = [
        get(market, PAGES[source_id], **{"If-None-Match": first.headers["ETag"]}),
        get(market, PAGES[source_id], **{"If-Modified-Since": first.headers["Last-Modified"]}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers["Last-Modified"] > first.headers["Last-Modified"]


@pytest.mark.parametrize("path", ["/__data.json?contractMonths=24", "/assets/app.js"])
def test_what_a_script_asks_for_has_no_validators(market: ReplicaMarket, path: str) -> None:
    answer = get(market, f"/www.o2.co.uk{path}")

    assert answer.status_code == 200
    assert not {"etag", "last-modified"} & answer.headers.keys()
    assert not {"etag", "last-modified"} & ask_uswitch(market).headers.keys()


def test_robots_txt_allows_the_plans_and_names_a_crawl_delay(market: ReplicaMarket) -> None:
    before = get(market, "/ee.co.uk/robots.txt").text
    market.crawl_delay_s["ee"] = 2.5

    after = get(market, "/ee.co.uk/robots.txt").text

    assert before == "User-agent: *\nDisallow: /basket\nDisallow: /account\n"
    assert after == f"{before}Crawl-delay: 2.5\n"


@pytest.mark.parametrize("source_id", HTTP_SOURCES)
@pytest.mark.parametrize("name", ERRORS)
def test_a_fault_is_met_as_the_error_that_it_is(
    market: ReplicaMarket, name: str, source_id: str
) -> None:
    market.fault(source_id, name)

    error = fail(market, source_id, deadline_s=0.4 if name == "drip" else HANG_S)

    assert type(error) is ERRORS[name], error
    assert market.count("www.best-deals.example") == 0


def test_every_fault_is_tried_here_or_in_a_browser() -> None:
    tried_below = {"half", "times_ten", "sale", "charset"}

    assert ERRORS.keys() | tried_below | faults.FRONT_FAULTS.keys() == faults.NAMES


@pytest.mark.parametrize("name", ["429", "500", "reset", "truncated", "403", "challenge"])
def test_a_fault_of_two_requests_is_over_after_two(market: ReplicaMarket, name: str) -> None:
    market.fault("smarty", name, times=2)

    errors = [fail(market, "smarty").code for _ in range(2)]

    assert len(errors) == 2
    assert len(scrape(market, "smarty").plans) == 10


def test_a_429_says_how_long_to_wait(market: ReplicaMarket) -> None:
    market.fault("ee", "429", retry_after_s=7)

    error = fail(market, "ee")

    assert isinstance(error, HttpStatus)
    assert (error.status, error.retry_after_s) == (429, 7.0)


def test_a_fault_is_switched_off_while_the_market_runs(market: ReplicaMarket) -> None:
    market.fault("ee", "500")
    market.fault("smarty", "empty")
    fail(market, "ee")

    market.clear("ee")

    assert len(scrape(market, "ee").plans) == 10
    assert isinstance(fail(market, "smarty"), NothingFound)


def test_faults_of_one_source_leave_the_others_alone(market: ReplicaMarket) -> None:
    market.fault("ee", "renamed")

    assert len(scrape(market, "uswitch").plans) == 25


@pytest.mark.parametrize("source_id", HTTP_SOURCES)
def test_half_of_the_plans_are_missing_and_the_truth_stays(
    market: ReplicaMarket, source_id: str
) -> None:
    before = market.true_plans(source_id)
    market.fault(source_id, "half")

    read = scrape(market, source_id).plans

    assert len(read) == -(-len(before) // 2)
    assert market.true_plans(source_id) == before


@pytest.mark.parametrize("source_id", ["giffgaff", "smarty"])
def test_prices_ten_times_too_high_are_printed_and_not_true(
    market: ReplicaMarket, source_id: str
) -> None:
    market.fault(source_id, "times_ten")

    reading = scrape(market, source_id)

    truth = prices(market.true_plans(source_id))
    assert {key: pence // 10 for key, pence in prices(reading.plans).items()}.items() <= (
        truth.items()
    )
    # £350 is beyond belief for a plan: such a card is refused, not read
    assert len(reading.plans) + len(reading.unreadable) >= len(truth)


@pytest.mark.parametrize("source_id", HTTP_SOURCES)
def test_a_sale_is_true(market: ReplicaMarket, source_id: str) -> None:
    before = prices(market.true_plans(source_id))
    market.fault(source_id, "sale")

    reading = scrape(market, source_id)

    assert in_order(map(as_printed, reading.plans)) == in_order(market.true_plans(source_id))
    assert prices(reading.plans) == {key: -(-pence // 2) for key, pence in before.items()}


@pytest.mark.parametrize("source_id", HTTP_SOURCES)
def test_a_wrong_charset_is_declared(market: ReplicaMarket, source_id: str) -> None:
    market.fault(source_id, "charset")
    answer = ask_uswitch(market) if source_id == "uswitch" else get(market, PAGES[source_id])

    assert answer.headers["Content-Type"].endswith("charset=iso-8859-1")
    assert answer.content.decode("utf-8")
    assert prices(scrape(market, source_id).plans) == prices(market.true_plans(source_id))


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("no_consent", {"asksConsent": False}),
        ("slow_js", {"delayMs": 6000}),
        ("js_error", {"throws": True}),
    ],
)
@pytest.mark.parametrize("source_id", SCRIPTED_SOURCES)
def test_a_fault_of_a_script_is_in_the_script(
    market: ReplicaMarket, source_id: str, name: str, config: dict[str, Any]
) -> None:
    market.fault(source_id, name)
    host = SITES[source_id].host

    script = get(market, f"/{host}/assets/app.js").text

    found = re.search(r"const config = (\{.*\});", script)
    assert found
    assert config.items() <= json.loads(found[1]).items()


@pytest.mark.parametrize(
    ("source_id", "name", "times"),
    [("ee", "no_such_fault", None), ("ee", "slow_js", None), ("o2", "sale", 3)],
)
def test_a_fault_that_makes_no_sense_is_refused(
    market: ReplicaMarket, source_id: str, name: str, times: int | None
) -> None:
    with pytest.raises(ValueError, match=name):
        market.fault(source_id, name, times=times)


def test_the_market_remembers_what_it_was_asked(market: ReplicaMarket) -> None:
    with httpx.Client(headers={"User-Agent": AGENT}, trust_env=False) as client:
        for path in (PAGES["o2"], PAGES["o2"], "/images.ctfassets.net/hero.svg", "/nobody.test/"):
            client.get(f"{market.origin}{path}", headers={"Cookie": "visit=1; consent=given"})
        client.get(f"{market.origin}/www.googletagmanager.com/gtm.js?id=1")

    assert market.counts == {
        ("www.o2.co.uk", "/shop/sim-cards/sim-only-deals"): 2,
        ("images.ctfassets.net", "/hero.svg"): 1,
        ("nobody.test", "/"): 1,
        ("www.googletagmanager.com", "/gtm.js"): 1,
    }
    assert [seen.kind for seen in market.seen] == ["page", "page", "image", "unknown", "tracker"]
    assert [seen.status for seen in market.seen] == [200, 200, 200, 404, 200]
    first = market.seen[0].asked
    assert (first.query, first.headers["user-agent"]) == ({"contractMonths": "24"}, AGENT)
    assert first.cookies == {"visit": "1", "consent": "given"}


def test_the_market_forgets_on_request(market: ReplicaMarket) -> None:
    get(market, PAGES["smarty"])

    market.forget()

    assert (market.count(), market.counts) == (0, {})


def test_one_connection_serves_many_requests(market: ReplicaMarket) -> None:
    with httpx.Client(trust_env=False) as client:
        ports = {
            client.get(f"{market.origin}{PAGES['smarty']}")
            .extensions["network_stream"]
            .get_extra_info("client_addr")
            for _ in range(5)
        }

    assert len(ports) == 1


def test_every_answer_waits_for_the_latency() -> None:
    with run_market(FIRST, latency_s=0.2) as market:
        started = time.monotonic()
        get(market, PAGES["smarty"])
        slow_s = time.monotonic() - started

    assert slow_s >= 0.2


def connect(market: ReplicaMarket, path: str = "") -> socket.socket:
    """Open a connection, and ask for a page on it if there is a path."""
    connection = socket.create_connection(("127.0.0.1", httpx.URL(market.origin).port or 0), HANG_S)
    if path:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection


def read_to_the_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_the_market_closes_while_answers_are_on_their_way() -> None:
    with run_market(FIRST) as market:
        market.fault("smarty", "drip")
        idle, dripping = connect(market), connect(market, PAGES["smarty"])
        assert dripping.recv(12) == b"HTTP/1.1 200"
        started = time.monotonic()
    closed_s = time.monotonic() - started

    assert closed_s < IDLE_S / 2, "no connection was waited for"
    with idle, dripping:
        assert read_to_the_end(idle) == b""
        assert len(read_to_the_end(dripping)) < 2_000


def test_a_reset_ends_the_connection_with_a_reset(market: ReplicaMarket) -> None:
    market.fault("smarty", "reset")

    with connect(market, PAGES["smarty"]) as connection, pytest.raises(ConnectionResetError):
        read_to_the_end(connection)


def test_a_cut_answer_promises_more_than_it_brings(market: ReplicaMarket) -> None:
    whole = len(get(market, PAGES["smarty"]).content)
    market.fault("smarty", "truncated")

    with connect(market, PAGES["smarty"]) as connection:
        head, _, body = read_to_the_end(connection).partition(b"\r\n\r\n")

    assert f"Content-Length: {whole}".encode() in head
    assert len(body) == whole // 2


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_market_runs_by_hand_and_says_what_to_set(ending: signal.Signals) -> None:
    command = [sys.executable, "-m", "tests.support.market", "--date", "2026-11-09"]
    with subprocess.Popen(
        [*command, "--fault", "smarty=500:1"],
        cwd=REPO,
        env={**os.environ, "PYTHONPATH": str(REPO)},
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout
        try:
            lines = [running.stdout.readline() for _ in range(2)]
            origin = lines[1].strip().removeprefix("export PLANWATCH_ORIGIN=")
            address = f"{origin}{PAGES['smarty']}"
            statuses = [httpx.get(address, trust_env=False).status_code for _ in range(2)]
            running.send_signal(ending)
            rest = running.stdout.read()
            returncode = running.wait(HANG_S)
        finally:
            running.kill()

    assert lines[0].startswith("The market of 2026-11-09")
    assert statuses == [500, 200]
    assert returncode == 0
    assert "2  smarty.co.uk/api/v3/plans" in rest


def test_a_fault_by_hand_that_does_not_exist_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.market", "--fault", "ee=nonsense"],
        cwd=REPO,
        env={**os.environ, "PYTHONPATH": str(REPO)},
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG_S,
    )

    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert "truncated_chunked" in done.stderr, "those that there are"
