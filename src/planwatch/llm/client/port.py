"""What a language model is to planwatch: one request, one answer, or one error of ModelError.

Knows no library and no server; `openai_port` does. Whether to ask again is decided in
`engine/retry`, as for every other step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, Protocol, Self

ResponseFormat = Literal["json_schema", "json_object", "plain"]
LADDER: Final[tuple[ResponseFormat, ...]] = ("json_schema", "json_object", "plain")
Limit = Literal["max_completion_tokens", "max_tokens"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a model is asked: turns, and the JSON schema that its answer is to have."""

    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    max_answer_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What a server understands of our requests for one model; found out once and remembered."""

    response_format: ResponseFormat = "json_schema"
    takes_temperature: bool = True
    limit: Limit = "max_completion_tokens"

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the dialect that `as_record` wrote; what is missing is as with a new server."""
        return replace(cls(), **record)

    def as_record(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came, as it came.

    Attributes:
        text: the message, without fences and <think> parts; JSON if the model did as asked.
        finish_reason: as the server said; "length" where the answer was cut off.
        prompt_tokens, answer_tokens: None where the server did not count them.
        latency_s: of the request that was answered.
        raw: the body of the answer, with the key blotted out if it was in there.
        dialect: what was understood.
    """

    text: str
    finish_reason: str | None
    prompt_tokens: int | None
    answer_tokens: int | None
    latency_s: float
    raw: str
    dialect: Dialect


class ModelPort(Protocol):
    """One model at one server."""

    @property
    def host(self) -> str:
        """Address of the server, without credentials."""

    @property
    def model(self) -> str: ...

    def complete(self, request: Request) -> Answer:
        """Ask, and return the answer.

        Raises:
            ModelError: there is none; the class says why and whether another try is worth it.
        """
