"""An OpenAI-compatible server on loopback, well or badly behaved, by the name of a scenario.

A good answer is made of the facts in the request and passes the gate. `with FakeModel(...)` serves
`origin` + /v1; `asked` has every request in order. Nothing here sleeps: what is late waits for the
server to close, or for `released`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from tests.support.cli import HANG_S
from tests.support.server import Answer, Exchange, LoopbackServer, hang, reset, status

MODEL: Final = "fake-1"
KEY: Final = "sk-fake-5e3c1a9b7d2f4860"
PATH: Final = "/v1/chat/completions"
PROMPT_TOKENS: Final = 1000
ANSWER_TOKENS: Final = 200
_DRIP_S: Final = 1.0


def facts_of(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the facts that a request tells."""
    return list(_told(request)["facts"])


def section_of(request: Mapping[str, Any]) -> str:
    """Return the section that a request asks words for."""
    return str(_told(request)["section"])


def _told(request: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(request["messages"][1]["content"])
    return told


def good_words(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return words that are true of the facts of a request."""
    facts = facts_of(request)
    first = facts[0]
    brand = first["of"].split(" ")[0]
    brand = {"Sky": "Sky Mobile", "Tesco": "Tesco Mobile", "iD": "iD Mobile"}.get(brand, brand)
    sentence = f"The figure to look at for {brand} is {{{{{first['id']}}}}}."
    insight = {
        "title": f"Where {brand} stands",
        "body": sentence,
        "fact_ids": [first["id"]],
        "kind": "price",
        "severity": "watch",
    }
    return {"headline": sentence, "insights": [insight], "actions": [], "caveats": []}


def false_words(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return words of which the gate can let nothing pass."""
    words = good_words(request)
    words["headline"] = "O2 is the best at £1.00"
    words["insights"][0]["body"] = "O2 costs 12 pounds."
    return words


def completion(
    content: Any, *, finish_reason: str = "stop", usage: bool = True, **message: Any
) -> dict[str, Any]:
    """Return the body of a chat completion."""
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, **message},
                "finish_reason": finish_reason,
            }
        ],
    }
    if usage:
        body["usage"] = {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": ANSWER_TOKENS,
            "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS,
        }
    return body


Say = Callable[[Mapping[str, Any]], dict[str, Any]]


def says(build: Say) -> Answer:
    """Answer with a completion made of the request."""

    def answer(exchange: Exchange) -> None:
        send_json(exchange, 200, build(json.loads(exchange.asked.body)))

    return answer


def send_json(exchange: Exchange, code: int, body: Any, **headers: str) -> None:
    data = json.dumps(body).encode()
    exchange.send(code, data, Content_Type="application/json", **headers)


def refuses(code: int, message: str, kind: str = "invalid_request_error", **headers: str) -> Answer:
    """Answer with an error as OpenAI writes it."""
    error = {"message": message, "type": kind, "code": kind, "param": None}
    return status(
        code, json.dumps({"error": error}).encode(), Content_Type="application/json", **headers
    )


def _good(request: Mapping[str, Any]) -> dict[str, Any]:
    return completion(json.dumps(good_words(request)))


def _wrapped(before: str, after: str) -> Answer:
    return says(lambda asked: completion(f"{before}{json.dumps(good_words(asked))}{after}"))


def _half_a_body(exchange: Exchange) -> None:
    body = json.dumps(_good(json.loads(exchange.asked.body))).encode()
    exchange.send_head(200, Content_Type="application/json", Content_Length=str(len(body)))
    exchange.write(body[: len(body) // 2])
    exchange.hang_up()


def _a_byte_a_second(exchange: Exchange) -> None:
    exchange.send_head(200, Content_Type="application/json", Connection="close")
    exchange.hang_up()
    for _ in range(60):
        exchange.write(b" ")
        if exchange.closing.wait(_DRIP_S):
            return


def _rejects(parameter: str, *, unless: Callable[[Mapping[str, Any]], bool]) -> Answer:
    def answer(exchange: Exchange) -> None:
        asked = json.loads(exchange.asked.body)
        if unless(asked):
            send_json(exchange, 200, _good(asked))
        else:
            refuses(400, f"Unsupported parameter: '{parameter}'")(exchange)

    return answer


def _format_of(asked: Mapping[str, Any]) -> str:
    return str(asked.get("response_format", {}).get("type", "plain"))


def _takes_few_facts(exchange: Exchange) -> None:
    asked = json.loads(exchange.asked.body)
    if len(facts_of(asked)) <= 10:
        send_json(exchange, 200, _good(asked))
    else:
        refuses(
            400, "This model's maximum context length is 512 tokens", "context_length_exceeded"
        )(exchange)


def _echoes_the_key_escaped(exchange: Exchange) -> None:
    """Write the key as PHP's JSON and an over-careful one would: \\/ for /, numbers for signs."""
    key = exchange.asked.headers["authorization"].removeprefix("Bearer ")
    odd = "".join(letter if letter.isalpha() else f"\\u{ord(letter):04X}" for letter in key)
    body = '{"error": {"message": "Incorrect API key provided: ' + odd + '"}}'
    _send_body(exchange, 401, body)


def _nested_too_deeply(exchange: Exchange) -> None:
    _send_body(exchange, 200, "[" * 100_000)


def _half_a_character(exchange: Exchange) -> None:
    message = '{"role": "assistant", "content": "{\\"headline\\": \\"\\\\ud800\\"}"}'
    _send_body(exchange, 200, f'{{"choices": [{{"message": {message}, "finish_reason": "stop"}}]}}')


def _send_body(exchange: Exchange, status: int, text: str) -> None:
    body = text.encode()
    exchange.send_head(status, Content_Type="application/json", Content_Length=str(len(body)))
    exchange.write(body)


def _echoes_the_key(exchange: Exchange) -> None:
    refuses(401, f"Incorrect API key provided: {exchange.asked.headers['authorization']}")(exchange)


def _repairs(exchange: Exchange) -> None:
    asked = json.loads(exchange.asked.body)
    is_repair = len(asked["messages"]) > 2
    words = good_words(asked) if is_repair else false_words(asked)
    send_json(exchange, 200, completion(json.dumps(words)))


SCENARIOS: Final[Mapping[str, Answer]] = {
    "good": says(_good),
    "false": says(lambda asked: completion(json.dumps(false_words(asked)))),
    "repaired": _repairs,
    "429 in a second": refuses(429, "slow down", "rate_limit_exceeded", Retry_After="1"),
    "429 in 300 s": refuses(429, "slow down", "rate_limit_exceeded", Retry_After="300"),
    "insufficient_quota": refuses(
        429, "You exceeded your current quota", "insufficient_quota", Retry_After="1"
    ),
    "401": refuses(401, "Incorrect API key provided", "invalid_api_key"),
    "401 echoing the key": _echoes_the_key,
    "401 echoing the key, escaped": _echoes_the_key_escaped,
    "nested too deeply": _nested_too_deeply,
    "half a character": _half_a_character,
    "404 model": refuses(404, "The model does not exist", "model_not_found"),
    "500": refuses(500, "internal error", "server_error"),
    "HTML 503": status(503, b"<html><h1>Service Unavailable</h1></html>", Content_Type="text/html"),
    "redirect": status(302, b"", Location="http://127.0.0.1:9/v1/chat/completions"),
    "reset": reset,
    "half a body": _half_a_body,
    "hang": hang,
    "one byte a second": _a_byte_a_second,
    "text": status(200, b"hello", Content_Type="text/plain"),
    "malformed JSON": status(200, b'{"choices": [', Content_Type="application/json"),
    "malformed words": says(lambda _asked: completion('{"headline": "cut')),
    "fenced": _wrapped("Here it is:\n```json\n", "\n```\nI hope it helps."),
    "thinking": _wrapped("<think>O2 costs {braces} 5?</think>\n", ""),
    "refusal": says(lambda _asked: completion(None, refusal="I cannot help with that.")),
    "length": says(lambda _asked: completion('{"headline": "O2 ch', finish_reason="length")),
    "content_filter": says(lambda _asked: completion("", finish_reason="content_filter")),
    "no usage": says(
        lambda asked: completion(json.dumps(good_words(asked)), usage=False),
    ),
    "empty choices": says(lambda _asked: {"id": "1", "object": "chat.completion", "choices": []}),
    "null content": says(lambda _asked: completion(None)),
    "content in parts": says(
        lambda asked: completion([{"type": "text", "text": json.dumps(good_words(asked))}])
    ),
    "no json_schema": _rejects(
        "response_format.json_schema", unless=lambda asked: _format_of(asked) != "json_schema"
    ),
    "no response_format": _rejects(
        "response_format", unless=lambda asked: _format_of(asked) == "plain"
    ),
    "no temperature": _rejects("temperature", unless=lambda asked: "temperature" not in asked),
    "no max_completion_tokens": _rejects(
        "max_completion_tokens", unless=lambda asked: "max_tokens" in asked
    ),
    "context too long": refuses(
        400, "the request exceeds the available context size", "exceed_context_size_error"
    ),
    "small context": _takes_few_facts,
}


@dataclass
class FakeModel:
    """A context manager. `script` names the scenario of each request in turn; the last one stays.

    `sections` gives single sections a scenario of their own; "held" answers well after `release`.
    """

    script: Sequence[str] = ("good",)
    sections: Mapping[str, str] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._turn = 0
        self._server = LoopbackServer({PATH: self._answer})

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.released.set()
        self._server.__exit__(kind, error, traceback)

    @property
    def base_url(self) -> str:
        return f"{self._server.origin}/v1"

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Return the bodies of the requests that came in, in order."""
        return [json.loads(asked.body) for asked in list(self._server.asked)]

    @property
    def keys(self) -> list[str]:
        """Return the Authorization header of each request."""
        return [asked.headers.get("authorization", "") for asked in list(self._server.asked)]

    def asked_for(self) -> list[str]:
        """Return the sections that were asked for, in order."""
        return [section_of(asked) for asked in self.asked]

    def env(self, **more: str) -> dict[str, str]:
        """Return the environment of a command that is to ask this model."""
        return {
            "PLANWATCH_LLM__BASE_URL": self.base_url,
            "PLANWATCH_LLM__MODEL": MODEL,
            "PLANWATCH_LLM__API_KEY": KEY,
            # an answer that is held back is waited for
            "PLANWATCH_LLM__TIMEOUT_S": "600",
            "PLANWATCH_LLM__DEADLINE_S": "600",
            **more,
        }

    def _answer(self, exchange: Exchange) -> None:
        section = section_of(json.loads(exchange.asked.body))
        scenario = self.sections.get(section) or self._next()
        if scenario == "held":
            self.released.wait(2 * HANG_S)
            scenario = "good"
        SCENARIOS[scenario](exchange)

    def _next(self) -> str:
        with self._lock:
            scenario = self.script[min(self._turn, len(self.script) - 1)]
            self._turn += 1
            return scenario
