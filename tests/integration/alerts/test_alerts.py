"""Alerts over a real ledger, a webhook receiver and a mail server on loopback."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from planwatch.alerts.apprise_port import _caught_log, send_message
from planwatch.alerts.delivery import send_pending, within
from planwatch.alerts.masking import mask_address, scrub_secrets
from planwatch.alerts.memory import write_messages
from planwatch.alerts.setup import notify_config_summary
from planwatch.alerts.worker_alerts import report_end, report_overdue
from planwatch.domain.job import JobStatus
from planwatch.domain.outcome import Outcome
from planwatch.errors import NotDelivered, SettingsError
from planwatch.home import Home
from planwatch.ids import new_id
from planwatch.ledger.alerts.source_alerts import save_source_alerts
from planwatch.ledger.jobs.transitions import claim_job, create_job, finish_job
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.info import set_info
from planwatch.settings.notify import NotifySettings, load_notify
from tests.support.cli import kill_hard, read_json, run_planwatch, wait_until
from tests.support.gated_market import GatedMarket
from tests.support.ledgers import rows, value
from tests.support.mail import run_mail_server
from tests.support.server import Exchange, LoopbackServer, hang, reset, status
from tests.support.workers import workers_below

TOKEN = "T0K3Nabc99"
NOW = "2026-11-25T09:00:00Z"


@dataclass
class Receiver:
    """A webhook that answers with the next of `statuses`, then 200; `received` it accepted."""

    statuses: list[int] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    address: str = ""

    def __call__(self, exchange: Exchange) -> None:
        code = self.statuses.pop(0) if self.statuses else 200
        if code == 200:
            self.received.append(json.loads(exchange.asked.body))
        else:
            self.refused += 1
        exchange.send(code, b"")

    @property
    def titles(self) -> list[str]:
        return [message["title"] for message in self.received]


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Receive alerts by a webhook; the clock stands on a Wednesday."""
    receiver = Receiver()
    with LoopbackServer({f"/{TOKEN}": receiver, "/hang": hang, "/reset": reset}) as server:
        receiver.address = server.origin.replace("http", "json", 1) + f"/{TOKEN}"
        monkeypatch.setenv("PLANWATCH_NOW", NOW)
        monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", receiver.address)
        yield receiver


def _config(place: Home, text: str) -> None:
    place.prepare()
    place.config_file.write_text(text, encoding="utf-8")
    place.config_file.chmod(0o600)


def _end(
    ledger: Ledger,
    *,
    status: JobStatus = JobStatus.COMPLETED,
    kind: str = "scrape",
    sources: Sequence[tuple[str, Outcome]] = (("o2", Outcome.OK),),
    code: str | None = None,
    after_failures: int = 1,
) -> str:
    """Write a job that ended so, with the alerts of its sources; return its id."""
    job_id, at = new_id(), NOW.replace("Z", ".000Z")
    with ledger.transaction():
        create_job(ledger, job_id=job_id, kind=kind, params={}, context={}, max_resumes=3, at=at)
    job = claim_job(ledger, job_id, pid=1, at=at)
    with ledger.transaction():
        for source, outcome in sources:
            add_source_run(
                ledger, job_id=job_id, source=source, outcome=outcome, plans=1, error=None, at=at
            )
            save_source_alerts(
                ledger,
                source=source,
                outcome=outcome,
                message="the page changed",
                events={},
                after_failures=after_failures,
                at=at,
                job_id=job_id,
            )
        finish_job(
            ledger,
            job_id,
            generation=job.generation,
            status=status,
            result={
                "sources": [
                    {"source": source, "outcome": outcome.value} for source, outcome in sources
                ]
            },
            error={"code": code, "message": f"it met {code}", "hint": "again"} if code else None,
            at=at,
        )
    return job_id


def _settings(place: Home) -> NotifySettings:
    settings = load_notify(place.config_file, Path.cwd())
    assert settings is not None
    return settings


def _states(place: Home) -> list[tuple[Any, ...]]:
    return rows(place.root, "SELECT state, attempts FROM messages ORDER BY message_id")


def test_what_broke_is_reported_once_and_again_when_it_works(
    ledger: Ledger, place: Home, hook: Receiver
) -> None:
    for outcome in (Outcome.NETWORK, Outcome.NETWORK, Outcome.OK, Outcome.OK):
        job = _end(ledger, sources=(("o2", Outcome.OK), ("ee", outcome)))
        report_end(place, ledger, job)
        report_end(place, ledger, job)

    assert hook.titles == ["planwatch: ee is in trouble", "planwatch: ee works again"]
    assert hook.received[0]["message"] == (
        "Sources:\n- ee was not read in full once, now network: the page changed;"
        " it was never read in full"
    )


def test_a_scrape_that_fails_every_night_is_reported_when_it_begins_and_when_it_ends(
    ledger: Ledger, place: Home, hook: Receiver
) -> None:
    failed = [_end(ledger, status=JobStatus.FAILED, code="too_many_resumes") for _ in range(3)]
    for job in [*failed, _end(ledger), _end(ledger)]:
        report_end(place, ledger, job)
    compare = _end(ledger, kind="compare", status=JobStatus.FAILED, code="no_plans", sources=())
    report_end(place, ledger, compare)

    assert hook.titles == [
        "planwatch: scrape failed",
        "planwatch: scrape works again",
        "planwatch: compare failed",
    ]
    assert f"planwatch status {failed[0]}" in hook.received[0]["message"]
    assert "it met too_many_resumes" in hook.received[0]["message"]


def test_a_scrape_of_one_source_that_fails_is_reported_when_its_source_is_in_trouble(
    ledger: Ledger, place: Home, hook: Receiver
) -> None:
    sources, after = (("ee", Outcome.BLOCKED),), 2
    for _ in range(3):
        job = _end(
            ledger,
            status=JobStatus.FAILED,
            code="nothing_usable",
            sources=sources,
            after_failures=after,
        )
        report_end(place, ledger, job)
    report_end(place, ledger, _end(ledger, sources=(("ee", Outcome.OK),)))

    assert hook.titles == [
        "planwatch: ee is in trouble",
        "planwatch: ee works again",
    ]
    assert "ee was not read in full 2 times in a row, now blocked" in hook.received[0]["message"]


def test_a_passing_fault_is_tried_again_and_a_lasting_one_waits_for_the_next_job(
    ledger: Ledger, place: Home, hook: Receiver
) -> None:
    hook.statuses = [500]
    report_end(place, ledger, _end(ledger, status=JobStatus.FAILED, code="a"))
    assert (len(hook.received), hook.refused, _states(place)) == (1, 1, [("sent", 2)])

    hook.statuses = [503] * 3
    report_end(place, ledger, _end(ledger, status=JobStatus.FAILED, code="b"))
    assert _states(place)[1] == ("pending", 3)
    error = value(place.root, "SELECT error FROM messages WHERE state = 'pending'")
    assert "503" in error
    assert TOKEN not in error
    report_end(place, ledger, _end(ledger, status=JobStatus.FAILED, code="b"))

    assert _states(place) == [("sent", 2), ("sent", 4)]
    assert len(hook.received) == 2


def test_a_message_that_is_refused_again_and_again_holds_no_other_for_ever(
    ledger: Ledger, place: Home, hook: Receiver
) -> None:
    _end(ledger, kind="analyse", status=JobStatus.FAILED, code="unwanted")
    write_messages(ledger, _settings(place), {})
    _end(ledger, kind="compare", status=JobStatus.FAILED, code="b")
    write_messages(ledger, _settings(place), {})
    hook.statuses = [400]
    send_pending(place, ledger, _settings(place))
    assert _states(place) == [("sent", 2), ("sent", 1)], (
        "each in its turn, while it may yet be taken"
    )

    ledger.execute("UPDATE messages SET state = 'pending', attempts = 9 * (message_id = 1)")
    hook.received.clear()
    hook.statuses = [200, 400, 400, 400]
    send_pending(place, ledger, _settings(place))

    assert _states(place) == [("pending", 12), ("sent", 1)]
    assert hook.titles == ["planwatch: compare failed"]


def test_a_service_learns_whether_a_message_is_good_or_bad(
    ledger: Ledger, place: Home, hook: Receiver
) -> None:
    settings = _settings(place)
    for end in (
        {"sources": [("o2", Outcome.OK), ("ee", Outcome.NETWORK)]},
        {"status": JobStatus.FAILED, "code": "a"},
        {"sources": [("o2", Outcome.OK), ("ee", Outcome.OK)]},
    ):
        _end(ledger, **end)
        write_messages(ledger, settings, {})
    send_pending(place, ledger, settings)

    assert [message["type"] for message in hook.received] == ["warning", "failure", "success"]
    assert [row[0] for row in rows(place.root, "SELECT severity FROM messages")] == [
        message["type"] for message in hook.received
    ]


def test_a_message_whose_sender_died_is_sent_once_more_and_then_never_again(
    ledger: Ledger, place: Home, hook: Receiver
) -> None:
    write_messages(ledger, _settings(place), {})
    _end(ledger, status=JobStatus.FAILED, code="a")
    write_messages(ledger, _settings(place), {})
    ledger.execute("UPDATE messages SET state = 'sending', attempts = 1")

    assert send_pending(place, ledger, _settings(place)) == []

    assert (len(hook.received), _states(place)) == (1, [("sent", 2)])
    ledger.execute("UPDATE messages SET state = 'sending'")
    send_pending(place, ledger, _settings(place))
    assert (len(hook.received), _states(place)) == (1, [("given_up", 2)])
    assert "may have arrived" in value(place.root, "SELECT error FROM messages")


def test_a_message_in_doubt_that_is_in_doubt_again_is_never_sent_a_third_time(
    ledger: Ledger, place: Home, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _end(ledger, status=JobStatus.FAILED, code="a")
    write_messages(ledger, _settings(place), {})
    ledger.execute("UPDATE messages SET state = 'sending', attempts = 1")
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", hook.address.replace(TOKEN, "hang?rto=0.2"))

    send_pending(place, ledger, _settings(place))

    assert _states(place) == [("given_up", 2)]


def test_a_message_whose_taker_hung_up_may_have_arrived_and_is_sent_twice_at_most(
    ledger: Ledger, place: Home, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _end(ledger, status=JobStatus.FAILED, code="a")
    write_messages(ledger, _settings(place), {})
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", hook.address.replace(TOKEN, "reset"))
    for _ in range(3):
        send_pending(place, ledger, _settings(place))

    assert _states(place) == [("given_up", 2)]


def test_no_sender_that_is_left_to_itself_keeps_a_worker_from_its_end(hook: Receiver) -> None:
    """Threads of a pool are waited for at the end of a process, whatever they do."""
    before = set(threading.enumerate())
    address = hook.address.replace(TOKEN, "hang?rto=2")

    with pytest.raises(NotDelivered):
        within(0.5, lambda: send_message(address, title="a", body="b"))

    left = [each.name for each in set(threading.enumerate()) - before]
    assert [name for name in left if name.startswith("ThreadPool")] == []


def test_what_another_thread_says_of_its_address_is_in_no_error_and_in_no_log() -> None:
    """A sender that was left to itself goes on, with an address that nobody else masks."""
    log = io.StringIO()
    root, handler = logging.getLogger(), logging.StreamHandler(log)
    root.addHandler(handler)
    try:
        said = threading.Thread(target=logging.getLogger("apprise").warning, args=("OTHERtoken",))
        with _caught_log() as ours, _caught_log():
            said.start()
            said.join()
        logging.getLogger("apprise").warning("OTHERtoken")
    finally:
        root.removeHandler(handler)

    assert (ours, log.getvalue()) == ([], "")


def test_what_nobody_could_send_for_days_is_given_up(
    ledger: Ledger, place: Home, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _end(ledger, status=JobStatus.FAILED, code="a")
    write_messages(ledger, _settings(place), {})
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-29T09:00:00Z")

    send_pending(place, ledger, _settings(place))

    assert (hook.received, _states(place)) == ([], [("given_up", 0)])


def test_nothing_of_notify_can_fail_what_follows_a_job(
    ledger: Ledger, place: Home, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", "no address at all")
    report_end(place, ledger, _end(ledger, status=JobStatus.FAILED, code="a"))
    assert _states(place) == []
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", "nosuchscheme://somewhere-secret")
    report_end(place, ledger, _end(ledger))

    assert _states(place) == [("pending", 1), ("pending", 0)], "the first was still to be told"
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", hook.address)
    assert run_planwatch("notify", "send").returncode == 0
    assert hook.titles == ["planwatch: scrape failed", "planwatch: scrape works again"]


def test_a_job_beyond_its_time_is_reported_once(
    ledger: Ledger, place: Home, hook: Receiver
) -> None:
    with ledger.transaction():
        create_job(ledger, job_id="j1", kind="scrape", params={}, context={}, max_resumes=3, at=NOW)
    claim_job(ledger, "j1", pid=1, at="2026-11-25T08:30:00.000Z")

    report_overdue(place, "j1")
    report_overdue(place, "j1")

    assert hook.titles == ["planwatch: scrape takes longer than expected"]
    assert "has taken 30 minutes" in hook.received[0]["message"]
    assert value(place.root, "SELECT status FROM jobs") == "running"


def test_a_recorded_market_sends_no_alerts(ledger: Ledger, place: Home, hook: Receiver) -> None:
    set_info(ledger, "market", "recorded")

    report_end(place, ledger, _end(ledger, status=JobStatus.FAILED, code="a"))

    assert (hook.received, _states(place)) == ([], [])
    assert run_planwatch("notify", "send").returncode == 2


def test_the_ping_goes_out_after_each_scrape_and_says_how_it_was(
    ledger: Ledger, place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LoopbackServer({"/p": status(200), "/p/fail": status(200)}) as server:
        monkeypatch.setenv("PLANWATCH_NOTIFY__PING_URL", f"{server.origin}/p")
        report_end(place, ledger, _end(ledger))
        partial = (("o2", Outcome.OK), ("ee", Outcome.NETWORK))
        report_end(place, ledger, _end(ledger, status=JobStatus.PARTIAL, sources=partial))
        report_end(place, ledger, _end(ledger, status=JobStatus.FAILED, code="nothing_usable"))
        report_end(place, ledger, _end(ledger, kind="analyse", sources=()))

        assert [asked.path for asked in server.asked] == ["/p", "/p", "/p/fail"]


def test_mail_arrives_readable(
    ledger: Ledger, place: Home, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_mail_server() as box:
        _config(place, '[[notify.rules]]\non = ["job_failed"]\nto = "post"\n')
        monkeypatch.setenv(
            "PLANWATCH_NOTIFY__TARGETS__POST",
            f"mailto://127.0.0.1:{box.port}?from=planwatch@example.org&to=team@example.org",
        )
        report_end(place, ledger, _end(ledger, status=JobStatus.FAILED, code="too_many_resumes"))

        assert [message["Subject"] for message in box.messages] == ["planwatch: scrape failed"]
        body = box.messages[0].get_body(("plain",))
        assert body is not None
        assert "it met too_many_resumes" in body.get_content()
    assert hook.received == []


def test_a_whole_scrape_is_reported_and_its_secrets_stay_out_of_the_home(
    place: Home, market: GatedMarket, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_FETCH__ATTEMPTS", "1")
    monkeypatch.setenv("PLANWATCH_ALARMS__AFTER_FAILURES", "1")
    market.fail("smarty", 500)
    hook.statuses = [500]

    done = run_planwatch("scrape", "smarty", "giffgaff", "--wait")

    assert done.returncode == 3
    wait_until(lambda: hook.received, "the alert")
    wait_until(lambda: not list(workers_below(place.root)), "the worker's end")
    assert hook.titles == ["planwatch: smarty is in trouble"]
    listed = read_json("notify", "list")["messages"]
    assert [(one["state"], one["attempts"]) for one in listed] == [("sent", 2)]
    for path in place.root.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes(), path


def test_a_worker_killed_while_it_sends_loses_no_alert(
    place: Home, market: GatedMarket, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_FETCH__ATTEMPTS", "1")
    monkeypatch.setenv("PLANWATCH_ALARMS__AFTER_FAILURES", "1")
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", hook.address.replace(TOKEN, "hang"))
    market.fail("smarty", 500)
    assert run_planwatch("scrape", "smarty", "--wait").returncode == 4
    wait_until(
        lambda: value(place.root, "SELECT 1 FROM messages WHERE state = 'sending'"), "the sending"
    )

    for pid in workers_below(place.root):
        kill_hard(pid)
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", hook.address)
    wait_until(lambda: not list(workers_below(place.root)), "the worker's death")

    assert value(place.root, "SELECT status FROM jobs") == "failed"
    assert run_planwatch("notify", "send").returncode == 0
    assert hook.titles == ["planwatch: smarty is in trouble"]


@pytest.mark.parametrize("next_command", [("notify", "send"), ("scrape", "smarty", "--wait")])
def test_a_job_that_a_command_closed_as_failed_is_reported_with_what_comes_next(
    place: Home,
    market: GatedMarket,
    hook: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    next_command: tuple[str, ...],
) -> None:
    monkeypatch.setenv("PLANWATCH_JOBS__MAX_RESUMES", "0")
    market.hold("ee")
    assert run_planwatch("scrape", "ee").returncode == 0
    wait_until(lambda: value(place.root, "SELECT 1 FROM jobs WHERE status = 'running'"), "a worker")
    for pid in workers_below(place.root):
        kill_hard(pid)
    wait_until(lambda: not list(workers_below(place.root)), "the worker's death")
    closed = run_planwatch("status").stderr
    assert "lost its worker too often and was closed as failed" in closed
    assert hook.received == [], "a command that only looks sends nothing"

    assert run_planwatch(*next_command).returncode == 0

    wait_until(lambda: hook.received, "the alert")
    wait_until(lambda: not list(workers_below(place.root)), "the worker's end")
    # a good scrape that comes next is told in the same message
    assert "its worker died" in hook.received[0]["message"]


def test_prices_that_moved_are_reported_in_one_message_of_the_job_that_saw_them(
    place: Home, market: GatedMarket, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 9)):
        market.day = day
        monkeypatch.setenv("PLANWATCH_NOW", f"{day}T09:00:00Z")
        assert run_planwatch("scrape", "ee", "smarty", "uswitch", "--wait").returncode == 0
        wait_until(lambda: not list(workers_below(place.root)), "the worker's end")

    assert hook.titles == ["planwatch: 1 plan changed"]
    assert hook.received[0]["message"] == (
        "Changes:\n- iD Mobile 100 GB, 24 months at Uswitch: headline price"
        " £11.00 → £10.00 a month (−9 %), effective cost £12.63 → £11.63 a month (−8 %)"
    )
    assert value(place.root, "SELECT count(*) FROM plan_figures WHERE NOT is_looked_at") == 0


def test_a_worker_reports_its_own_delay_while_the_job_goes_on(
    place: Home, market: GatedMarket, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_planwatch("scrape", "smarty", "--wait").returncode == 0
    monkeypatch.setenv("PLANWATCH_JOBS__STALLED_FACTOR", "1")
    monkeypatch.setenv("PLANWATCH_JOBS__STALLED_GRACE_S", "0")
    market.hold("smarty")
    assert run_planwatch("scrape", "smarty").returncode == 0

    wait_until(lambda: hook.received, "the alert")

    assert value(place.root, "SELECT status FROM jobs ORDER BY turn DESC") == "running"
    market.release()
    assert run_planwatch("wait", "last").returncode == 0
    wait_until(lambda: not list(workers_below(place.root)), "the worker's end")
    assert hook.titles == ["planwatch: scrape takes longer than expected"]


def test_without_apprise_nothing_is_lost_and_the_log_says_what_to_install(
    ledger: Ledger,
    place: Home,
    hook: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monkeypatch.context() as context:
        context.setitem(sys.modules, "apprise", None)
        report_end(place, ledger, _end(ledger, status=JobStatus.FAILED, code="a"))
        assert _states(place) == [("pending", 1)]
        assert f"{sys.executable} -m pip install 'apprise" in caplog.text
        assert not notify_config_summary(place.config_file, Path.cwd())["apprise_installed"]

    assert send_pending(place, ledger, _settings(place)) == []

    assert hook.titles == ["planwatch: scrape failed"]


def test_a_server_that_never_answers_is_waited_for_within_a_bound(
    ledger: Ledger, place: Home, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = hook.address.replace(TOKEN, "hang?rto=0.2")
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", address)
    for _ in range(2):
        report_end(place, ledger, _end(ledger, status=JobStatus.FAILED, code="a"))

    assert _states(place) == [("given_up", 2)], "it may have arrived twice"


def test_the_digest_comes_once_a_week_with_the_first_good_scrape(
    place: Home, market: GatedMarket, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _config(place, '[notify]\ndigest_day = "tuesday"\n[[notify.rules]]\non = ["digest"]\n')
    days = ("2026-11-23", "2026-11-24", "2026-11-25", "2026-12-01")
    for day in days:
        monkeypatch.setenv("PLANWATCH_NOW", f"{day}T09:00:00Z")
        assert run_planwatch("scrape", "smarty", "--wait").returncode == 0
        wait_until(lambda: not list(workers_below(place.root)), "the worker's end")

    assert hook.titles == [
        "planwatch: the week to 24 November 2026",
        "planwatch: the week to 1 December 2026",
    ]


def test_notify_test_says_of_each_target_whether_it_accepted(
    hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = hook.address.split(":")[2].split("/")[0]
    monkeypatch.setenv("PLANWATCH_NOTIFY__TARGETS__BAD", f"json://127.0.0.1:{port}/hushhush")

    done = run_planwatch("notify", "test", "--json")

    tried = json.loads(done.stdout)["tried"]
    assert done.returncode == 1
    assert [(one["recipient"], one["ok"]) for one in tried] == [("default", True), ("bad", False)]
    assert tried[1]["address"] == f"json://127.0.0.1:{port}/…"
    assert "404" in tried[1]["error"]["message"]
    assert "hushhush" not in done.stdout + done.stderr
    assert run_planwatch("notify", "test", "--to", "default").returncode == 0
    assert run_planwatch("notify", "test", "--to", "nobody").returncode == 2
    assert len(hook.received) == 2


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('[notify]\nurls = ["sekret"]', "notify.urls: an address must have the form SCHEME://"),
        ('[notify]\nping_url = "ftp://sekret"', "notify.ping_url: not http(s)://HOST/PATH"),
        ('[notify]\nwhom = "sekret"', "notify.whom is not a setting"),
        ('[[notify.rules]]\non = ["digest"]\nto = "team"', "a rule sends to team, which has no"),
        ('[[notify.rules]]\non = ["everything"]', "alert rule 1: unknown event 'everything'"),
        ('[[notify.rules]]\non = ["changes"]\nbrands = ["Nobody"]', "unknown brand"),
        ('[notify.targets]\nTeam = ["a://b"]', "a target's name must be a word in lower case"),
    ],
)
def test_settings_that_are_wrong_are_refused_by_name(place: Home, config: str, said: str) -> None:
    _config(place, config)

    with pytest.raises(SettingsError) as caught:
        load_notify(place.config_file, Path.cwd())

    assert said in caught.value.message
    assert "sekret" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert notify_config_summary(place.config_file, Path.cwd())["error"]["code"] == "settings"


def test_a_key_of_alerts_that_is_wrong_keeps_no_command_from_its_work(place: Home) -> None:
    _config(place, '[notify.targets]\nTeam = ["json://sekret"]\n')

    assert run_planwatch("status").returncode == 0


def test_the_lock_of_senders_is_nothing_to_prune_or_to_remark(
    ledger: Ledger, place: Home, hook: Receiver
) -> None:
    report_end(place, ledger, _end(ledger))
    lock = place.lock_of("notify")
    os.utime(lock, (0, 0))

    assert run_planwatch("prune").returncode == 0
    assert lock.exists()


def test_addresses_in_a_config_that_others_may_read_are_refused(place: Home) -> None:
    _config(place, '[notify]\nurls = ["json://sekret"]\n')
    assert _settings(place).recipients == {"default": "json://sekret"}
    place.config_file.chmod(0o644)

    with pytest.raises(SettingsError, match="other users have access"):
        load_notify(place.config_file, Path.cwd())


def test_addresses_come_from_files_too(
    place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _config(place, "")
    secrets = place.root / "secrets.env"
    secrets.write_text("PLANWATCH_NOTIFY__URLS='json://a json://b'\n", encoding="utf-8")
    secrets.chmod(0o600)
    assert _settings(place).recipients == {"default": "json://a", "default#2": "json://b"}
    (tmp_path / "ping").write_text("https://example.org/p\n", encoding="utf-8")
    monkeypatch.setenv("PLANWATCH_NOTIFY__PING_URL_FILE", str(tmp_path / "ping"))

    summary = notify_config_summary(place.config_file, Path.cwd())

    assert summary == {
        "targets": ["default"],
        "recipients": 2,
        "has_ping": True,
        "apprise_installed": True,
        "error": None,
    }


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("slack://TokenA/TokenB/TokenC/#channel", "slack://…"),
        ("jsons://user:pass@hooks.example.org:8443/T0ken", "jsons://hooks.example.org:8443/…"),
        ("mailto://me:pass@smtp.example.org", "mailto://smtp.example.org/…"),
        ("json://[broken", "json://…"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    assert mask_address(address) == shown
    said = scrub_secrets(f"cannot reach {address} as pass with T0ken or TokenB", [address])
    assert not any(part in said for part in ("TokenA", "TokenB") if part in address)


def test_a_clock_of_the_ledger_that_is_older_than_days_is_not_reported(
    ledger: Ledger, place: Home, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _end(ledger, status=JobStatus.FAILED, code="a")
    monkeypatch.setenv("PLANWATCH_NOW", datetime(2026, 12, 25, tzinfo=UTC).isoformat())

    write_messages(ledger, _settings(place), {})

    assert _states(place) == []


@pytest.mark.parametrize(
    "rule",
    [
        'on = ["changes"]\nkinds = ["pricedrop"]',
        'on = ["changes"]\nkinds = ["headline", "Withdrawn"]',
        'on = ["change"]',
        'on = ["changes"]\nwithin_days = 0',
        'on = ["changes"]\nto = "nobody"',
    ],
)
def test_a_rule_that_means_nothing_is_an_error_at_once(place: Home, rule: str) -> None:
    _config(place, f"[[notify.rules]]\n{rule}\n")

    done = run_planwatch("scrape", "smarty")

    assert done.returncode == SettingsError.exit_code
    assert "the settings of alerts are not valid: " in done.stderr
    assert "rule" in done.stderr
    assert "Traceback" not in done.stderr
    assert run_planwatch("status", "--json").stdout.count('"id"') == 0
    assert run_planwatch("config", "check").returncode != 0


@pytest.mark.parametrize(
    ("status", "outcome", "title", "said"),
    [
        (JobStatus.COMPLETED, Outcome.OK, "works again", "completed: 2 of 2 sources read in full"),
        (
            JobStatus.PARTIAL,
            Outcome.NETWORK,
            "ended partial",
            "ended partial: 1 of 2 sources read in full",
        ),
    ],
)
def test_a_message_says_how_a_scrape_ended(
    ledger: Ledger,
    place: Home,
    hook: Receiver,
    status: JobStatus,
    outcome: Outcome,
    title: str,
    said: str,
) -> None:
    report_end(place, ledger, _end(ledger, status=JobStatus.FAILED, code="a"))
    sources = (("o2", Outcome.OK), ("ee", outcome))
    report_end(place, ledger, _end(ledger, status=status, sources=sources, after_failures=2))

    assert hook.titles[1] == f"planwatch: scrape {title}"
    assert said in hook.received[1]["message"]
