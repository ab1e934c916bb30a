"""Real output has exactly the keys of docs/reference/json.md, with values of the stated types."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from planwatch.domain.plan import PriceStep
from planwatch.home import Home
from planwatch.ledger.store.connection import open_ledger
from planwatch.ledger.store.info import save_live_proof
from tests.docs.json_shapes import Shapes, read_shapes
from tests.docs.pages import REPO, find_sections, read, read_table
from tests.support.cli import run_planwatch
from tests.support.fake_model import FakeModel
from tests.support.large_market import save_market
from tests.support.plans import make_plan

SMARTY_PAGE: Final = REPO / "tests" / "pages" / "smarty" / "2026-11-02-ordinary" / "plans.json"
EMPTY_PAGE: Final = REPO / "tests" / "pages" / "smarty" / "2026-11-02-empty" / "plans.json"
PARTIAL_PAGE: Final = REPO / "tests" / "pages" / "sky" / "2026-11-02-partial" / "page.html"

TARIFF: Final = ("--brand", "O2", "--data", "100GB", "--term", "24", "--price", "18")


def _print(*arguments: str, exit_code: int = 0) -> dict[str, Any]:
    done = run_planwatch(*arguments, "--json")
    assert done.returncode == exit_code, done.stdout + done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _job_of(document: dict[str, Any], kind: str) -> str:
    job_id: str = next(job["id"] for job in document["jobs"] if job["kind"] == kind)
    return job_id


def _check(shapes: Shapes, document: dict[str, Any], shape: str) -> None:
    assert document.pop("schema_version") == 1
    market = document.pop("market", None)
    if market:
        assert shapes.find_fault(market, "market") is None
    assert shapes.find_fault(document, shape) is None


def _keep_a_proof(home: Path) -> None:
    """Write what `doctor --live` would, without a site."""
    with closing(open_ledger(Home(home, home / "config.toml"))) as ledger:
        proof = {"at": "2026-11-16T09:00:00.000Z", "against": "replica", "plans": 3}
        save_live_proof(ledger, "o2", proof)


def _keep_a_conflict(home: Path) -> None:
    """Store a plan whose card prints another rise than the rule of its brand says."""
    steps = (PriceStep(date(2027, 4, 1), 1180),)
    plan = make_plan(gb=77, as_of=date(2026, 11, 16), price_steps=steps)
    with closing(open_ledger(Home(home, home / "config.toml"))) as ledger:
        save_market(ledger, [plan], plan.as_of)


def test_every_document_has_exactly_the_documented_keys(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep_a_proof(demo_home)
    monkeypatch.setenv("PLANWATCH_FETHC__PACE_S", "1")
    shapes = read_shapes()
    status = _print("status")
    scrape, analyse = _job_of(status, "scrape"), _job_of(status, "analyse")
    dispatch = _print("compare", "Three", "EE")
    documents = [
        ("status", status),
        ("one-job", _print("status", scrape)),
        ("one-job", _print("wait", dispatch["job_id"])),
        ("one-job", _print("wait", analyse)),
        ("dispatch", dispatch),
        ("plans", _print("plans")),
        ("plans", _print("plans", "--roaming", "eu", "--5g")),
        ("plans", _print("plans", "--grid", "--limit", "3")),
        ("cheapest", _print("cheapest", "50GB", "--eu-days", "14", "--roaming", "eu")),
        ("cheapest", _print("cheapest", "50GB", "--eu-days", "14")),
        ("changes", _print("changes", "--since", "30d")),
        ("history", _print("history", "three 25gb 24m lite")),
        ("history", _print("history", "sky-25gb-12m")),
        ("match", _print("match", "O2", "100GB", "24m", "--against", "EE,Vodafone")),
        ("match", _print("match", "Tesco", "unlimited", "1m")),
        ("match", _print("match", "O2", "50GB", "24m")),
        ("what-if", _print("what-if", *TARIFF)),
        ("facts", _print("show", "--facts")),
        ("why", _print("show", analyse, "--why", "gap.o2-10gb-24m-classic")),
        ("why", _print("why", "o2-50gb-24m-classic")),
        ("why", _print("why", "effective.o2-50gb-24m-classic", "--analysis", analyse)),
        ("why", _print("why", "14.27")),
        ("why", _print("why", "16.06")),
        ("rise-rules", _print("config", "rules")),
        ("rise-rules", _print("config", "rules", "o2-50gb-24m-classic")),
        ("one-digest", _print("digest", "--since", "30d")),
        ("probe", _print("probe", "sky", "--from", str(PARTIAL_PAGE), exit_code=3)),
        ("probe", _print("probe", "--miner", "--from", str(PARTIAL_PAGE))),
        ("one-analysis", _print("show", analyse)),
        ("one-analysis", _print("show", dispatch["job_id"])),
        ("analyses", _print("show", "--list")),
        ("sources", _print("sources", "list")),
        ("sources", _print("sources")),
        ("one-source", _print("sources", "show", "o2")),
        ("replay", _print("sources", "replay", "--apply")),
        ("one-error", _print("status", "nosuch", exit_code=2)),
    ]
    documents += [
        ("cancelled-jobs", _print("cancel", "--all")),
        ("pruning", _print("prune", "--dry-run")),
        ("examination", _print("doctor")),
        ("backup", _print("backup", "copy.db")),
        ("restored", _print("restore", "copy.db")),
        ("settings", _print("config", "show")),
        ("settings", _print("config")),
        ("check-of-settings", _print("config", "check")),
    ]
    with FakeModel() as model, monkeypatch.context() as context:
        for name, value in model.env().items():
            context.setenv(name, value)
        documents += [
            ("one-job", _print("compare", "Three", "EE", "--wait")),
            ("one-analysis", _print("show")),
        ]
    monkeypatch.setenv("PLANWATCH_HOME", str(Path.cwd() / "another"))
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", "nosuch://service")
    monkeypatch.setenv("PLANWATCH_ALARMS__AFTER_FAILURES", "1")
    documents += [
        ("import", _print("sources", "import", "smarty", str(SMARTY_PAGE))),
        ("import", _print("sources", "import", "smarty", str(EMPTY_PAGE), exit_code=3)),
        ("repair", _print("sources", "accept", "smarty")),
        ("one-job", _print("scrape", "o2", "--wait", exit_code=4)),
        ("tried", _print("notify", "test", exit_code=1)),
        ("sent", _print("notify", "send", exit_code=1)),
        ("messages", _print("notify", "list")),
        ("resumption", _print("resume", "last")),
        ("status", _print("status")),
        ("crontab", _print("schedule", "cron")),
        ("units", _print("schedule", "systemd")),
    ]

    _keep_a_conflict(Path.cwd() / "another")
    documents.append(("why", _print("why", "o2-77gb")))

    for shape, document in documents:
        _check(shapes, document, shape)
    assert shapes.seen == set(shapes.keys), "a documented shape is printed by none of these"


def test_each_document_in_the_list_is_described() -> None:
    listed = read_table(find_sections(read("docs/reference/json.md"))["Documents"])
    linked = {anchor for row in listed for anchor in re.findall(r"\(#([\w-]+)\)", row[1])}

    assert linked <= set(read_shapes().keys)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"code": "a", "message": "b", "hint": ""}, None),
        ({"code": "a", "message": "b"}, "error: keys ['hint'] differ"),
        ({"code": "a", "message": "b", "hint": "", "more": 1}, "error: keys ['more'] differ"),
        ({"code": "a", "message": 1, "hint": ""}, ".message: 1 is no text"),
    ],
)
def test_a_key_too_many_too_few_or_of_another_type_is_found(
    value: dict[str, Any], fault: str | None
) -> None:
    assert read_shapes().find_fault(value, "error") == fault
