"""What a message says of changes, and which changes a rule lets through."""

from __future__ import annotations

from typing import Any

import pytest

from planwatch.alerts.messages import draft_messages, write_digest
from planwatch.domain.cost_mark import FOOTNOTE
from planwatch.ledger.alerts.source_alerts import SourceAlert
from planwatch.ledger.alerts.unreported import Unreported
from planwatch.settings.notify import AlertRule, NotifySettings

AT = "2026-11-23T09:00:00.000Z"


def _change(kind: str, before: Any, after: Any, **other: Any) -> dict[str, Any]:
    return {
        "job_id": None,
        "changed_at": AT,
        "kind": kind,
        "before": before,
        "after": after,
        "plan_id": 1,
        "brand": "O2",
        "source": "o2",
        "name": "Classic 50GB",
        "plan": "O2 Classic 50 GB, 24 months",
        "currency": "GBP",
        "form": "move",
        "by_rule": 0,
        "values": (),
        **other,
    }


def _body(
    *changes: dict[str, Any], source_alerts: tuple[SourceAlert, ...] = (), **rule: Any
) -> str:
    settings = NotifySettings.model_validate(
        {"urls": "json://a", "rules": [{"on": ["changes", "source"], **rule}]}
    )
    unreported = Unreported(source_alerts=source_alerts, jobs=(), last_good={"ee": AT})
    [draft] = draft_messages(unreported, {"default": changes}, {}, settings, AT)
    assert (draft.recipient, draft.about) == ("default", f"news:{AT}")
    return f"{draft.text.title}\n{draft.text.body}"


def test_changes_are_listed_a_line_a_plan_with_the_biggest_move_first() -> None:
    body = _body(
        _change("headline", 2000, 1800),
        _change("effective", 2100, 1950),
        _change("headline", 700, 1400, plan_id=2, plan="Three 25 GB (Lite)"),
        _change("new", None, 995, plan_id=3, source="uswitch", plan="VOXI 30 GB at Uswitch"),
        _change("withdrawn", 1000, None, plan_id=4, plan="O2 1 GB"),
        _change("allowance", 25_000, None, plan_id=5, plan="O2 Grown"),
        _change("renamed", "Basic", "Classic", plan_id=6, plan="O2 5 GB (Classic)"),
    )

    assert body.splitlines() == [
        "planwatch: 6 plans changed",
        "Changes:",
        "- Three 25 GB (Lite): headline price £7.00 → £14.00 a month (+100 %)",
        "- O2 Classic 50 GB, 24 months: headline price £20.00 → £18.00 a month (−10 %),"
        " effective cost £21.00 → £19.50 a month (−7 %)",
        "- VOXI 30 GB at Uswitch: new at £9.95 a month",
        "- O2 1 GB: withdrawn, was £10.00 a month",
        "- O2 5 GB (Classic): renamed from Basic to Classic",
        "- O2 Grown: 25 GB → unlimited data",
    ]


def test_a_cost_that_rests_on_a_rule_is_marked_and_the_mark_explained_once() -> None:
    derived = {"by_rule": 1}
    body = _body(
        _change("headline", 2000, 1800, **derived),
        _change("effective", 2100, 1900, **derived),
        _change("effective", 900, 1000, plan_id=2, plan="giffgaff 25 GB"),
        _change("new", None, 995, plan_id=3, plan="VOXI 30 GB", **derived),
        _change("headline", 700, 1400, plan_id=4, plan="Three 25 GB", **derived),
        _change("effective", 700, 1400, plan_id=4, plan="Three 25 GB", **derived),
    )

    assert body.splitlines()[2:] == [
        "- Three 25 GB: headline price £7.00 → £14.00 a month (+100 %),"
        " effective cost £7.00* → £14.00* a month (+100 %)",
        "- giffgaff 25 GB: effective cost £9.00 → £10.00 a month (+11 %)",
        "- O2 Classic 50 GB, 24 months: headline price £20.00 → £18.00 a month (−10 %),"
        " effective cost £21.00* → £19.00* a month (−10 %)",
        "- VOXI 30 GB: new at £9.95 a month",
        FOOTNOTE,
    ]


def test_what_is_too_much_for_a_message_is_counted() -> None:
    body = _body(*(_change("headline", 1000, 1100 + n, plan_id=n) for n in range(32)))

    assert len(body.splitlines()) == 23
    assert body.endswith("- and 12 more: planwatch changes --since 2026-11-23")
    assert body.splitlines()[2].endswith("£10.00 → £11.31 a month (+13 %)")


def test_an_alert_of_a_source_names_its_source_and_the_last_good_data() -> None:
    alert = SourceAlert(
        source="ee", kind="broken", message="ee was not read", raised_at=AT, job_id=None
    )

    assert _body(source_alerts=(alert,)).splitlines() == [
        "planwatch: ee is in trouble",
        "Sources:",
        "- ee was not read; last good data from 23 November 2026",
    ]


def test_a_plan_of_a_shop_can_call_nobody() -> None:
    body = _body(_change("headline", 1000, 1200, plan="O2 <!channel> @everyone\n`x`"))

    assert "- O2 ‹!channel› ＠everyone 'x': headline price" in body


@pytest.mark.parametrize(
    ("rule", "passes"),
    [
        ({}, "hefw"),
        ({"brands": ["o2"]}, "hefw"),
        ({"brands": ["EE"]}, ""),
        ({"kinds": ["headline", "withdrawn"]}, "hfw"),
        ({"min_pounds": 1}, "hf"),
        ({"min_pounds": 1, "kinds": ["headline", "withdrawn"]}, "hfw"),
        ({"min_percent": 10}, "hf"),
        ({"min_percent": 10.5}, "f"),
        ({"direction": "down"}, "h"),
        ({"direction": "up"}, "ef"),
        ({"min_pounds": 10, "min_percent": 1000}, "f"),
    ],
)
def test_a_rule_lets_through_what_it_asks_for(rule: dict[str, Any], passes: str) -> None:
    changes = {
        "h": _change("headline", 2000, 1800),
        "e": _change("effective", 2000, 2050),
        "f": _change("headline", 0, 1000),
        "w": _change("withdrawn", 2000, None),
    }
    checked = AlertRule.model_validate({"on": ["changes"], **rule})

    assert (
        "".join(k for k, change in changes.items() if checked.move_filter.passes(change)) == passes
    )


def test_a_digest_is_sent_as_plain_text() -> None:
    text = write_digest(
        {
            "since": "2026-11-16",
            "as_of": "2026-11-23",
            "verdict": "2 price cuts.",
            "first_screen": [{"kind": "move", "text": "O2 went down.", "fact_ids": []}],
            "first_screen_more": {"moves": 1},
            "findings": ["O2 went down."],
            "sections": [
                {"title": "Sources", "sentences": ["Every source is well."], "tables": []},
                {"title": "Empty", "sentences": [], "tables": []},
            ],
            "caveats": ["The data from three are over 48 hours old."],
        },
        "2026-11-16T09:00:00.001Z",
    )

    assert text.title == "planwatch: the week to 23 November 2026"
    assert text.severity == "info"
    assert text.body == (
        "2 price cuts.\n\nMoves:\n- O2 went down.\n- And 1 more.\n\n"
        "Sources:\n- Every source is well.\n\n"
        "Caveats:\n- The data from three are over 48 hours old.\n\n"
        "The whole digest: planwatch digest --since 2026-11-16T09:00:00.001Z"
    )
