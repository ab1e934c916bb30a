"""Costs: tokens times prices, rounded up, never less than was reserved where nobody counted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.llm.client.cost import Prices, cost_millionths, most_millionths, to_millionths
from planwatch.llm.client.port import Answer, Dialect, Message, Request

ANSWER = Answer(
    text="{}",
    finish_reason="stop",
    prompt_tokens=1000,
    answer_tokens=200,
    latency_s=1.0,
    raw="{}",
    dialect=Dialect(),
)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [(Prices(2.5, 10), 4500), (Prices(0, 0), 0), (Prices(0.0001, 0), 1)],
)
def test_an_answer_costs_its_tokens(prices: Prices, expected: int) -> None:
    assert cost_millionths(ANSWER, prices, reserved=9) == expected


@pytest.mark.parametrize(
    "answer", [replace(ANSWER, prompt_tokens=None), replace(ANSWER, answer_tokens=None)]
)
def test_tokens_that_nobody_counted_cost_what_was_reserved(answer: Answer) -> None:
    assert cost_millionths(answer, Prices(2.5, 10), reserved=77) == 77


@given(st.text(max_size=500), st.integers(64, 5000))
def test_the_most_that_a_request_costs_covers_english_and_the_longest_answer(
    text: str, tokens: int
) -> None:
    request = Request(messages=(Message("user", text),), schema={}, max_answer_tokens=tokens)
    prices = Prices(3.0, 15.0)

    most = most_millionths(request, prices)

    assert most >= (len(text.encode()) / 2 - 1) * 3.0 + tokens * 15.0


def test_a_budget_is_never_rounded_up() -> None:
    assert to_millionths(0.0000019) == 1
