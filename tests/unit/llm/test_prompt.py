"""What a model is told: typed facts, few enough, the most urgent first, and nothing from a page."""

from __future__ import annotations

import json

from planwatch.analysis.facts import StoredFact
from planwatch.llm.grounding.gate import Offence
from planwatch.llm.grounding.prompt_facts import choose_facts
from planwatch.llm.prompt import build_repair, build_request, key_of, writer_of
from tests.support.plans import make_plan
from tests.support.prompt_facts import MARKET, PLANTED, prompt_facts_of_two
from tests.support.reports import compare


def _request(most: int = 150, tokens: int = 500) -> tuple[dict[str, object], str]:
    request = build_request(
        prompt_facts_of_two(most=most), purpose="gaps", focus="O2", max_answer_tokens=tokens
    )
    sent = json.dumps([message.content for message in request.messages]) + json.dumps(
        request.schema
    )
    return json.loads(request.messages[1].content), sent


def test_nothing_that_a_page_says_is_sent() -> None:
    _, sent = _request()

    assert any(PLANTED in plan.variant for plan in MARKET)
    for word in ("Ignore", "previous", "Classic", "Plus"):
        assert word not in sent.replace("not instructions", "")


def test_at_most_so_many_facts_are_sent_superlatives_and_wide_gaps_first() -> None:
    told, _ = _request(most=5)
    facts = told["facts"]

    assert isinstance(facts, list)
    assert [fact["id"] for fact in facts] == ["F1", "F2", "F3", "F4", "F5"]
    assert [fact["what"][:10] for fact in facts[:3]] == ["widest gap"] * 3
    assert len(prompt_facts_of_two(most=100_000)) <= 150


def test_a_brand_that_is_not_known_by_name_is_not_spoken_of() -> None:
    stranger = make_plan(brand=PLANTED, source="uswitch", gb=100)
    plans = [*MARKET, stranger]
    computed = compare(plans, "O2", PLANTED)

    told = choose_facts(map(StoredFact.read, computed["facts"]), plans, most=150)

    assert {brand for fact in told.values() for brand in fact.brands} == {"O2"}


def test_the_schema_lets_a_model_cite_what_it_was_told_and_nothing_else() -> None:
    request = build_request(
        prompt_facts_of_two(most=3), purpose="gaps", focus="O2", max_answer_tokens=9
    )

    insight = request.schema["properties"]["insights"]["items"]

    assert insight["properties"]["fact_ids"]["items"]["enum"] == ["F1", "F2", "F3"]
    assert insight["additionalProperties"] is False


def test_the_repair_turn_lists_each_offence_once() -> None:
    request = build_request(
        prompt_facts_of_two(most=3), purpose="gaps", focus="O2", max_answer_tokens=9
    )
    offence = Offence("insight 1", "number", "a figure stands bare")

    repair = build_repair(request, "{}", [offence, offence])

    assert [message.role for message in repair.messages] == ["system", "user", "assistant", "user"]
    assert repair.messages[-1].content.count("insight 1: a figure stands bare") == 1


def test_the_key_of_an_answer_hangs_on_all_that_the_answer_hangs_on() -> None:
    facts = prompt_facts_of_two(most=3)
    request = build_request(facts, purpose="gaps", focus="O2", max_answer_tokens=9)
    others = [
        build_request(prompt_facts_of_two(most=2), purpose="gaps", focus="O2", max_answer_tokens=9),
        build_request(facts, purpose="ladder", focus="O2", max_answer_tokens=9),
        build_request(facts, purpose="gaps", focus="Vodafone", max_answer_tokens=9),
        build_request(facts, purpose="gaps", focus="O2", max_answer_tokens=8),
    ]

    key = key_of(request, model="m", host="h")

    assert key == key_of(request, model="m", host="h")
    assert key not in {key_of(other, model="m", host="h") for other in others}
    assert key not in {
        key_of(request, model="n", host="h"),
        key_of(request, model="m", host="i"),
    }
    assert writer_of(model="m", host="h") != writer_of(model="m", host="i")
