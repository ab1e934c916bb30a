"""What a request costs: tokens times the prices of the settings, in millionths of their currency.

A price is for a million tokens, so tokens times price are millionths as they stand. Rounded up.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Final

from planwatch.llm.client.port import Answer, Request

# English has about four bytes a token, JSON fewer: for a limit, the dearest that was seen
_BYTES_A_TOKEN: Final = 2
_TOKENS_A_MESSAGE: Final = 16


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a million tokens, in the user's currency; 0 where nothing is billed."""

    prompt: float
    answer: float


def most_millionths(request: Request, prices: Prices) -> int:
    """Return what a request can cost at most, before it is sent."""
    texts = [*(message.content for message in request.messages), json.dumps(request.schema)]
    tokens = sum(len(text.encode()) // _BYTES_A_TOKEN + _TOKENS_A_MESSAGE for text in texts)
    return _cost(tokens, request.max_answer_tokens, prices)


def cost_millionths(answer: Answer, prices: Prices, *, reserved: int) -> int:
    """Return what an answer has cost; the whole reserve where the server did not count tokens."""
    if answer.prompt_tokens is None or answer.answer_tokens is None:
        return reserved
    return _cost(answer.prompt_tokens, answer.answer_tokens, prices)


def to_millionths(amount: float) -> int:
    """Return an amount of the settings, such as a budget, in millionths."""
    return math.floor(amount * 1_000_000)


def _cost(prompt_tokens: int, answer_tokens: int, prices: Prices) -> int:
    return math.ceil(prompt_tokens * prices.prompt + answer_tokens * prices.answer)
