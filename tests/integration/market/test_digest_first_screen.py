"""The first screen of a digest: what a pricing lead reads first, in every form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from planwatch.alerts.messages import write_digest
from planwatch.domain.outcome import Outcome
from planwatch.home import Home
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.settings.model import PricingSettings
from planwatch.workflows.reports.digest import make_digest
from tests.support.cli import read_json, run_planwatch
from tests.support.plans import make_plan
from tests.support.scrapes import instant_of, save_scrape
from tests.unit.analysis.figures import find_figures, format_facts

VODAFONE = (
    "Vodafone 100 GB, 24 months: £16.00 → £14.00, effective £18.71 → £16.71.",
    "Three Lite 25 GB, 24 months: £7.00 → £14.00, effective £14.27 → £16.06.",
)
BEHIND = (
    "O2 Classic 100 GB, 24 months, £22.71: £2.00 further behind Three Lite 120 GB, 24 months, "
    "£16.44."
)
ADVICE = (
    "O2 Classic 100 GB, 24 months: £14.00 (effective £16.71) would match Vodafone 100 GB, "
    "24 months (£16.71); now £20.00 (£22.71); iD Mobile 100 GB, 24 months is £5.08 cheaper still."
)


@pytest.fixture
def ours(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The recorded market as O2 sees it."""
    monkeypatch.setenv("PLANWATCH_PRICING__BRAND", "o2")
    monkeypatch.setenv("PLANWATCH_PRICING__PEERS", "EE, Vodafone, Three")
    monkeypatch.setenv("COLUMNS", "100")
    return demo_home


def _texts(document: Mapping[str, Any], *kinds: str) -> list[str]:
    return [line["text"] for line in document["first_screen"] if line["kind"] in kinds]


def _is_founded(document: Mapping[str, Any]) -> bool:
    """Tell whether each figure of each line is the value of a fact that the line names."""
    facts = {fact["id"]: fact for fact in document["facts"]}
    for line in document["first_screen"]:
        said = format_facts([facts[fact_id] for fact_id in line["fact_ids"]])
        assert [each for each in find_figures(line["text"]) if each not in said] == [], line
    return True


@pytest.mark.usefixtures("ours")
def test_a_pricing_lead_finds_everything_in_the_first_lines() -> None:
    document = read_json("digest", "--since", "14d")["digest"]

    assert tuple(_texts(document, "move")) == VODAFONE
    assert _texts(document, "further_behind") == [BEHIND]
    assert _texts(document, "consider") == [ADVICE]
    assert _texts(document, "not_read") == ["Every source that was visited was read in full."]
    assert _is_founded(document)


@pytest.mark.usefixtures("ours")
def test_every_form_has_the_same_lines(tmp_path: Path) -> None:
    document = read_json("digest", "--since", "14d")["digest"]
    shown = run_planwatch("digest", "--since", "14d").stdout
    page = tmp_path / "week.html"
    run_planwatch("digest", "--since", "14d", "--html", "-o", str(page))
    forms = {
        "text": shown,
        "markdown": run_planwatch("digest", "--since", "14d", "--md").stdout,
        "html": re.sub("<[^>]+>", " ", page.read_text()),
        "message": write_digest(document, "2026-11-02T00:00:00.000Z").body,
    }

    for form, text in forms.items():
        flat = " ".join(re.sub(r"\\|<[^>]+>", "", text).split())
        places = [flat.find(each) for each in [*VODAFONE, BEHIND, ADVICE]]
        assert -1 not in places, (form, places)
        assert places == sorted(places)
        assert "Changes that matter" not in flat[: places[-1]] or form == "html"


@pytest.mark.parametrize("peers", ["", "EE, Vodafone, Three", "Vodafone, Lebara"])
@pytest.mark.parametrize("brand", ["", "O2", "Three", "EE", "Sky Mobile", "SMARTY"])
@pytest.mark.parametrize("since", ["14d", "7d"])
def test_the_first_screen_is_one_and_a_message_fits_a_phone(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch, brand: str, peers: str, since: str
) -> None:
    del demo_home
    monkeypatch.setenv("PLANWATCH_PRICING__BRAND", brand)
    monkeypatch.setenv("PLANWATCH_PRICING__PEERS", peers)
    monkeypatch.setenv("COLUMNS", "100")
    document = read_json("digest", "--since", since)["digest"]

    lines = run_planwatch("digest", "--since", since).stdout.splitlines()
    assert lines.index("Changes that matter") <= 26, "25 lines and a blank one"
    assert len(write_digest(document, "2026-11-02T00:00:00.000Z").body) <= 1500
    assert _is_founded(document)


@pytest.mark.usefixtures("demo_home")
def test_without_settings_the_market_is_told_of() -> None:
    document = read_json("digest", "--since", "14d")["digest"]

    assert {line["kind"] for line in document["first_screen"]} == {"move", "basket", "not_read"}
    assert _texts(document, "move")[0].startswith("O2 Classic 100 GB, 24 months: £18.00 → £20.00")
    assert document["first_screen_more"] == {"moves": 2, "baskets": 0, "our_plans": 0}


@pytest.mark.parametrize(
    ("key", "name"), [("BRAND", "Vodafon3"), ("BRAND", "O2, EE"), ("PEERS", "nobody")]
)
@pytest.mark.usefixtures("demo_home")
def test_a_setting_that_is_no_brand_is_named(
    monkeypatch: pytest.MonkeyPatch, key: str, name: str
) -> None:
    monkeypatch.setenv(f"PLANWATCH_PRICING__{key}", name)

    done = run_planwatch("digest")

    assert done.returncode == 2
    assert f"pricing.{key.lower()}: unknown brand {name!r}" in done.stderr


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.NETWORK, Outcome.PARTIAL])
def test_a_source_that_was_not_read_is_named_once(ours: Path, outcome: Outcome) -> None:
    ledger = open_ledger(Home(ours, ours / "config.toml"))
    for source in ("three", "ee"):
        with ledger.transaction():
            add_source_run(
                ledger,
                job_id=None,
                source=source,
                outcome=outcome,
                plans=0,
                error={"code": "blocked", "message": "refused", "hint": ""},
                at="2026-11-16T09:00:00.000Z",
            )
    ledger.close()

    document = read_json("digest")["digest"]
    shown = run_planwatch("digest").stdout
    [said] = _texts(document, "not_read")

    assert "Three" in said
    assert "EE" in said
    assert " ".join(shown.split()).count(said) == 1
    assert said in write_digest(document, "2026-11-09T00:00:00.000Z").body
    assert said in " ".join(run_planwatch("digest", "--md").stdout.replace("\\", "").split())


def _week(
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    **pricing: Any,
) -> dict[str, Any]:
    """Return the digest of a week in which a plan of each brand went from one state to another."""
    for day, plans in ((2, before), (3, before), (5, after)):
        for brand, features in plans.items():
            save_scrape(ledger, day, make_plan(brand=brand, **features), source=brand.lower())
    monkeypatch.setenv("PLANWATCH_NOW", instant_of(5).replace("T09", "T12"))
    settings = PricingSettings(brand="O2", **pricing)
    document = make_digest(ledger, instant_of(3), "", pricing=settings)
    assert _is_founded(document)
    return document


ONE_MONTH = {"term_months": 1}
O2 = {"O2": {"price_pence": 2000, **ONE_MONTH}}


def _rivals(three: int, ee: int) -> dict[str, dict[str, Any]]:
    return {
        "Three": {"price_pence": three, **ONE_MONTH},
        "EE": {"price_pence": ee, **ONE_MONTH},
    }


def test_a_plan_that_a_rival_undercuts_is_dominated_now(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = _week(ledger, monkeypatch, O2 | _rivals(2200, 2300), O2 | _rivals(1800, 2300))

    assert _texts(document, "dominated") == [
        "O2 25 GB, 1 month, £20.00: now dominated by Three 25 GB, 1 month, £18.00."
    ]
    assert _texts(document, "consider") == [
        "O2 25 GB, 1 month: £18.00 (effective £18.00) would match Three 25 GB, 1 month (£18.00); "
        "now £20.00 (£20.00)."
    ]


@pytest.mark.parametrize(
    ("pricing", "said"),
    [
        ({"premium_pence": 50}, ": £18.50 (effective £18.50) would match Three 25 GB, 1 month"),
        ({"premium_pence": -50}, ": £17.50 (effective £17.50) would match Three 25 GB, 1 month"),
        ({"floor_pence": 1900}, ": £19.00 (effective £19.00) is your floor, too high to match"),
        ({"premium_pence": 500}, ": no change; it costs no more than Three 25 GB, 1 month"),
        ({"floor_pence": 2500}, ": no change; its price is at your floor or below, above Three"),
        ({"floor_pence": 2000}, ": no change; its price is at your floor or below, above Three"),
    ],
)
def test_premium_and_floor_hold_for_what_to_consider(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, pricing: dict[str, int], said: str
) -> None:
    before, after = O2 | _rivals(2200, 2300), O2 | _rivals(1800, 2300)

    document = _week(ledger, monkeypatch, before, after, **pricing)

    [line] = _texts(document, "consider")
    assert said in line


def test_a_larger_plan_that_is_cheaper_is_named_beside_the_one_of_our_size(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = O2 | _rivals(2200, 2300), O2 | _rivals(2200, 2300)
    after["EE"] = {"gb": 50, "price_pence": 1500, **ONE_MONTH}

    document = _week(ledger, monkeypatch, before, after)

    assert _texts(document, "consider") == [
        "O2 25 GB, 1 month: no change; it costs no more than Three 25 GB, 1 month (£22.00); "
        "EE 50 GB, 1 month is £7.00 cheaper still."
    ]


def test_a_rival_that_is_no_peer_is_no_news_of_ours(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = O2 | _rivals(2200, 2300), O2 | _rivals(1800, 2300)

    document = _week(ledger, monkeypatch, before, after, peers="EE")

    assert _texts(document, "move") == ["No plan of EE came, went or changed its price or data."]
    assert _texts(document, "consider") == []
    assert _texts(document, "dominated")[0].startswith(
        "No plan of O2 came to be dominated by a peer"
    )


@pytest.mark.parametrize("after", [O2 | _rivals(2200, 2300), _rivals(1800, 2300)])
def test_a_plan_that_is_no_longer_dominated_is_told_while_it_is_sold(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, after: dict[str, Any]
) -> None:
    other = {"O2": {"gb": 5, "price_pence": 100, **ONE_MONTH}}
    document = _week(ledger, monkeypatch, O2 | _rivals(1800, 2300), other | after)

    assert _texts(document, "not_dominated") == (
        ["O2 25 GB, 1 month, £20.00: no longer dominated; before, by Three 25 GB, 1 month, £18.00."]
        if "O2" in after
        else []
    )


def test_a_week_without_moves_says_so_under_each_heading(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = O2 | _rivals(2200, 2300)

    document = _week(ledger, monkeypatch, market, market)
    [moves, baskets, ours, sources] = [line["text"] for line in document["first_screen"]]

    assert moves == "No plan came, went or changed its price or data."
    assert baskets == "No usage basket has a new winner."
    assert ours.startswith("No plan of O2 came to be dominated by another brand")
    assert sources == "Every source that was visited was read in full."
