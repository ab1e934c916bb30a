"""A nasty week by the real command and its workers, with mail: as cron and a person live it."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from email.message import EmailMessage

import pytest

from tests.sequences.heard import Message, News, alternates, moved
from tests.sequences.shops import Card
from tests.sequences.stock import label, shelf, subject
from tests.sequences.watching import DAY, FIRST, Watching
from tests.support.cli import PROGRAM, read_json, run_planwatch, wait_until
from tests.support.mail import Mailbox, run_mail_server
from tests.support.workers import workers_below

LABELS = (label("acme"), label("acme", gb=15), label("smarty"), "21 GB Plus")


def _send_mail_to(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"mailto://127.0.0.1:{box.port}?from=planwatch@example.org&to=team@example.org"
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", address)


def _message(mail: EmailMessage) -> Message:
    return Message(str(mail["Subject"]), mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def _let_workers_end(watch: Watching) -> None:
    """Wait for what workers do after their jobs' ends."""
    wait_until(lambda: not any(workers_below(watch.home.root)), "the workers' end")


def _cards(creeping: int, to_and_fro: int) -> tuple[Card, ...]:
    return shelf(subject("acme", creeping), subject("acme", to_and_fro, gb=15))


def test_a_week_of_creeping_alternating_and_an_outage_by_mail(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    creeping, to_and_fro = label("acme"), label("acme", gb=15)
    with run_mail_server() as box:
        _send_mail_to(box, monkeypatch)
        heard: list[list[News]] = []
        lines: list[list[str]] = []
        for day in range(7):
            monkeypatch.setenv("PLANWATCH_NOW", (FIRST + day * DAY).isoformat())
            watch.sell("acme", _cards(2000 - 50 * day, (1000, 1200)[day % 2]))
            watch.sell(
                "smarty", shelf(subject("smarty", 900)), fault="500" if 0 < day < 5 else None
            )
            done = run_planwatch("scrape", "acme", "smarty", "--wait", "-q")
            assert done.returncode == (3 if 0 < day < 5 else 0), done.stderr
            _let_workers_end(watch)
            assert len(box.messages) <= 1
            told = [_message(mail) for mail in box.messages]
            box.messages.clear()
            heard.append(sorted(news for message in told for news in message.news(LABELS)))
            lines.append([line for message in told for line in message.source_lines()])

    assert heard == [
        [],
        [moved(to_and_fro, 1000, 1200)],
        sorted([moved(creeping, 2000, 1900), moved(to_and_fro, 1200, 1000)]),
        [alternates(to_and_fro, 1000, 1200)],
        [moved(creeping, 1900, 1800)],
        [],
        [moved(creeping, 1800, 1700)],
    ]
    assert [len(each) for each in lines] == [0, 0, 1, 0, 0, 1, 0]
    assert ["smarty" in lines[n][0] for n in (2, 5)] == [True, True]
    listed = read_json("notify", "list")["messages"]
    assert {message["state"] for message in listed} == {"sent"}
    assert len(listed) == 6


def test_two_commands_at_the_same_moment_report_a_move_once(
    watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_mail_server() as box:
        _send_mail_to(box, monkeypatch)
        watch.sell("acme", shelf(subject("acme", 1000)))
        monkeypatch.setenv("PLANWATCH_NOW", FIRST.isoformat())
        run_planwatch("scrape", "acme", "--wait", "-q")
        watch.sell("acme", shelf(subject("acme", 850)))
        both = [
            subprocess.Popen(
                [*PROGRAM, "scrape", "acme", "--wait", "-q", "--key", f"line {number}"],
                env={
                    **os.environ,
                    "PLANWATCH_NOW": (FIRST + DAY + timedelta(minutes=number)).isoformat(),
                },
                stdin=subprocess.DEVNULL,
            )
            for number in range(2)
        ]
        assert [process.wait(timeout=120) for process in both] == [0, 0]
        _let_workers_end(watch)

        [mail] = box.messages

    assert list(_message(mail).news(LABELS)) == [moved(label("acme"), 1000, 850)]
