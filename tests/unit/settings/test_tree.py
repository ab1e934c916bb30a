"""Settings with their origins: what stands where two set the same key, and who set it."""

from __future__ import annotations

import pytest

from planwatch.settings.tree import build_tree, find_origin, find_value, merge, plain_values

LOW = build_tree(
    {"fetch": {"pace_s": 1, "contact": "us"}, "rules": [{"on": ["changes"]}]}, "config.toml"
)
HIGH = build_tree({"fetch": {"pace_s": 2}, "archive": {}}, "PLANWATCH_FETCH")


def test_the_higher_value_stands_and_the_others_stay() -> None:
    assert plain_values(merge(LOW, HIGH)) == {
        "fetch": {"pace_s": 2, "contact": "us"},
        "rules": [{"on": ["changes"]}],
        "archive": {},
    }
    assert plain_values(merge(HIGH, LOW))["fetch"] == {"pace_s": 1, "contact": "us"}


@pytest.mark.parametrize(
    ("key", "origin"),
    [
        ("fetch.pace_s", "PLANWATCH_FETCH"),
        ("fetch.contact", "config.toml"),
        ("fetch.timeout_s", "default"),
        ("fetch", "default"),
        ("archive.max_mb", "default"),
        ("rules", "config.toml"),
        ("rules.0.on", "config.toml"),
        ("rules.0.to", "default"),
        ("rules.1.on", "default"),
    ],
)
def test_the_origin_of_a_key_is_that_of_the_value_that_stands(key: str, origin: str) -> None:
    assert find_origin(merge(LOW, HIGH), key) == origin


@pytest.mark.parametrize("low", [5, [1], "x"])
def test_a_table_replaces_what_is_no_table_and_the_other_way_round(low: object) -> None:
    value, table = build_tree({"fetch": low}, "a"), build_tree({"fetch": {"pace_s": 2}}, "b")

    assert plain_values(merge(value, table)) == {"fetch": {"pace_s": 2}}
    assert plain_values(merge(table, value)) == {"fetch": low}


def test_a_key_below_what_is_no_table_is_not_set() -> None:
    assert find_value({"fetch": 5}, "fetch.pace_s") is None
    assert find_value({}, "fetch.pace_s") is None


def test_a_value_is_not_in_the_text_of_a_tree() -> None:
    assert "sk-secret" not in repr(build_tree({"llm": {"api_key": "sk-secret"}}, "PLANWATCH_LLM"))
