"""Faulty settings are told in plain English: the key, what it holds, and what was meant."""

from __future__ import annotations

from typing import Any

import pytest

from planwatch.errors import SettingsError
from planwatch.settings.model import build_settings
from planwatch.settings.notify import build_notify

LIBRARY_WORDS = ("Input should", "Field required", "should have", "rules.1", "literal[")


def _rule(**keys: Any) -> dict[str, Any]:
    """Return settings whose second rule has these keys."""
    return {"rules": [{"on": ["changes"]}, {"on": ["changes"], **keys}]}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (_rule(kinds=["new_lo"]), "alert rule 2: unknown kind 'new_lo'; did you mean new_low?"),
        (_rule(kinds=["with_drawn"]), "unknown kind 'with_drawn'; did you mean withdrawn?"),
        (_rule(kinds=["price_drop"]), "alert rule 2: unknown kind 'price_drop'; "),
        (_rule(kinds=[3]), "alert rule 2: unknown kind 3; known kinds: new, withdrawn, "),
        (_rule(on=["chnages"]), "alert rule 2: unknown event 'chnages'; did you mean changes?"),
        (_rule(on=["sources"]), "alert rule 2: unknown event 'sources'; did you mean source?"),
        (
            _rule(on="changes"),
            "alert rule 2: on is 'changes', not a list: write on = [\"changes\"]",
        ),
        (_rule(on=[]), "alert rule 2: on is empty: write at least one"),
        ({"rules": [{"kinds": ["new"]}]}, "alert rule 1: on is missing"),
        ({"rules": ["changes"]}, "alert rule 1 is 'changes', not a table"),
        ({"rules": {"on": ["changes"]}}, "notify.rules is one table: write [[notify.rules]]"),
        (_rule(min_pounds="a lot"), "alert rule 2: min_pounds is 'a lot', not a number"),
        (_rule(min_percent=-1), "alert rule 2: min_percent is -1, and must be at least 0"),
        (_rule(within_days=1.5), "alert rule 2: within_days is 1.5, not a whole number"),
        (_rule(within_days=9999), "within_days is 9999, and must be at most 3650"),
        (_rule(brands=["O3"]), "alert rule 2: brands: unknown brand 'O3'; did you mean O2? Brands"),
        (_rule(brand=["O2"]), "alert rule 2: brand is not a setting; did you mean brands?"),
        (_rule(direction="dwn"), "alert rule 2: unknown direction 'dwn'; did you mean down?"),
        ({"digest_day": "mon"}, "unknown weekday 'mon'; did you mean monday?"),
    ],
)
def test_a_faulty_alert_rule_is_told_by_its_number(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        build_notify(values)

    assert said in caught.value.message
    assert not any(word in caught.value.message for word in LIBRARY_WORDS)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"jobs": {"parallel_steps": "x"}}, "jobs.parallel_steps is 'x', not a whole number"),
        ({"fetch": {"attempts": 50}}, "fetch.attempts is 50, and must be at most 20"),
        ({"fetch": {"timeout_s": 0}}, "fetch.timeout_s is 0, and must be more than 0"),
        ({"fetch": {"pace_s": "slow"}}, "fetch.pace_s is 'slow', not a number"),
        ({"fetch": {"max_mb": 1.5}}, "fetch.max_mb is 1.5, not a whole number"),
        ({"jobs": 3}, "jobs is 3, not a table"),
        ({"llm": {"model": ""}}, "llm.model is empty"),
        ({"llm": {"model": "m" * 300}}, "llm.model is longer than 200 characters"),
        ({"browser": {"sandbox": "maybe"}}, "browser.sandbox is 'maybe', neither true nor false"),
        ({"analysis": {"baskets": 3}}, "analysis.baskets is 3, not text"),
        ({"sources": {"o2": {"urls": "x"}}}, "sources.o2.urls is not a list"),
        ({"jobs": {"max_resume": 3}}, "jobs.max_resume is not a setting"),
    ],
)
def test_any_faulty_setting_is_told_with_its_key_and_value(
    values: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        build_settings(values)

    assert caught.value.message == f"the settings are not valid: {said}"


@pytest.mark.parametrize(
    "values", [{"urls": 12345678}, {"targets": {"team": 12345678}}, {"ping_url": 12345678}]
)
def test_no_message_quotes_an_address(values: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as caught:
        build_notify(values)

    assert "12345678" not in caught.value.message
