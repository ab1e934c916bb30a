"""The pages of the replica market that need scripts, in a real Chromium under their addresses."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from planwatch.domain.page import Page
from planwatch.domain.plan import Plan
from planwatch.errors import LayoutChanged, NothingFound
from planwatch.sources.contract import Reading, read_pages
from planwatch.sources.registry import load_source
from tests.support.cli import HANG_S
from tests.support.market import browser as driver
from tests.support.market.faults import SLOW_JS_MS
from tests.support.market.plans import DATES, FIRST
from tests.support.market.replica import ReplicaMarket
from tests.support.market.server import run_market
from tests.support.market.truth import as_printed

pytestmark = pytest.mark.skipif(
    driver.why_not() is not None and not os.environ.get("PLANWATCH_TESTS_NEED_BROWSER"),
    reason=str(driver.why_not()),
)

SOURCES = tuple(driver.WALKS)
O2 = "https://www.o2.co.uk/shop/sim-cards/sim-only-deals?contractMonths=24"
VODAFONE = "https://www.vodafone.co.uk/mobile/best-sim-only-deals"
SKY = "https://www.sky.com/shop/mobile/plans"
TESCO = "https://www.tescomobile.com/shop/sim-only-deals/sim-only-contracts"
THREE = "https://www.three.co.uk/shop/sim-only/pay-monthly"
DIALOGS = {
    O2: "#pref_optin",
    VODAFONE: "#onetrust-accept-btn-handler",
    THREE: "#onetrust-accept-btn-handler",
    TESCO: "#onetrust-accept-btn-handler",
    SKY: "#sp_message_iframe_474555",
}
BEATS_AT = "www.google-analytics.com"
# what is there when the first plans are, or would be if there were any
READY = {
    "o2": '[data-role="card"]',
    "vodafone": '[data-testid="plan-list-content"]',
    "three": ".simo-top-ranking-plans",
    "sky": ".phones",
    "tesco": ".ais-InfiniteHits",
}
HASTE = 8.0
NETWORK_IS_IDLE_AFTER_MS = 500  # says Playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with driver.open_browser() as running:
        yield running


@pytest.fixture
def market() -> Iterator[ReplicaMarket]:
    with run_market(FIRST) as running:
        running.haste = HASTE
        yield running


@contextmanager
def opened(browser: Any, market: ReplicaMarket, address: str, **settings: Any) -> Iterator[Any]:
    with driver.visit(browser, market, **settings) as tab:
        tab.goto(address, wait_until="domcontentloaded")
        yield tab


def scrape(browser: Any, market: ReplicaMarket, source_id: str) -> Reading:
    with driver.visit(browser, market) as tab:
        pages = driver.walk(tab, source_id)
    return read_pages(load_source(source_id), pages, market.day)


def read_now(tab: Any, source_id: str) -> Reading:
    """Read the page as it stands."""
    return load_source(source_id).parse(Page(body=tab.content().encode()), FIRST)


def click_and_look(tab: Any, selector: str, look: str) -> Any:
    """Click, and look before the page's script can go on: what lasts for a moment is seen so."""
    script = f"(selector) => {{ document.querySelector(selector).click(); return {look}; }}"
    return tab.evaluate(script, selector)


def poll(tab: Any, is_so: Callable[[], bool], what: str) -> None:
    """Let the page go on until something is so."""
    deadline = time.monotonic() + HANG_S
    while not is_so():
        assert time.monotonic() < deadline, f"gave up waiting for {what}"
        tab.wait_for_timeout(50)


def in_order(plans: Iterable[Plan]) -> list[Plan]:
    return sorted(plans, key=lambda plan: (plan.plan_key, plan.offer_key, plan.price_pence))


@pytest.mark.parametrize("day", DATES, ids=str)
@pytest.mark.parametrize("source_id", SOURCES)
def test_after_its_clicks_a_page_shows_what_the_shop_truly_sells(
    browser: Any, market: ReplicaMarket, source_id: str, day: date
) -> None:
    market.day = day

    reading = scrape(browser, market, source_id)

    assert reading.unreadable == ()
    assert in_order(map(as_printed, reading.plans)) == in_order(market.true_plans(source_id))


@pytest.mark.parametrize("source_id", ["vodafone", "three"])
def test_a_sale_is_seen_and_true(browser: Any, market: ReplicaMarket, source_id: str) -> None:
    before = market.true_plans(source_id)
    market.fault(source_id, "sale")

    reading = scrape(browser, market, source_id)

    assert in_order(map(as_printed, reading.plans)) == in_order(market.true_plans(source_id))
    assert sum(plan.price_pence for plan in reading.plans) == sum(
        -(-plan.price_pence // 2) for plan in before
    )


@pytest.mark.parametrize("address", DIALOGS, ids=lambda address: address.split("/")[2])
def test_no_plan_is_asked_for_before_consent(
    browser: Any, market: ReplicaMarket, address: str
) -> None:
    with opened(browser, market, address) as tab:
        tab.wait_for_selector(DIALOGS[address], state="visible")
        covered = tab.evaluate(
            "document.elementFromPoint(5, 5).closest('.consent, iframe') !== null"
        )
        tab.wait_for_timeout(100)

        assert covered
        assert market.count(kind="data") == 0


def test_who_has_consented_is_not_asked_again(browser: Any, market: ReplicaMarket) -> None:
    with opened(browser, market, O2) as tab:
        tab.click("#pref_optin")
        tab.wait_for_selector('[data-role="card"]')
        tab.goto(O2.replace("24", "12"), wait_until="domcontentloaded")
        tab.wait_for_selector('[data-role="card"]')

        assert not tab.is_visible("#pref_banner")
        last = [seen.asked for seen in market.seen if seen.kind == "data"][-1]
        assert last.cookies == {"visit": "replica", "consent": "given"}


@pytest.mark.parametrize("source_id", SOURCES)
def test_without_a_consent_dialog_the_plans_come_by_themselves(
    browser: Any, market: ReplicaMarket, source_id: str
) -> None:
    market.fault(source_id, "no_consent")
    address = load_source(source_id).requests[0].url

    with opened(browser, market, address) as tab:
        tab.wait_for_selector(READY[source_id])

        assert not tab.is_visible(DIALOGS[O2 if source_id == "o2" else address])
        assert market.count(kind="data") == 1


def test_o2_shows_some_plans_and_a_button_for_the_rest(browser: Any, market: ReplicaMarket) -> None:
    with opened(browser, market, O2) as tab:
        tab.click("#pref_optin")
        tab.wait_for_selector('[data-role="card"]')
        reading = read_now(tab, "o2")

    assert len(reading.plans) == 3
    assert [item.where for item in reading.unreadable] == ["end of the list"]


def test_vodafone_keeps_the_old_cards_for_a_moment_under_the_new_length(
    browser: Any, market: ReplicaMarket
) -> None:
    with opened(browser, market, VODAFONE) as tab:
        tab.get_by_role("button", name="Accept all cookies").click()
        tab.wait_for_selector('[data-testid="plan-card-item"]')
        tab.click("#contractLength")
        html = click_and_look(tab, "li[id='1 Months']", "document.documentElement.outerHTML")
        too_early = load_source("vodafone").parse(Page(body=html.encode()), FIRST)
        tab.wait_for_function(
            "document.querySelectorAll('[data-testid=plan-card-item]').length == 3"
        )
        in_time = read_now(tab, "vodafone")

    assert {(plan.term_months, plan.price_pence) for plan in too_early.plans} >= {(1, 1200)}
    assert [(plan.term_months, plan.price_pence) for plan in in_time.plans] == [
        (1, 1700),
        (1, 2200),
        (1, 3300),
    ]


def test_three_answers_a_combination_that_it_does_not_sell_with_the_closest(
    browser: Any, market: ReplicaMarket
) -> None:
    with driver.visit(browser, market) as tab:
        driver.open_three(tab)
        seen = []
        for title, label in (
            ("Plan type", "Value"),
            ("Contract length", "12 Months"),
            ("Data", "4GB"),
            ("Plan type", "Complete"),
            ("Contract length", "1 Month"),
        ):
            driver.choose(tab, title, label)
            seen.append(read_now(tab, "three").plans[-1].name)
        shown = tab.locator(".choice-card.selected").all_inner_texts()

    assert seen == [
        "Unlimited Value SIMO 24M",
        "Unlimited Lite SIMO 12M",
        "120GB Lite SIMO 12M",
        "120GB Lite SIMO 12M",
        "25GB Lite SIMO 1M",
    ]
    assert shown == ["1 Month", "25GB", "Lite"]


def test_three_looks_chosen_before_the_panel_has_changed(
    browser: Any, market: ReplicaMarket
) -> None:
    chosen = "document.querySelector('.choice-card.selected').innerText"
    panel = "document.querySelector('.plan-data-text + .plan-cost-monthly-text').innerText"
    with driver.visit(browser, market) as tab:
        driver.open_three(tab)
        option = tab.locator(".choice-card-content", has_text="1 Month")
        shown = option.evaluate(f"(option) => {{ option.click(); return [{chosen}, {panel}]; }}")

    assert shown == ["1 Month", "24 month plan"]


def test_sky_asks_inside_a_frame_and_shows_plans_after_a_tab_and_a_scroll(
    browser: Any, market: ReplicaMarket
) -> None:
    with opened(browser, market, SKY) as tab:
        frame = tab.frame_locator("#sp_message_iframe_474555")
        frame.locator('button[title="Accept all"]').wait_for()
        in_the_page = tab.locator('button[title="Accept all"]').count()
        frame.locator('button[title="Accept all"]').click()
        tab.locator('[role="tab"]', has_text="SIM only").click()
        tab.wait_for_selector('[data-testid="data-plan-benefits"]')
        tab.wait_for_timeout(200)
        before = tab.locator('[id="data-plan"]').count()
        tab.evaluate("scrollTo(0, document.body.scrollHeight)")
        tab.wait_for_selector('[id="data-plan"]')

    assert (in_the_page, before) == (0, 0)
    assert market.count("cdn.privacy-mgmt.com", kind="consent") == 1


def test_tesco_offers_more_until_there_is_no_more(browser: Any, market: ReplicaMarket) -> None:
    with opened(browser, market, TESCO) as tab:
        tab.click("#onetrust-accept-btn-handler")
        tab.wait_for_selector(".product-item.simo")
        at_first = read_now(tab, "tesco")
        more = ".ais-InfiniteHits-loadMore"
        on_its_way = click_and_look(tab, more, f"document.querySelector('{more}').disabled")

    assert len({plan.plan_key for plan in at_first.plans}) == 3
    assert [item.where for item in at_first.unreadable] == ["end of the list"]
    assert on_its_way is True


def test_pictures_and_trackers_that_are_not_wanted_are_not_asked_for(
    browser: Any, market: ReplicaMarket
) -> None:
    hosts = ("www.googletagmanager.com", "www.google-analytics.com", "connect.facebook.net")
    unwanted = frozenset({"image", *hosts})

    counts = []
    for without in (frozenset[str](), unwanted):
        market.forget()
        with opened(browser, market, O2, unwanted=without) as tab:
            tab.click("#pref_optin")
            tab.wait_for_selector('[data-role="card"]')
            if not without:
                poll(tab, lambda: market.count(kind="image") > 0, "a picture")
                poll(tab, lambda: market.count(kind="tracker") > 0, "a tracker")
            tab.wait_for_timeout(200)
        counts.append((market.count(kind="image") > 0, market.count(kind="tracker") > 0))

    assert counts == [(True, True), (False, False)]


def test_o2_never_falls_silent(browser: Any, market: ReplicaMarket) -> None:
    with opened(browser, market, O2) as tab:
        pause_ms = tab.evaluate("BEAT_MS")
        poll(tab, lambda: market.count(BEATS_AT, "/collect") > 3, "beat after beat")

    assert pause_ms < NETWORK_IS_IDLE_AFTER_MS


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_redesigned_page_is_refused(browser: Any, market: ReplicaMarket, source_id: str) -> None:
    market.fault(source_id, "renamed")
    market.fault(source_id, "no_consent")

    with opened(browser, market, load_source(source_id).requests[0].url) as tab:
        if source_id == "sky":
            tab.locator('[role="tab"]', has_text="SIM only").click()
        tab.wait_for_selector("text=/with every plan|£\\s?[0-9.]+\\s?a month|MONTHLY/i")
        tab.evaluate("scrollTo(0, document.body.scrollHeight)")
        tab.wait_for_timeout(200)

        with pytest.raises(LayoutChanged):
            read_now(tab, source_id)


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_script_that_fails_leaves_a_page_without_plans(
    browser: Any, market: ReplicaMarket, source_id: str
) -> None:
    market.fault(source_id, "js_error")
    failures: list[str] = []

    with driver.visit(browser, market) as tab:
        tab.on("pageerror", lambda error: failures.append(str(error)))
        tab.goto(load_source(source_id).requests[0].url, wait_until="load")

        with pytest.raises(LayoutChanged):
            read_now(tab, source_id)
    assert len(failures) == 1
    assert market.count(kind="data") == 0


def test_a_slow_script_brings_its_plans_late(browser: Any, market: ReplicaMarket) -> None:
    market.haste = 1.0
    market.fault("tesco", "slow_js")
    market.fault("tesco", "no_consent")
    with driver.visit(browser, market) as tab:
        tab.clock.install(time=0)
        tab.clock.pause_at(1)  # from here on the page's clock goes as the test says
        tab.goto(TESCO, wait_until="domcontentloaded")
        for wait_ms in (0, SLOW_JS_MS - 1):
            tab.clock.run_for(wait_ms)
            with pytest.raises(LayoutChanged):
                read_now(tab, "tesco")
        tab.clock.run_for(1)
        tab.wait_for_selector(".product-item.simo")

        assert len(read_now(tab, "tesco").plans) == 6


@pytest.mark.parametrize("source_id", SOURCES)
def test_an_empty_list_is_well_formed(browser: Any, market: ReplicaMarket, source_id: str) -> None:
    market.fault(source_id, "empty")
    market.fault(source_id, "no_consent")
    with opened(browser, market, load_source(source_id).requests[0].url) as tab:
        tab.wait_for_selector(READY[source_id], state="attached")
        if source_id == "sky":
            tab.locator('[role="tab"]', has_text="SIM only").click()
            tab.wait_for_selector('[data-testid="data-plan-benefits"]')

        with pytest.raises(NothingFound):
            read_now(tab, source_id)


@pytest.mark.parametrize("source_id", SOURCES)
def test_half_of_the_plans_and_ten_times_the_price_are_seen(
    browser: Any, market: ReplicaMarket, source_id: str
) -> None:
    market.fault(source_id, "half")
    market.fault(source_id, "times_ten")

    reading = scrape(browser, market, source_id)

    truth = {plan.plan_key: plan.price_pence for plan in market.true_plans(source_id)}
    assert 0 < len({plan.plan_key for plan in reading.plans}) <= -(-len(truth) // 2)
    assert all(plan.price_pence >= 5_000 for plan in reading.plans)


def test_a_challenge_comes_with_status_200(browser: Any, market: ReplicaMarket) -> None:
    market.fault("three", "challenge")
    with driver.visit(browser, market) as tab:
        answer = tab.goto(THREE, wait_until="load")

        assert (answer.status, tab.title()) == (200, "Just a moment...")


def test_a_connection_that_is_reset_is_a_failed_navigation(
    browser: Any, market: ReplicaMarket
) -> None:
    market.fault("three", "reset")

    with driver.visit(browser, market) as tab, pytest.raises(Exception, match="CONNECTION_FAILED"):
        tab.goto(THREE)


def test_a_redirect_never_leaves_the_machine(browser: Any, market: ReplicaMarket) -> None:
    market.fault("three", "redirect_away")

    with driver.visit(browser, market) as tab, pytest.raises(Exception, match="NAME_NOT_RESOLVED"):
        tab.goto(THREE)
