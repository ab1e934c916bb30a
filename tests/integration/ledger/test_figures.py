"""Figures that moved, in the transaction of their scrape, and what targets are told of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from planwatch.alerts.memory import write_messages
from planwatch.clock import stamp
from planwatch.domain.job import JobStatus
from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.domain.plan import Plan, PriceStep
from planwatch.ids import new_id
from planwatch.ledger.alerts.messages import list_messages
from planwatch.ledger.jobs.transitions import claim_job, create_job, finish_job
from planwatch.ledger.pages.health import CLOCK_CODE, RUNS_LOOKED_BACK, add_source_run
from planwatch.ledger.plans.sightings import save_sightings
from planwatch.ledger.store.connection import Ledger
from planwatch.settings.notify import NotifySettings
from planwatch.sources.contract import group_offers
from tests.support.plans import make_plan

POUND = NotifySettings.model_validate({"urls": "json://a"})
ANY = NotifySettings.model_validate(
    {"urls": "json://a", "rules": [{"on": ["changes"], "kinds": ["headline"]}]}
)


def _scrape(
    ledger: Ledger,
    day: int,
    *plans: Plan,
    hour: int = 9,
    outcome: Outcome = Outcome.OK,
    is_correction: bool = False,
    rereads: bool = False,
    job_id: str | None = None,
) -> None:
    as_of = date(2026, 11, 1) + timedelta(days=day - 1)
    at = f"{as_of}T{hour:02d}:00:00.000Z"
    offers = group_offers([replace(plan, as_of=as_of) for plan in plans])
    with ledger.transaction():
        save_sightings(
            ledger,
            source="o2",
            offers=offers,
            outcome=outcome,
            at=at,
            job_id=job_id,
            capture_ids={},
            is_correction=is_correction or rereads,
            rereads=rereads,
        )
        if not rereads:
            add_source_run(
                ledger,
                job_id=job_id,
                source="o2",
                outcome=outcome,
                plans=len(offers),
                error=None,
                at=at,
            )


def _told(ledger: Ledger, settings: NotifySettings = POUND) -> list[str]:
    """Write what is due; return the lines about plans, the newest message only."""
    known = len(list_messages(ledger, limit=999))
    write_messages(ledger, settings, {})
    new = list_messages(ledger, limit=999)[: len(list_messages(ledger, limit=999)) - known]
    return [
        line.partition(": ")[2].replace(" a month", "")
        for message in new
        for line in message.body.splitlines()
        if line.startswith("- ")
    ]


def _at(pence: int) -> Plan:
    return make_plan(price_pence=pence)


def test_a_ledger_begins_with_what_stands(ledger: Ledger) -> None:
    _scrape(ledger, 2, _at(1000))
    _scrape(ledger, 3, _at(800))
    write_messages(ledger, NotifySettings(), {})

    assert _told(ledger) == []
    _scrape(ledger, 4, _at(600))
    assert _told(ledger) == ["headline price and effective cost £8.00 → £6.00 (−25 %)"]
    assert _told(ledger) == []


def test_what_a_first_scrape_of_a_target_finds_is_told(ledger: Ledger) -> None:
    """Who sets alerts up today hears of the next scrape's moves."""
    _scrape(ledger, 2, _at(1000))
    write_messages(ledger, NotifySettings(), {})
    _scrape(ledger, 3, _at(800))

    assert "£10.00 → £8.00" in _told(ledger)[0]


def test_a_price_that_creeps_by_less_than_the_rule_is_told_when_it_has_reached_it(
    ledger: Ledger,
) -> None:
    told = []
    for day in range(2, 12):
        _scrape(ledger, day, _at(1000 - 30 * day))
        told.append(_told(ledger, POUND))

    found = [each for each in told if each]
    assert [each[0].partition(" (")[0] for each in found] == [
        "headline price and effective cost £9.40 → £8.20",
        "headline price and effective cost £8.20 → £7.00",
    ]


def test_each_target_has_its_own_last_value(ledger: Ledger) -> None:
    both = NotifySettings.model_validate(
        {
            "targets": {"a": "json://a", "b": "json://b"},
            "rules": [
                {"on": ["changes"], "kinds": ["headline"], "min_pounds": 1, "to": "a"},
                {"on": ["changes"], "kinds": ["headline"], "to": "b"},
            ],
        }
    )
    _scrape(ledger, 2, _at(1000))
    _told(ledger, both)
    said = []
    for day, pence in ((3, 940), (4, 880), (5, 820)):
        _scrape(ledger, day, _at(pence))
        said.append(sorted(_told(ledger, both)))

    assert said == [
        ["headline price £10.00 → £9.40 (−6 %)"],
        ["headline price £10.00 → £8.80 (−12 %)", "headline price £9.40 → £8.80 (−6 %)"],
        ["headline price £8.80 → £8.20 (−7 %)"],
    ]


def test_a_target_that_was_taken_away_begins_anew(ledger: Ledger) -> None:
    _scrape(ledger, 2, _at(1000))
    _scrape(ledger, 3, _at(950))
    assert _told(ledger) == []
    assert ledger.query("SELECT * FROM alert_baselines")
    write_messages(ledger, NotifySettings(), {})
    _scrape(ledger, 4, _at(880))

    assert _told(ledger) == []


@pytest.mark.parametrize("days", [(2, 3, 4, 5), (2, 4, 6, 8), (2, 3, 8, 16)])
def test_a_page_that_shows_two_prices_is_told_once(
    ledger: Ledger, days: tuple[int, int, int, int]
) -> None:
    said = []
    for day, pence in zip(days, (1000, 1200, 1000, 1200), strict=True):
        _scrape(ledger, day, _at(pence))
        said.append([line.partition(",")[0] for line in _told(ledger)])
    last = days[-1]
    for day, pence in ((1, 1000), (2, 1200), (3, 1200), (4, 1200), (5, 1200)):
        _scrape(ledger, last + day, _at(pence))
        said.append([line.partition(",")[0] for line in _told(ledger)])

    assert said == [
        [],
        ["headline price and effective cost £10.00 → £12.00 (+20 %)"],
        ["headline price and effective cost £12.00 → £10.00 (−17 %)"],
        ["headline price and effective cost alternate between £10.00 and £12.00"],
        [],
        [],
        [],
        ["headline price and effective cost £10.00 → £12.00 (+20 %)"],
        [],
    ]


def test_an_incomplete_scrape_neither_ends_an_alternation_nor_hides_a_move(ledger: Ledger) -> None:
    for day, pence in ((2, 1000), (3, 1200), (4, 1000), (5, 1200)):
        _scrape(ledger, day, _at(pence), outcome=Outcome.PARTIAL if day > 2 else Outcome.OK)
        _told(ledger)
    for day in (6, 7, 8):
        _scrape(ledger, day, _at(1200), outcome=Outcome.PARTIAL)
        assert _told(ledger) == []
    for day in (9, 10):
        _scrape(ledger, day, _at(1200))
        assert _told(ledger) == []
    _scrape(ledger, 11, _at(1200))

    assert "£10.00 → £12.00" in _told(ledger)[0]


def test_a_plan_that_comes_and_goes_is_told_once(ledger: Ledger) -> None:
    stays, other = make_plan(gb=99), _at(1000)
    shown = "PPAAPPAAPPPP"
    said = []
    for day, mark in enumerate(shown, start=2):
        _scrape(ledger, day, *((stays, other) if mark == "P" else (stays,)))
        said.append(_told(ledger))

    assert [line for lines in said for line in lines] == [
        "withdrawn, was £10.00",
        "relaunched at £10.00",
        "comes and goes",
        "sold again at £10.00",
    ]
    assert said[7] == ["comes and goes"]
    assert said[10] == ["sold again at £10.00"]


def test_the_passing_of_months_is_no_move_of_a_cost(ledger: Ledger) -> None:
    """The dated rise of April meets more months of a contract that is signed later."""
    rise = (PriceStep(date(2027, 4, 1), 1250),)
    first = make_plan(price_pence=1000, price_steps=rise)
    settings = NotifySettings.model_validate(
        {"urls": "json://a", "rules": [{"on": ["changes"], "kinds": ["effective"]}]}
    )
    for day, pence in ((2, 1000), (3, 1100), (4, 1000), (5, 1100)):
        _scrape(ledger, day, replace(first, price_pence=pence))
        _told(ledger, settings)

    [row] = ledger.query("SELECT * FROM plan_figures WHERE figure = 'effective'")
    assert row["alternating_since"] is not None


def test_a_price_that_alternates_over_the_end_of_a_month_does_not_creep(ledger: Ledger) -> None:
    """Signed in December, one month more of the contract has the higher price of April."""
    rise = (PriceStep(date(2027, 4, 1), 2500),)
    settings = NotifySettings.model_validate(
        {"urls": "json://a", "rules": [{"on": ["changes"], "kinds": ["effective"]}]}
    )
    said = []
    # 28 to 30 November, then 1 to 5 December
    for day, pence in enumerate((1000, 1300, 1000, 1300, 1000, 1300, 1300, 1300), start=28):
        _scrape(ledger, day, make_plan(price_pence=pence, price_steps=rise))
        said.append([line.partition(" (")[0] for line in _told(ledger, settings)])

    assert said == [
        [],
        ["effective cost £21.88 → £22.50"],
        ["effective cost £22.50 → £21.88"],
        ["effective cost alternates between £22.50 and £23.00"],
        [],
        [],
        [],
        ["effective cost £22.50 → £23.00"],
    ]


def test_a_plan_that_only_another_parser_finds_is_no_news(ledger: Ledger) -> None:
    _scrape(ledger, 2, _at(1000))
    _scrape(ledger, 3, _at(1000), make_plan(gb=99), is_correction=True)

    assert _told(ledger) == []
    assert ledger.query("SELECT * FROM plan_figures") == []


def test_a_version_is_seen_until_the_last_scrape_that_showed_it(ledger: Ledger) -> None:
    cheap, dear = make_plan(price_pence=900, retailer="A"), make_plan(retailer="B")
    _scrape(ledger, 2, cheap, dear)
    _scrape(ledger, 3, cheap, dear)
    _scrape(ledger, 4, dear, outcome=Outcome.PARTIAL)

    seen = [row["last_seen"][:10] for row in ledger.query("SELECT * FROM plan_versions")]
    assert seen == ["2026-11-03"], "the offer that stands for the plan was not read on the 4th"


def test_who_was_told_of_a_misread_price_is_told_the_right_one(ledger: Ledger) -> None:
    _scrape(ledger, 2, _at(1000))
    _scrape(ledger, 3, _at(1500))
    assert "£10.00 → £15.00" in _told(ledger)[0]
    _scrape(ledger, 3, _at(1050), rereads=True)

    assert "£15.00 → £10.50" in _told(ledger)[0]
    assert _told(ledger) == []


def test_a_misread_price_that_nobody_was_told_of_is_no_news(ledger: Ledger) -> None:
    _scrape(ledger, 2, _at(1500))
    _scrape(ledger, 2, _at(1000), rereads=True)
    assert _told(ledger) == []
    _scrape(ledger, 3, _at(1200))
    assert "£10.00 → £12.00" in _told(ledger)[0]

    _scrape(ledger, 4, _at(1500), is_correction=True)
    assert _told(ledger) == [], "another parser, the same page"
    _scrape(ledger, 5, _at(1300))
    assert "£15.00 → £13.00" in _told(ledger)[0]


def test_a_plan_that_was_never_gone_is_told_to_whom_it_was_withdrawn(ledger: Ledger) -> None:
    stays, other = make_plan(gb=99), _at(1000)
    _scrape(ledger, 2, stays, other)
    _scrape(ledger, 3, stays)
    _scrape(ledger, 4, stays)
    assert _told(ledger) == ["withdrawn, was £10.00"]
    _scrape(ledger, 4, stays, other, rereads=True)

    assert _told(ledger)[0].startswith(("new at", "relaunched at"))
    assert _told(ledger) == []


def _job(ledger: Ledger) -> tuple[str, int]:
    job_id, at = new_id(), "2026-11-02T09:00:00.000Z"
    with ledger.transaction():
        create_job(
            ledger, job_id=job_id, kind="scrape", params={}, context={}, max_resumes=3, at=at
        )
    return job_id, claim_job(ledger, job_id, pid=1, at=at).generation


def test_what_a_running_job_found_waits_for_its_end(ledger: Ledger) -> None:
    job_id, generation = _job(ledger)
    _scrape(ledger, 2, _at(1000))
    _scrape(ledger, 3, _at(800), job_id=job_id)
    assert _told(ledger, ANY) == []
    with ledger.transaction():
        finish_job(
            ledger,
            job_id,
            generation=generation,
            status=JobStatus.COMPLETED,
            result={"sources": []},
            error=None,
            at=stamp(),
        )

    assert _told(ledger, ANY) == ["headline price £10.00 → £8.00 (−20 %)"]
    assert list_messages(ledger, limit=9)[0].job_id == job_id


def test_a_new_low_looks_back_so_many_days_and_at_no_misread_price(ledger: Ledger) -> None:
    settings = NotifySettings.model_validate(
        {
            "urls": "json://a",
            "rules": [{"on": ["changes"], "kinds": ["new_low"], "within_days": 10}],
        }
    )
    said = []
    for day, pence in ((2, 900), (3, 1000), (12, 950), (14, 940), (15, 1000), (16, 945)):
        _scrape(ledger, day, _at(pence))
        said.append([line.partition(" (")[0] for line in _told(ledger, settings)])

    assert said == [[], [], [], ["headline price and effective cost £10.00 → £9.40"], [], []]


def test_only_moves_of_good_sources_are_figures(ledger: Ledger) -> None:
    assert Outcome.PARTIAL not in GOOD_OUTCOMES
    _scrape(ledger, 2, _at(1000), make_plan(gb=99))
    _scrape(ledger, 3, make_plan(gb=99), outcome=Outcome.PARTIAL)
    _scrape(ledger, 4, make_plan(gb=99), outcome=Outcome.PARTIAL)

    assert _told(ledger) == []


def test_two_prices_on_one_day_alternate_but_a_plan_may_be_gone_and_back(ledger: Ledger) -> None:
    stays, other = make_plan(gb=99), _at(1000)
    _scrape(ledger, 2, stays, other)
    for hour, plans in ((9, (stays,)), (12, (stays,)), (15, (stays, _at(1200)))):
        _scrape(ledger, 3, *plans, hour=hour)
    _scrape(ledger, 3, stays, _at(1100), hour=18)

    rows = ledger.query("SELECT figure, alternating_since FROM plan_figures ORDER BY figure")
    assert [tuple(row) for row in rows] == [
        ("effective", "2026-11-03T18:00:00.000Z"),
        ("headline", "2026-11-03T18:00:00.000Z"),
        ("presence", None),
    ]


def test_who_was_told_of_a_price_that_was_misread_all_along_hears_nothing_of_it(
    ledger: Ledger,
) -> None:
    _scrape(ledger, 2, _at(1000))
    _scrape(ledger, 3, _at(1050))
    assert _told(ledger) == [], "less than the rule asks for: the target still knows £10.00"
    _scrape(ledger, 4, _at(1000))
    _scrape(ledger, 5, _at(1200), is_correction=True)

    assert _told(ledger) == []
    _scrape(ledger, 6, _at(1400))
    assert "£12.00 → £14.00" in _told(ledger)[0]


def test_a_cost_that_was_told_long_ago_follows_the_calendar_too(ledger: Ledger) -> None:
    """Of a price that stood more than 14 days ago no version is looked up."""
    rise = (PriceStep(date(2027, 4, 1), 2500),)
    settings = NotifySettings.model_validate(
        {
            "urls": "json://a",
            "rules": [{"on": ["changes"], "kinds": ["effective"], "min_pounds": 5}],
        }
    )
    plans = [make_plan(price_pence=pence, price_steps=rise) for pence in (1000, 1010, 1020, 1030)]
    # 2, 3 and 25 November, then 1 December
    for day, plan in zip((2, 3, 25, 31), plans, strict=True):
        _scrape(ledger, day, plan)
        assert _told(ledger, settings) == []

    november, december = (
        [replace(plan, as_of=day).effective_pence for plan in plans]
        for day in (date(2026, 11, 25), date(2026, 12, 1))
    )
    passed = december[2] - november[2]
    [told] = ledger.query("SELECT value FROM alert_baselines WHERE figure = 'effective'")
    [row] = ledger.query("SELECT * FROM plan_figures WHERE figure = 'effective'")
    assert passed > 0
    assert int(told["value"]) == november[0] + passed
    assert int(row["baseline"]) == december[3], "of whoever has none of their own"
    assert [cost for _, cost in json.loads(row["spells"])] == december[1:]


def test_a_plan_that_was_first_seen_with_a_clock_ahead_follows_the_calendar(
    ledger: Ledger,
) -> None:
    """Once the clock is right, its price stood before the version that has it began."""
    rise = (PriceStep(date(2027, 4, 1), 2500),)
    first, second = (make_plan(price_pence=pence, price_steps=rise) for pence in (1000, 1300))
    _scrape(ledger, 40, first)  # 10 December, by a wrong clock
    with ledger.transaction():
        for _ in range(RUNS_LOOKED_BACK):
            add_source_run(
                ledger,
                job_id=None,
                source="o2",
                outcome=Outcome.MACHINE,
                plans=0,
                error={"code": CLOCK_CODE},
                at="2026-11-28T08:00:00.000Z",
            )
    # 28 and 29 November, then 1 December
    for day, plan in ((28, first), (29, second), (31, first)):
        _scrape(ledger, day, plan)

    low, high = (replace(plan, as_of=date(2026, 12, 1)).effective_pence for plan in (first, second))
    [row] = ledger.query("SELECT spells FROM plan_figures WHERE figure = 'effective'")
    assert [cost for _, cost in json.loads(row["spells"])] == [low, high, low]
