"""A real server and a real, tiny model, whose words are nearly always wrong.

That is what it is good for: the gate must refuse them. Asserted are shapes, ids and numbers of
tokens, never prose.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from planwatch.errors import ModelContext, ModelDenied, ModelUnreachable
from planwatch.llm.answer import parse_words
from planwatch.llm.client.openai_port import OpenAiPort
from planwatch.llm.client.port import Message, Request
from planwatch.llm.prompt import build_request
from tests.support import small_model
from tests.support.cli import read_json, run_planwatch
from tests.support.ledgers import rows
from tests.support.prompt_facts import prompt_facts_of_two

PLACE: Final = os.environ.get("PLANWATCH_TESTS_MODEL", "")
LIMIT_S: Final = 180.0
pytestmark = pytest.mark.skipif(not PLACE, reason="needs a real model: make test-model")


class SmallModel:
    """A context manager: the server as a process of its own."""

    def __enter__(self) -> SmallModel:
        (weights,) = Path(PLACE).glob("weights/**/*.gguf")
        self.process = subprocess.Popen(
            [f"{PLACE}/bin/python", small_model.__file__, str(weights)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.base_url = f"{self.process.stdout.readline().strip()}/v1"
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def port(self, key: str = small_model.KEY) -> OpenAiPort:
        return OpenAiPort(
            model="small",
            base_url=self.base_url,
            api_key=key,
            timeout_s=LIMIT_S,
            deadline_s=LIMIT_S,
            temperature=0.0,
        )


@pytest.fixture(scope="module")
def model() -> Iterator[SmallModel]:
    with SmallModel() as running:
        yield running


def _request() -> Request:
    """Return a request whose answer is short: one insight, no actions."""
    request = build_request(
        prompt_facts_of_two(most=4), purpose="gaps", focus="O2", max_answer_tokens=900
    )
    schema: dict[str, Any] = copy.deepcopy(dict(request.schema))
    for name, most in (("insights", 1), ("actions", 0), ("caveats", 0)):
        schema["properties"][name]["maxItems"] = most
    return replace(request, schema=schema)


def test_its_grammar_forces_the_schema_and_it_counts_tokens(model: SmallModel) -> None:
    answer = model.port().complete(_request())

    words = parse_words(answer.text)
    assert len(words.insights) <= 1
    assert {token for insight in words.insights for token in insight.tokens} <= {
        *("F1", "F2", "F3", "F4")
    }
    assert answer.finish_reason == "stop"
    assert (answer.prompt_tokens or 0) > 300
    assert 0 < (answer.answer_tokens or 0) <= 900
    assert answer.dialect.response_format == "json_schema"


def test_a_wrong_key_is_refused(model: SmallModel) -> None:
    with pytest.raises(ModelDenied):
        model.port("sk-wrong").complete(_request())


def test_what_its_context_cannot_hold_is_named(model: SmallModel) -> None:
    long = Message("user", "price " * 2 * small_model.CONTEXT)

    with pytest.raises(ModelContext):
        model.port().complete(replace(_request(), messages=(long,)))


def test_a_comparison_keeps_the_templates_words_wherever_the_gate_refuses_them(
    model: SmallModel, home: Path
) -> None:
    assert run_planwatch("demo").returncode == 0
    plain = read_json("compare", "O2", "Vodafone", "--wait", "--no-llm")["job"]["result"]
    template = read_json("show", plain["analysis_id"])["analysis"]
    env = {
        "PLANWATCH_LLM__BASE_URL": model.base_url,
        "PLANWATCH_LLM__MODEL": "small",
        "PLANWATCH_LLM__API_KEY": small_model.KEY,
        "PLANWATCH_LLM__TEMPERATURE": "0",
        "PLANWATCH_LLM__MAX_FACTS": "4",
        "PLANWATCH_LLM__MAX_ANSWER_TOKENS": "200",
        "PLANWATCH_LLM__TIMEOUT_S": str(LIMIT_S),
        "PLANWATCH_LLM__DEADLINE_S": str(LIMIT_S),
    }

    done = run_planwatch(
        "compare", "O2", "Vodafone", "--wait", "--json", env=env, timeout_s=4 * LIMIT_S
    )

    assert done.returncode == 0, done.stderr
    shown = read_json("show", json.loads(done.stdout)["job"]["result"]["analysis_id"])["analysis"]
    before = {section["id"]: section["sentences"] for section in template["sections"]}
    by_template = [s for s in shown["sections"] if s["written_by"] == "template"]
    assert by_template, "a model of this size right in every section?"
    for section in by_template:
        assert section["sentences"] == before[section["id"]]
    answers = rows(home, "SELECT prompt_tokens > 0, answer_tokens > 0, error FROM model_answers")
    assert len(answers) >= 5
    assert set(answers) == {(1, 1, None)}


def test_a_server_killed_during_its_answer_is_unreachable() -> None:
    with SmallModel() as mortal:
        threading.Timer(1.5, mortal.process.kill).start()

        with pytest.raises(ModelUnreachable):
            mortal.port().complete(replace(_request(), max_answer_tokens=900))
