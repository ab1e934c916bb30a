"""The first line of a view names what it does not rest on."""

from __future__ import annotations

from typing import Any

import pytest

from planwatch.workflows.freshness import sources_note

LATELY = "2026-06-30T23:30:00.000Z"


def _record(source: str, outcome: str | None, fresh: str = "fresh", **other: Any) -> dict[str, Any]:
    brand = {"three": "Three", "ee": "EE", "smarty": "SMARTY"}.get(source)
    return {
        "source": source,
        "brand": brand,
        "outcome": outcome,
        "freshness": fresh,
        "last_good_at": LATELY,
        **other,
    }


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([_record("three", "ok"), _record("ee", "unchanged", "ageing")], None),
        ([_record("three", None, "none", last_good_at=None)], None),
        (
            [_record("three", "broken_layout", "stale"), _record("ee", "ok")],
            "Not read in full: Three (broken layout, last read 1 Jul 2026).",
        ),
        (
            [_record("uswitch", "partial", last_good_at=None)],
            "Not read in full: Uswitch (partial, never read in full).",
        ),
        ([_record("smarty", "ok", "stale")], "Stale: SMARTY (last read 1 Jul 2026)."),
        (
            [_record("own-shop", "blocked"), _record("ee", "unchanged", "stale")],
            "Not read in full: own-shop (blocked, last read 1 Jul 2026)."
            " Stale: EE (last read 1 Jul 2026).",
        ),
    ],
)
def test_sources_in_trouble_and_stale_ones_are_named(
    records: list[dict[str, Any]], said: str | None
) -> None:
    assert sources_note(records) == said
