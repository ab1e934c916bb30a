"""The port to a model, over real sockets: each misbehaviour of a server has its error."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Final

import pytest

from planwatch.engine.retry import RetryPolicy, decide
from planwatch.errors import (
    ModelAnswer,
    ModelBusy,
    ModelContext,
    ModelDenied,
    ModelError,
    ModelQuota,
    ModelRefused,
    ModelTimeout,
    ModelUnreachable,
)
from planwatch.llm.answer import parse_words
from planwatch.llm.client.openai_port import OpenAiPort
from planwatch.llm.client.port import Dialect, Message, Request
from tests.support.cli import HANG_S
from tests.support.fake_model import ANSWER_TOKENS, KEY, MODEL, PROMPT_TOKENS, SCENARIOS, FakeModel

FACT: Final = {"id": "F1", "of": "O2 100 GB 24 months", "value": 2198}
REQUEST: Final = Request(
    messages=(
        Message("system", "Write."),
        Message("user", json.dumps({"section": "summary", "facts": [FACT]})),
    ),
    schema={"type": "object"},
    max_answer_tokens=100,
)


def port_to(model: FakeModel, **other: Any) -> OpenAiPort:
    return OpenAiPort(
        **{
            "model": MODEL,
            "base_url": model.base_url,
            "api_key": KEY,
            "timeout_s": HANG_S,
            "deadline_s": HANG_S,
            **other,
        }
    )


@pytest.mark.parametrize(
    "scenario",
    [
        *("good", "fenced", "thinking", "no usage", "content in parts", "no json_schema"),
        *("no response_format", "no temperature", "no max_completion_tokens"),
    ],
)
def test_what_can_be_understood_is_an_answer(scenario: str) -> None:
    with FakeModel([scenario]) as model:
        answer = port_to(model, temperature=0.2).complete(REQUEST)

    words = parse_words(answer.text)
    assert words.insights[0].tokens == ("F1",)
    assert answer.finish_reason == "stop"
    expected = (None, None) if scenario == "no usage" else (PROMPT_TOKENS, ANSWER_TOKENS)
    assert (answer.prompt_tokens, answer.answer_tokens) == expected
    assert 0 < answer.latency_s < HANG_S


@pytest.mark.parametrize(
    ("scenario", "error"),
    [
        ("429 in a second", ModelBusy),
        ("429 in 300 s", ModelBusy),
        ("500", ModelBusy),
        ("HTML 503", ModelBusy),
        ("insufficient_quota", ModelQuota),
        ("401", ModelDenied),
        ("404 model", ModelRefused),
        ("redirect", ModelRefused),
        ("reset", ModelUnreachable),
        ("half a body", ModelUnreachable),
        ("hang", ModelTimeout),
        ("text", ModelAnswer),
        ("malformed JSON", ModelAnswer),
        ("refusal", ModelAnswer),
        ("content_filter", ModelAnswer),
        ("empty choices", ModelAnswer),
        ("null content", ModelAnswer),
        ("context too long", ModelContext),
    ],
)
def test_what_goes_wrong_has_a_name_and_is_asked_once(
    scenario: str, error: type[ModelError]
) -> None:
    with FakeModel([scenario]) as model:
        with pytest.raises(error) as caught:
            port_to(model, timeout_s=1.0 if scenario == "hang" else HANG_S).complete(REQUEST)

        assert type(caught.value) is error
        assert len(model.asked) == 1
        assert caught.value.exit_code == 5
        assert caught.value.hint


def test_one_byte_a_second_ends_at_the_deadline() -> None:
    with FakeModel(["one byte a second"]) as model:
        began = time.monotonic()

        with pytest.raises(ModelTimeout, match=r"1\.5 s"):
            port_to(model, deadline_s=1.5).complete(REQUEST)

        assert time.monotonic() - began < 30, "the server drips for a minute"


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with pytest.raises(ModelUnreachable, match="no answer"):
        OpenAiPort(model=MODEL, base_url="http://127.0.0.1:9/v1", api_key=KEY).complete(REQUEST)


def test_the_ladder_is_climbed_down_once_and_remembered() -> None:
    with FakeModel(["no response_format"]) as model:
        port = port_to(model, temperature=0.2)

        first = port.complete(REQUEST)
        second = port.complete(REQUEST)

        formats = [asked.get("response_format", {}).get("type") for asked in model.asked]
        assert formats == ["json_schema", "json_object", None, None]
        assert first.dialect == second.dialect == Dialect(response_format="plain")


def test_a_dialect_that_is_known_is_spoken_at_once() -> None:
    with FakeModel() as model:
        known = Dialect.from_record({"response_format": "json_object", "limit": "max_tokens"})

        port_to(model, dialect=known, temperature=0.2).complete(REQUEST)

        assert model.asked[0]["response_format"] == {"type": "json_object"}
        assert model.asked[0]["max_tokens"] == 100


@pytest.mark.parametrize("temperature", [None, 0.0, 0.7])
def test_no_temperature_is_sent_unless_it_is_set(temperature: float | None) -> None:
    with FakeModel() as model:
        port_to(model, temperature=temperature).complete(REQUEST)

        assert model.asked[0].get("temperature") == temperature


@pytest.mark.parametrize("key", [KEY, "sk-ab/cd+ef==", "sk.1-2_3"])
@pytest.mark.parametrize("scenario", ["401 echoing the key", "401 echoing the key, escaped"])
def test_a_server_that_quotes_the_key_does_not_get_it_into_an_error(
    scenario: str, key: str
) -> None:
    with FakeModel([scenario]) as model, pytest.raises(ModelDenied) as caught:
        port_to(model, api_key=key).complete(REQUEST)

    shown = f"{caught.value} {caught.value.hint} {caught.value.context} {caught.value.__cause__}"
    assert key not in shown
    assert "Incorrect API key" in shown


def test_an_answer_nested_too_deeply_is_an_answer_that_cannot_be_used() -> None:
    with FakeModel(["nested too deeply"]) as model, pytest.raises(ModelAnswer):
        port_to(model).complete(REQUEST)


def test_half_a_character_can_be_kept() -> None:
    with FakeModel(["half a character"]) as model:
        answer = port_to(model).complete(REQUEST)

    assert answer.text.encode()
    assert parse_words(answer.text).headline == "?"


def test_a_server_without_a_key_gets_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with FakeModel() as model:
        port_to(model, api_key=None).complete(REQUEST)

        assert KEY not in model.keys[0]


@pytest.mark.parametrize(
    ("scenario", "retry", "wait_s"),
    [
        ("429 in a second", True, 1.0),
        ("429 in 300 s", False, 0.0),
        ("insufficient_quota", False, 0.0),
        ("500", True, 0.0),
        ("half a body", True, 0.0),
        ("401", False, 0.0),
        ("refusal", False, 0.0),
        ("context too long", False, 0.0),
    ],
)
def test_the_engines_policy_honours_what_the_server_asks(
    scenario: str, retry: bool, wait_s: float
) -> None:
    with FakeModel([scenario]) as model, pytest.raises(ModelError) as caught:
        port_to(model).complete(REQUEST)

    decision = decide(caught.value, 1, RetryPolicy())

    assert decision.retry is retry
    assert wait_s <= decision.wait_s <= wait_s + 3


def test_every_scenario_is_tried_somewhere() -> None:
    here = Path(__file__)
    tests = here.read_text() + (here.parent / "test_words_by_a_model.py").read_text()
    assert [name for name in SCENARIOS if f'"{name}"' not in tests] == []
