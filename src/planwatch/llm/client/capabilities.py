"""Which parts of a request a server understands: json_schema → json_object → plain, and so on.

A server that refuses a request is asked again with less, one step at a time; what it took is
remembered with its answer, so that the next job begins there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from planwatch.llm.client.port import LADDER, Dialect, Request

_REFUSALS: Final = frozenset({400, 404, 415, 422, 501})
_LIMITS: Final = ("max_completion_tokens", "max_tokens")
_FORMAT_WORDS: Final = ("response_format", "json_schema", "json_object", "schema", "grammar")
# a request that is too long, or for what is not there, is not mended by asking for less
_NOT_OF_FORM: Final = (
    "context",
    "too long",
    "model_not_found",
    "model not found",
    "does not exist",
    "no such model",
    "content_filter",
    "content_policy",
    "safety",
)


def write_body(
    request: Request, model: str, dialect: Dialect, temperature: float | None
) -> dict[str, Any]:
    """Return the arguments of a chat completion in a server's dialect."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": message.role, "content": message.content} for message in request.messages
        ],
        dialect.limit: request.max_answer_tokens,
    }
    if temperature is not None and dialect.takes_temperature:
        body["temperature"] = temperature
    if dialect.response_format == "json_schema":
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "words", "strict": True, "schema": request.schema},
        }
    elif dialect.response_format == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def find_next_dialect(
    dialect: Dialect, status: int, said: str, has_temperature: bool
) -> Dialect | None:
    """Return the dialect to try after a refusal, None where none is left or asking is no use.

    Args:
        said: the body of the refusal.
        has_temperature: the request had one.
    """
    text = said.lower()
    names_format = any(word in text for word in _FORMAT_WORDS)
    # llama-cpp-python answers a schema with 500
    if status not in _REFUSALS and not (status >= 500 and names_format):
        return None
    if any(word in text for word in _NOT_OF_FORM):
        return None
    if "temperature" in text and has_temperature and dialect.takes_temperature:
        return replace(dialect, takes_temperature=False)
    if any(limit in text for limit in _LIMITS) and dialect.limit == _LIMITS[0]:
        return replace(dialect, limit="max_tokens")
    place = LADDER.index(dialect.response_format)
    if status == 404 and not names_format:
        return None
    return replace(dialect, response_format=LADDER[place + 1]) if place + 1 < len(LADDER) else None
