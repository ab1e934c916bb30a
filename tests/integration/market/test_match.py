"""`match` on the recorded market: the answer first, and `what-if` agrees with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import read_json, run_planwatch


@pytest.fixture
def demo(home: Path) -> Path:
    run_planwatch("demo")
    return home


def _what_if(pence: int, *options: str) -> int:
    placed = read_json("what-if", "O2", "100GB", "24m", "--price", f"{pence / 100:.2f}", *options)
    return int(placed["tariffs"][0]["effective_pence"])


@pytest.mark.usefixtures("demo")
def test_what_if_confirms_the_headlines_and_the_first_lines_say_them() -> None:
    found = read_json("match", "O2", "100GB", "24m")["match"]
    shown = run_planwatch("match", "O2", "100GB", "24m").stdout

    overall = found["overall"]
    assert found["current"]["effective_pence"] == 2271
    assert _what_if(overall["match_pence"]) == overall["match_effective_pence"]
    assert overall["match_effective_pence"] <= overall["rival_pence"]
    assert _what_if(overall["match_pence"] + 1) > overall["rival_pence"]
    assert _what_if(overall["beat_pence"]) < overall["rival_pence"]
    assert f"charge £{found['like_for_like']['match_pence'] / 100:.2f} to match it" in shown
    assert "£20.00 now (effective £22.71)" in " ".join(shown.split())


@pytest.mark.usefixtures("demo")
def test_peers_premium_and_floor_come_from_the_settings_or_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLANWATCH_PRICING__PEERS", "Vodafone")
    monkeypatch.setenv("PLANWATCH_PRICING__PREMIUM_PENCE", "100")
    by_settings = read_json("match", "O2", "100GB", "24m")["match"]
    by_command = read_json("match", "O2", "100GB", "24m", "--against", "EE")["match"]
    monkeypatch.setenv("PLANWATCH_PRICING__FLOOR_PENCE", "1900")
    stopped = read_json("match", "O2", "100GB", "24m")["match"]["recommended"]

    assert by_settings["pricing"]["peers"] == ["Vodafone"]
    assert by_settings["peers"]["rival_pence"] == 1671
    assert by_settings["recommended"]["target_pence"] == 1771
    assert by_settings["recommended"]["effective_pence"] <= 1771
    assert by_command["pricing"]["peers"] == ["EE"]
    assert (stopped["price_pence"], stopped["is_floor"]) == (1900, True)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "words",
    [("O2", "100GB", "24m"), ("24", "months", "100", "GB", "o2"), ("o2", "100gb", "24mo")],
)
def test_the_words_may_stand_in_any_order(words: tuple[str, ...]) -> None:
    found = read_json("match", *words)["match"]

    assert (found["brand"], found["data_mb"], found["term_months"]) == ("O2", 100_000, 24)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("O2", "100GB"), "the tariff states no term"),
        (("100GB", "24m"), "the tariff states no brand"),
        (("Vodfone", "100GB", "24m"), "unknown brand 'Vodfone'"),
        (("O2", "100GB", "50GB", "24m"), "'100GB' and '50GB' are both a data"),
        (("O2", "100GB", "24m", "--against", "O2"), "O2 is no peer of itself"),
        (("O2", "100GB", "24m", "--against", "Orange"), "unknown brand 'Orange'"),
        (("O2", "100GB", "24m", "--max-speed", "fast"), "max_speed 'fast' is not a speed"),
    ],
)
def test_what_is_not_clear_is_refused_in_one_sentence(words: tuple[str, ...], said: str) -> None:
    answer: Any = run_planwatch("match", *words)

    assert answer.returncode == 2
    assert said in " ".join(answer.stderr.split())


@pytest.mark.usefixtures("demo")
def test_peers_of_the_settings_that_are_no_brand_are_named_as_a_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLANWATCH_PRICING__PEERS", "Orange")

    answer = run_planwatch("match", "O2", "100GB", "24m")

    assert answer.returncode == 2
    assert "pricing.peers: unknown brand 'Orange'" in " ".join(answer.stderr.split())


@pytest.mark.usefixtures("demo")
def test_an_analysis_has_its_advice_against_peers_and_its_position_without() -> None:
    run_planwatch("analyse", "--wait", "--refresh")
    free = run_planwatch("show", "--format", "md").stdout
    run_planwatch("analyse", "--against", "EE,Vodafone", "--wait")
    peers = run_planwatch("show", "--format", "md").stdout

    assert "## Position" in free
    assert "## What to do" not in free
    assert "## What to do" in peers
