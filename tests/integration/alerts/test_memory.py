"""What is to be reported, once: ends of jobs, alerts of sources, moves of plans, in one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from planwatch.alerts.job_endings import JobEnding, is_good_scrape, note_endings
from planwatch.alerts.memory import add_drafts, write_messages
from planwatch.alerts.messages import Draft, MessageText
from planwatch.domain.job import Job, JobStatus
from planwatch.domain.outcome import Outcome
from planwatch.ids import new_id
from planwatch.ledger.alerts.messages import list_messages
from planwatch.ledger.alerts.source_alerts import save_source_alerts
from planwatch.ledger.alerts.unreported import load_unreported, mark_reported
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.jobs.transitions import claim_job, create_job, finish_job
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.store.connection import Ledger
from planwatch.settings.notify import NotifySettings
from tests.support.plans import make_plan
from tests.support.scrapes import instant_of, save_scrape

EPOCH = "2000-01-01T00:00:00.000Z"
ALL = NotifySettings.model_validate({"urls": "json://a"})


pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be Thursday 5 November 2026, at noon."""
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-05T12:00:00Z")


def _start(ledger: Ledger, kind: str = "scrape") -> Job:
    job_id = new_id()
    with ledger.transaction():
        create_job(
            ledger,
            job_id=job_id,
            kind=kind,
            params={},
            context={},
            max_resumes=3,
            at=instant_of(5),
        )
    return claim_job(ledger, job_id, pid=1, at=instant_of(5))


def _end(
    ledger: Ledger,
    status: JobStatus = JobStatus.COMPLETED,
    *,
    job: Job | None = None,
    kind: str = "scrape",
    code: str | None = None,
    day: int = 5,
    sources: Mapping[str, Outcome] | None = None,
) -> Job:
    """End a job that asked these sources; one source that was read, unless others are given."""
    begun = job or _start(ledger, kind)
    asked = {"o2": Outcome.OK} if sources is None else sources
    with ledger.transaction():
        finish_job(
            ledger,
            begun.job_id,
            generation=begun.generation,
            status=status,
            result={"sources": [{"source": name, "outcome": asked[name]} for name in asked]},
            error=None if code is None else {"code": code, "message": "m", "hint": "h"},
            at=instant_of(day),
        )
    return load_job(ledger, begun.job_id)


def _trouble(ledger: Ledger, source: str, *, job_id: str | None = None, day: int = 5) -> None:
    with ledger.transaction():
        add_source_run(
            ledger,
            job_id=job_id,
            source=source,
            outcome=Outcome.BLOCKED,
            plans=0,
            error={"code": "blocked", "message": "m"},
            at=instant_of(day),
        )
        save_source_alerts(
            ledger,
            source=source,
            outcome=Outcome.BLOCKED,
            message="m",
            events={},
            after_failures=1,
            at=instant_of(day),
            job_id=job_id,
        )


# what is not reported yet


def test_what_happened_is_unreported_until_it_is_marked(ledger: Ledger) -> None:
    save_scrape(ledger, 4, make_plan(), source="ee")
    _trouble(ledger, "ee")
    _trouble(ledger, "o2")
    job = _end(ledger)

    found = load_unreported(ledger, EPOCH)
    mark_reported(ledger, instant_of(6))
    after = load_unreported(ledger, EPOCH)

    assert [alert.source for alert in found.source_alerts] == ["ee", "o2"]
    assert found.jobs == (job,)
    assert found.last_good == {"ee": instant_of(4)}, "o2 never was"
    assert (after.source_alerts, after.jobs, after.last_good) == ((), (), {})


def test_what_is_too_old_is_not_reported(ledger: Ledger) -> None:
    for day in (3, 4):
        _trouble(ledger, f"source {day}", day=day)
        _end(ledger, day=day)

    found = load_unreported(ledger, instant_of(4))

    assert [alert.source for alert in found.source_alerts] == ["source 4"]
    assert [job.finished_at for job in found.jobs] == [instant_of(4)]


def test_what_a_running_job_met_waits_for_its_end(ledger: Ledger) -> None:
    job = _start(ledger)
    _trouble(ledger, "ee", job_id=job.job_id)
    before = load_unreported(ledger, EPOCH)
    mark_reported(ledger, instant_of(5))
    ended = _end(ledger, job=job)

    after = load_unreported(ledger, EPOCH)

    assert (before.source_alerts, before.jobs) == ((), ())
    assert [alert.source for alert in after.source_alerts] == ["ee"]
    assert after.jobs == (ended,)


# how jobs ended


def _endings(ledger: Ledger, *jobs: Job) -> list[JobEnding]:
    with ledger.transaction():
        return list(note_endings(ledger, jobs).values())


def test_a_job_of_a_person_is_reported_each_time_it_fails(ledger: Ledger) -> None:
    for _ in range(2):
        job = _end(ledger, JobStatus.FAILED, kind="analyse", code="a")
        assert _endings(ledger, job) == [JobEnding("failed")]
    done = [
        _end(ledger, kind="analyse"),
        _end(ledger, JobStatus.PARTIAL, kind="analyse", code="too_old_to_resume"),
        _end(ledger, JobStatus.CANCELLED, kind="analyse"),
    ]

    assert _endings(ledger, *done) == []


def test_a_scrape_that_fails_every_night_for_one_reason_is_reported_once(ledger: Ledger) -> None:
    said = [
        _endings(ledger, _end(ledger, status, code=code))
        for status, code in (
            (JobStatus.COMPLETED, None),
            (JobStatus.FAILED, "a"),
            (JobStatus.FAILED, "a"),
            (JobStatus.FAILED, "b"),
            (JobStatus.CANCELLED, None),
            (JobStatus.COMPLETED, None),
            (JobStatus.PARTIAL, None),
        )
    ]

    failed, well = [JobEnding("failed")], [JobEnding("works again")]
    assert said == [[], failed, [], failed, [], well, []]


def test_a_scrape_that_was_closed_late_is_no_failure_and_no_good_one(ledger: Ledger) -> None:
    late = _end(ledger, JobStatus.PARTIAL, code="too_old_to_resume")

    assert _endings(ledger, late) == [JobEnding("closed late")]
    assert not is_good_scrape(late)
    assert _endings(ledger, _end(ledger)) == [JobEnding("works again")]


def test_a_scrape_that_read_no_source_in_full_ends_no_failure(ledger: Ledger) -> None:
    read = [
        _end(ledger, JobStatus.FAILED, code="a"),
        _end(ledger, JobStatus.PARTIAL, sources={"o2": Outcome.PARTIAL, "ee": Outcome.NETWORK}),
        _end(ledger, JobStatus.PARTIAL, sources={}),
        _end(ledger, JobStatus.PARTIAL, sources={"o2": Outcome.UNCHANGED, "ee": Outcome.NETWORK}),
    ]

    assert [_endings(ledger, job) for job in read] == [
        [JobEnding("failed")],
        [],
        [],
        [JobEnding("works again")],
    ]


def test_a_scrape_whose_sources_all_failed_is_reported_when_they_are_in_trouble(
    ledger: Ledger,
) -> None:
    asked = {"o2": Outcome.BLOCKED, "ee": Outcome.BLOCKED}
    said = []
    for source in ("o2", "ee", "three"):
        _trouble(ledger, source)
        job = _end(ledger, JobStatus.FAILED, code="nothing_usable", sources=asked)
        said.append(_endings(ledger, job))
    said.append(_endings(ledger, _end(ledger)))

    of_sources = JobEnding("failed", is_of_sources=True)
    assert said == [[], [of_sources], [], [JobEnding("works again", is_of_sources=True)]]


@pytest.mark.parametrize(
    ("kind", "status", "outcome", "is_good"),
    [
        ("scrape", JobStatus.COMPLETED, Outcome.OK, True),
        ("scrape", JobStatus.PARTIAL, Outcome.UNCHANGED, True),
        ("scrape", JobStatus.COMPLETED, Outcome.PARTIAL, False),
        ("scrape", JobStatus.FAILED, Outcome.OK, False),
        ("scrape", JobStatus.CANCELLED, Outcome.OK, False),
        ("analyse", JobStatus.COMPLETED, Outcome.OK, False),
    ],
)
def test_a_scrape_is_good_when_it_read_a_source_in_full(
    ledger: Ledger, kind: str, status: JobStatus, outcome: Outcome, is_good: bool
) -> None:
    job = _end(ledger, status, kind=kind, sources={"o2": outcome})

    assert is_good_scrape(job) is is_good


# messages


def _told(ledger: Ledger, settings: NotifySettings = ALL) -> list[tuple[str, str]]:
    """Write what is due; return recipient and title of the new messages, the oldest first."""
    known = {message.message_id for message in list_messages(ledger, limit=99)}
    write_messages(ledger, settings, {})
    # the clock of these tests stands still; what is written next is another message
    ledger.execute("UPDATE messages SET about = about || ' ' || message_id")
    return [
        (message.recipient, message.title.removeprefix("planwatch: "))
        for message in reversed(list_messages(ledger, limit=99))
        if message.message_id not in known
    ]


def _move(ledger: Ledger, day: int, pence: int, *, job_id: str | None = None) -> None:
    save_scrape(ledger, day, make_plan(price_pence=pence), job_id=job_id)


def test_a_job_and_what_it_found_come_in_one_message_and_once(ledger: Ledger) -> None:
    _move(ledger, 2, 1000)
    assert _told(ledger) == []
    job = _start(ledger)
    _move(ledger, 3, 800, job_id=job.job_id)
    _trouble(ledger, "ee", job_id=job.job_id)
    _end(ledger, JobStatus.PARTIAL, job=job)

    said = _told(ledger)
    [message] = list_messages(ledger, limit=9)

    assert said == [("default", message.title.removeprefix("planwatch: "))]
    assert "£10.00 → £8.00" in message.body
    assert "ee was not read in full once" in message.body
    assert message.about.startswith(f"job:{job.job_id}:{job.generation} ")
    assert message.job_id == job.job_id
    assert message.created_at == "2026-11-05T12:00:00.000Z"
    assert _told(ledger) == []


def test_an_end_of_a_job_is_reported_for_three_days(ledger: Ledger) -> None:
    for kind, day in (("analyse", 2), ("compare", 3)):
        _end(ledger, JobStatus.FAILED, kind=kind, code="a", day=day)

    [(_, title)] = _told(ledger)

    assert "compare" in title
    assert load_unreported(ledger, EPOCH).jobs == (), "what is too old is marked, too"


def test_without_recipients_what_stands_is_where_a_later_one_begins(ledger: Ledger) -> None:
    _move(ledger, 2, 1000)
    _move(ledger, 3, 800)
    _trouble(ledger, "ee")
    assert _told(ledger, NotifySettings()) == []

    assert _told(ledger) == []
    _move(ledger, 4, 600)
    assert len(_told(ledger)) == 1


def test_each_target_hears_what_its_own_rules_ask_for(ledger: Ledger) -> None:
    rules = [
        {"on": ["changes"], "kinds": ["headline"], "to": "prices"},
        {"on": ["source"], "to": "sources"},
        {"on": ["changes"], "kinds": ["headline"], "brands": ["Three"], "to": "three"},
    ]
    targets = {name: f"json://{name}" for name in ("prices", "sources", "three")}
    settings = NotifySettings.model_validate({"targets": targets, "rules": rules})
    _move(ledger, 2, 1000)
    _told(ledger, settings)
    _move(ledger, 3, 800)
    _trouble(ledger, "ee")

    assert sorted(recipient for recipient, _ in _told(ledger, settings)) == ["prices", "sources"]


def test_a_target_keeps_its_own_last_value_until_it_is_taken_away(ledger: Ledger) -> None:
    rule = {"on": ["changes"], "kinds": ["headline"], "min_pounds": 1}
    settings = NotifySettings.model_validate({"urls": "json://a", "rules": [rule]})
    for day, pence in ((2, 1000), (3, 950)):
        _move(ledger, day, pence)
        assert _told(ledger, settings) == []
    _move(ledger, 4, 900)
    assert len(_told(ledger, settings)) == 1
    assert "£10.00 → £9.00" in list_messages(ledger, limit=1)[0].body

    _move(ledger, 5, 850)
    assert _told(ledger, settings) == []
    _told(ledger, NotifySettings())
    _move(ledger, 6, 800)
    assert _told(ledger, settings) == [], "it begins anew with £8.50"


def test_a_new_low_is_compared_with_the_days_before_it_moved(ledger: Ledger) -> None:
    rule = {"on": ["changes"], "kinds": ["new_low"], "within_days": 4}
    settings = NotifySettings.model_validate({"urls": "json://a", "rules": [rule]})
    said = []
    for day, pence in ((1, 700), (2, 1000), (6, 800), (7, 790), (8, 795)):
        _move(ledger, day, pence)
        said.append(len(_told(ledger, settings)))

    assert said == [0, 0, 1, 1, 0]


def test_who_has_a_message_about_the_same_gets_no_second(ledger: Ledger) -> None:
    text = MessageText(severity="info", title="title", body="body")
    drafts = [
        Draft(recipient=recipient, about=about, job_id=None, text=text)
        for recipient, about in (("a", "x"), ("a", "x"), ("b", "x"), ("a", "y"))
    ]
    add_drafts(ledger, drafts, instant_of(5))

    found = [(each.recipient, each.about) for each in reversed(list_messages(ledger, limit=9))]
    assert found == [("a", "x"), ("b", "x"), ("a", "y")]


def test_the_digest_of_the_week_comes_with_the_first_good_scrape(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = NotifySettings.model_validate(
        {"urls": "json://a", "digest_day": "thursday", "rules": [{"on": ["digest"]}]}
    )
    values: dict[str, Any] = {}
    _move(ledger, 5, 1000)
    said = []
    for now, status in (
        ("2026-11-04T12:00:00Z", JobStatus.COMPLETED),  # a Wednesday
        ("2026-11-05T12:00:00Z", JobStatus.FAILED),
        ("2026-11-05T13:00:00Z", JobStatus.COMPLETED),
        ("2026-11-06T13:00:00Z", JobStatus.COMPLETED),
    ):
        monkeypatch.setenv("PLANWATCH_NOW", now)
        job = _end(ledger, status, code="a" if status is JobStatus.FAILED else None)
        write_messages(ledger, settings, values)
        said.append([m.about for m in list_messages(ledger, limit=9) if m.job_id == job.job_id])

    assert said == [[], [], ["digest:2026-W45"], []]


@pytest.mark.parametrize(
    ("first", "lines"),
    [
        (2, ", the lowest since 2 November 2026, when it was first seen"),
        (1, ", the lowest since 1 November 2026, when it was first seen"),
    ],
)
def test_a_new_low_of_a_young_home_names_the_day_from_which_it_was_watched(
    ledger: Ledger, first: int, lines: str
) -> None:
    rule = {"on": ["changes"], "kinds": ["new_low"], "within_days": 180}
    settings = NotifySettings.model_validate({"urls": "json://a", "rules": [rule]})
    _move(ledger, first, 1000)
    _told(ledger, settings)
    _move(ledger, 4, 800)
    _told(ledger, settings)

    body = list_messages(ledger, limit=1)[0].body
    assert lines in body
    assert body.count("the lowest") == 1
    assert "180 days" not in body


def test_a_plan_is_named_in_an_alert_as_changes_names_it(ledger: Ledger) -> None:
    plans = [
        make_plan(variant=variant, name="SIM 100GB", gb=100, price_pence=pence)
        for variant, pence in (("classic", 1000), ("saver", 900))
    ]
    save_scrape(ledger, 2, *plans)
    _told(ledger)
    save_scrape(ledger, 3, *(replace(plan, price_pence=plan.price_pence + 300) for plan in plans))
    _told(ledger)

    body = list_messages(ledger, limit=1)[0].body
    assert "- O2 classic 100 GB, 24 months: headline price and effective cost £10.00" in body
    assert "- O2 saver 100 GB, 24 months: headline price and effective cost £9.00" in body
