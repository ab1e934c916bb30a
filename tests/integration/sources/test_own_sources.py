"""A brand that the settings add without code: scraped on loopback, unverified wherever it goes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.builders import build_smarty_answer
from tests.support.cli import read_json, run_planwatch
from tests.support.market import browser as driver
from tests.support.server import Answer, LoopbackServer, page, status, truncated

needs_browser = pytest.mark.skipif(
    driver.why_not() is not None and not os.environ.get("PLANWATCH_TESTS_NEED_BROWSER"),
    reason=str(driver.why_not()),
)
SHOP = "/www.acme.example/sim-only"
SMARTY = "/smarty.co.uk/api/v3/plans"
ENTRY = """
[[sources]]
id = "acme"
name = "Acme Mobile"
urls = ["https://www.acme.example/sim-only"]
"""
# tier, GB, months, pounds: two tiers of the same data and term, which the name alone tells apart
RANGE = (
    ("Lite", 10, 12, 7),
    ("Plus", 10, 12, 9),
    ("Lite", 25, 12, 10),
    ("Plus", 25, 12, 13),
    ("Lite", 50, 24, 12),
    ("Plus", 100, 24, 18),
)
KEYS = {
    f"acme-mobile-{gb}gb-{months}m-{tier.lower()}": pounds * 100
    for tier, gb, months, pounds in RANGE
}
BARE = "<!doctype html><html><head><title>Acme</title></head><body><h1>Acme</h1></body></html>"


def _card(tier: str, gb: int, months: int, pounds: float) -> str:
    return (
        f"<li class=card><h3>{tier} {gb}GB</h3><p>Unlimited minutes and texts</p>"
        f"<p>{months} month plan</p><p>£{pounds:.2f} a month</p><a href=/buy>Buy now</a></li>"
    )


def _shop(offers: Iterable[tuple[str, int, int, float]] = RANGE, *, hidden: str = "") -> str:
    cards = "".join(_card(*offer) for offer in offers)
    panel = f"<div role=tabpanel hidden><ul>{hidden}</ul></div>" if hidden else ""
    return (
        "<!doctype html><html lang=en><head><title>SIM only deals</title></head><body>"
        f"<h1>SIM only deals</h1><div role=tabpanel><ul>{cards}</ul></div>{panel}</body></html>"
    )


def _scripted() -> str:
    """Return a page whose cards its script asks for after it has come."""
    return (
        "<!doctype html><html lang=en><head><title>SIM only deals</title></head><body>"
        "<h1>SIM only deals</h1><ul id=list></ul><script>"
        "fetch('/cards').then((a) => a.text()).then((t) => setTimeout(() => {"
        " document.getElementById('list').innerHTML = t; }, 50));</script></body></html>"
    )


def _smarty() -> bytes:
    return build_smarty_answer(
        {
            "id": f"SM_{size}GB",
            "name": f"{size}GB",
            "description": f"{size}GB Data, Unlimited Text, Unlimited Voice",
            "categoryType": "classic",
            "price_gbp_month": 6 + number,
            "raw_sim_data": size,
            "promo_data_gb": None,
            "promo_text": "",
            "slug": f"{size}gb",
        }
        for number, size in enumerate((4, 16, 30))
    )


@pytest.fixture
def shop(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    """Serve Acme's page and SMARTY's answer; the settings know Acme."""
    home.mkdir()
    (home / "config.toml").write_text(ENTRY)
    routes = {SHOP: page(_shop()), SMARTY: page(_smarty(), "application/json")}
    with LoopbackServer(routes) as running:
        monkeypatch.setenv("PLANWATCH_ORIGIN", running.origin)
        monkeypatch.setenv("PLANWATCH_FETCH__PACE_S", "0")
        monkeypatch.setenv("PLANWATCH_FETCH__ATTEMPTS", "1")
        yield running


def _scrape(*sources: str) -> dict[str, Any]:
    """Scrape to the end; return the entry of each source by its id."""
    run_planwatch("scrape", *sources, "--wait")
    entries = read_json("status", "last")["job"]["result"]["sources"]
    return {entry["source"]: entry for entry in entries}


def _prices(*arguments: str) -> dict[str, int]:
    plans = read_json("plans", *arguments)["plans"]
    return {plan["plan_key"]: plan["price_pence"] for plan in plans}


def _listed(source: str) -> dict[str, Any]:
    [found] = [one for one in read_json("sources")["sources"] if one["source"] == source]
    return dict(found)


def test_every_plan_that_the_page_shows_is_stored_as_unverified(shop: LoopbackServer) -> None:
    shop.routes[SHOP] = page(_shop(hidden=_card("Old", 5, 12, 5) * 2))

    entry = _scrape("Acme Mobile")["acme"]

    assert (entry["outcome"], entry["plans"]) == ("ok", len(RANGE))
    plans = read_json("plans", "acme")["plans"]
    assert {plan["plan_key"]: plan["price_pence"] for plan in plans} == KEYS
    assert {(plan["verified"], plan["brand"], plan["source"]) for plan in plans} == {
        (False, "Acme Mobile", "acme")
    }
    assert len(shop.asked_robots) == 1
    listed = _listed("acme")
    assert listed["checked_against"] == "nothing: read by the card miner as your settings say"
    assert (listed["freshness"], listed["in_settings"]) == ("fresh", True)


def test_a_new_price_moves_the_plan_and_a_page_that_says_the_same_is_unchanged(
    shop: LoopbackServer,
) -> None:
    _scrape("acme")
    assert _scrape("acme")["acme"]["outcome"] == "unchanged"
    dearer = [(*offer[:3], offer[3] + (offer[1] == 100)) for offer in RANGE]
    shop.routes[SHOP] = page(_shop(dearer))

    entry = _scrape("acme")["acme"]

    assert (entry["outcome"], entry["new"], entry["changed"], entry["withdrawn"]) == ("ok", 0, 1, 0)
    kinds = {change["kind"] for change in read_json("changes", "acme")["changes"]}
    assert "headline" in kinds


@pytest.mark.parametrize(
    ("offers", "said"),
    [
        (RANGE[:3], "3 plans, where 6 are usual"),
        ([(*offer[:3], offer[3] * 2) for offer in RANGE], "nothing but the card miner reads it"),
    ],
    ids=["half of the plans", "doubled prices"],
)
def test_what_looks_wrong_waits_for_a_person(
    shop: LoopbackServer, offers: Iterable[tuple[str, int, int, float]], said: str
) -> None:
    for _ in range(3):
        _scrape("acme")
    shop.routes[SHOP] = page(_shop(offers))

    entry = _scrape("acme")["acme"]

    assert entry["outcome"] == "suspicious"
    assert said in entry["error"]["message"]
    assert _prices("acme") == KEYS
    assert run_planwatch("sources", "accept", "acme").returncode == 0


def test_a_page_without_cards_is_a_broken_layout_and_costs_no_plan(shop: LoopbackServer) -> None:
    _scrape("acme")
    shop.routes[SHOP] = page(BARE)

    entry = _scrape("acme")["acme"]

    assert (entry["outcome"], entry["error"]["code"]) == ("broken_layout", "layout_changed")
    assert "sources.acme.browser" in entry["error"]["hint"]
    assert _prices("acme") == KEYS


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (page(_shop()[: len(_shop()) // 2]), "cut short"),
        (page(_shop().removesuffix("</body></html>")), "cut short"),
        (page(_shop().replace("</body></html>", "<!-- </html> -->")), "cut short"),
        (status(206, _shop(RANGE[:3]).encode(), Content_Type="text/html"), "HTTP 206"),
        (truncated(_shop(RANGE[:3]).encode(), missing=900), "the connection failed"),
    ],
    ids=["half", "without its end", "end in a comment", "206", "shorter than announced"],
)
def test_a_part_of_a_page_is_network_and_costs_no_plan(
    shop: LoopbackServer, answer: Answer, said: str
) -> None:
    _scrape("acme")
    shop.routes[SHOP] = answer

    entries = [_scrape("acme")["acme"] for _ in range(3)]

    assert {entry["outcome"] for entry in entries} == {"network"}
    assert said in entries[0]["error"]["message"]
    assert sum(entry["withdrawn"] for entry in entries) == 0
    assert _prices("acme") == KEYS


def test_unverified_plans_are_compared_only_when_asked_for(shop: LoopbackServer) -> None:
    _scrape("acme", "smarty")

    refused = run_planwatch("compare", "SMARTY", "Acme", "--wait")
    done = run_planwatch("compare", "SMARTY", "Acme", "--wait", "--unverified")

    assert refused.returncode == 4
    assert "the plans of Acme Mobile are unverified" in refused.stderr
    assert "--unverified" in refused.stderr
    assert done.returncode == 0, done.stderr
    analysis = read_json("show")["analysis"]
    assert analysis["brands"] == ["SMARTY", "Acme Mobile"]
    said = "6 plans of Acme Mobile were read by the card miner alone and are unverified."
    assert said in analysis["caveats"]


def test_an_analysis_with_unverified_plans_never_stands_for_one_without(
    shop: LoopbackServer,
) -> None:
    _scrape("acme", "smarty")

    brands = []
    for flag in ([], ["--unverified"], []):
        assert run_planwatch("analyse", "--focus", "SMARTY", "--wait", *flag).returncode == 0
        result = read_json("status", "last")["job"]["result"]
        analysis = read_json("show", result["analysis_id"])["analysis"]
        brands.append((result["cached"], analysis["market_brands"]))

    assert brands == [(False, ["SMARTY"]), (False, ["Acme Mobile", "SMARTY"]), (True, ["SMARTY"])]


def test_a_tariff_meets_unverified_plans_only_when_asked_for(shop: LoopbackServer) -> None:
    _scrape("acme", "smarty")
    tariff = ("--brand", "O2", "--data", "25GB", "--term", "12", "--price", "9")

    counts = [read_json("what-if", *tariff, *flag)["plans"] for flag in ([], ["--unverified"])]

    assert counts == [3, 3 + len(RANGE)]


def test_an_entry_that_is_gone_fails_its_source_and_no_other_of_a_resumed_job(
    shop: LoopbackServer, home: Path
) -> None:
    _scrape("acme")
    shop.routes[SHOP] = status(500, b"no")
    _scrape("acme", "smarty")
    (home / "config.toml").write_text("")

    run_planwatch("resume", "last", "--from", "scrape acme")
    run_planwatch("wait", "last")

    job = read_json("status", "last")["job"]
    entries = {entry["source"]: entry for entry in job["result"]["sources"]}
    assert (job["status"], entries["smarty"]["outcome"]) == ("partial", "ok")
    assert entries["acme"]["error"]["message"] == "unknown source 'acme'"
    listed = _listed("acme")
    assert (listed["in_settings"], listed["plans_in_force"]) == (False, len(RANGE))
    assert "no longer in the settings" in run_planwatch("sources", "show", "acme").stdout
    assert run_planwatch("scrape", "acme").returncode == 2


def test_a_resumed_job_finds_the_source_again(shop: LoopbackServer) -> None:
    shop.routes[SHOP] = status(500, b"no")
    assert _scrape("acme")["acme"]["outcome"] == "network"
    shop.routes[SHOP] = page(_shop())

    run_planwatch("resume", "last", "--from", "scrape acme")
    run_planwatch("wait", "last")

    assert _prices("acme") == KEYS


def test_a_probe_a_replay_and_an_import_know_the_source(
    shop: LoopbackServer, tmp_path: Path
) -> None:
    saved = tmp_path / "page.html"
    saved.write_text(_shop(RANGE[:2]))

    assert len(read_json("probe", "acme")["plans"]) == len(RANGE)
    probed = read_json("probe", "acme", "--from", str(saved))
    imported = run_planwatch("sources", "import", "acme", str(saved), "--json")
    _scrape("acme")
    replayed = read_json("sources", "replay", "acme")

    assert probed["miner"] is None
    assert [plan["verified"] for plan in probed["plans"]] == [False, False]
    assert json.loads(imported.stdout)["entry"]["plans"] == 2
    assert [one["source"] for one in replayed["sources"]] == ["acme"]


def test_a_source_of_ones_own_can_be_switched_off_by_its_variable(
    shop: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_SOURCES__ACME__ENABLED", "false")

    refused = run_planwatch("scrape", "acme")

    assert (refused.returncode, "acme is switched off" in refused.stderr) == (2, True)


@needs_browser
def test_cards_that_a_script_asks_for_are_read_in_a_browser(
    shop: LoopbackServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in driver.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    (home / "config.toml").write_text(ENTRY + "browser = true\n")
    shop.routes[SHOP] = page(_scripted())
    shop.routes["/www.acme.example/cards"] = page("".join(_card(*offer) for offer in RANGE))

    entry = _scrape("acme")["acme"]

    assert (entry["outcome"], entry["error"]) == ("ok", None)
    assert _prices("acme") == KEYS
