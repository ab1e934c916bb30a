"""What the bytes of a server mean: an answer, or which error. Pure; trusts nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from planwatch.errors import (
    ModelAnswer,
    ModelBusy,
    ModelContext,
    ModelDenied,
    ModelError,
    ModelQuota,
    ModelRefused,
)
from planwatch.llm.client.port import Answer, Dialect

_THOUGHTS: Final = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.I)
_FENCED: Final = re.compile(r"```[a-zA-Z]*\s*\n?(.*?)```", re.DOTALL)
_QUOTA: Final = (
    "insufficient_quota",
    "exceeded your current quota",
    "billing_hard_limit",
    "credit balance",
    "insufficient credits",
)
_CONTEXT: Final = (
    "context_length_exceeded",
    "exceed_context_size",
    "maximum context length",
    "context length",
    "context size",
    "context window",
    "prompt is too long",
)
_LONGEST_QUOTE: Final = 200


def read_answer(raw: str, *, model: str, status: int = 200) -> Answer:
    """Return the answer in the body of a success; `latency_s` and `dialect` are the caller's.

    Raises:
        ModelAnswer: there is no usable text in it; the sentence says what stands there instead.
    """
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _unusable(
            f"{model} answered what is not JSON: {_quote(raw)!r} (status {status})"
        ) from error
    choices = body.get("choices") if isinstance(body, dict) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise _unusable(f"{model} answered without a choice: {_quote(raw)!r}")
    message = choices[0].get("message")
    message = message if isinstance(message, dict) else {}
    finish_reason = choices[0].get("finish_reason")
    content = _text_of(message.get("content"))
    if message.get("refusal"):
        raise _unusable(f"{model} refused to answer: {_quote(str(message['refusal']))!r}")
    if finish_reason == "content_filter":
        raise _unusable(f"the content filter of {model} held its answer back")
    # half a character, which JSON can write and no file can hold, becomes a question mark
    content = content.encode("utf-8", "replace").decode() if content else ""
    text = strip_wrapping(content)
    if not text:
        raise _unusable(f"{model} answered without text (finish reason {finish_reason})")
    usage = body.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Answer(
        text=text,
        finish_reason=finish_reason if isinstance(finish_reason, str) else None,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        answer_tokens=_count(usage.get("completion_tokens")),
        latency_s=0.0,
        raw=raw,
        dialect=Dialect(),
    )


def strip_wrapping(text: str) -> str:
    """Return what a model said without its thoughts and without a fence around its JSON."""
    said = _THOUGHTS.sub("", text).strip()
    fenced = _FENCED.search(said)
    return fenced[1].strip() if fenced and not said.startswith("{") else said


def refusal_of(
    status: int, said: str, headers: Mapping[str, str], *, host: str, model: str
) -> ModelError:
    """Return the error that an HTTP error is.

    Args:
        said: the body of the answer, which is quoted in part.
    """
    reason = _reason_of(said)
    text = said.lower()
    what = f"{host} answered {status}" + (f": {reason}" if reason else "")
    if any(word in text for word in _QUOTA) or status == 402:
        return ModelQuota(
            f"the quota of {host} is exhausted ({reason or status})",
            hint="see to the account, or use --no-llm; the figures do not need it",
        )
    if status in (401, 403):
        return ModelDenied(
            what, hint="mend the key (PLANWATCH_LLM__API_KEY, OPENAI_API_KEY or secrets.env)"
        )
    if status in (400, 413, 422, 500) and any(word in text for word in _CONTEXT):
        return ModelContext(
            f"{model} cannot take so long a request ({reason or status})",
            hint="set llm.max_facts or llm.max_answer_tokens lower, or use a larger context",
        )
    if status in (408, 409, 425, 429) or status >= 500:
        return ModelBusy(
            what, retry_after_s=_retry_after_s(headers), hint="the server is loaded or failing"
        )
    return ModelRefused(what, hint="are llm.model and llm.base_url right?")


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return (
            max(0.0, float(text)) if text.replace(".", "", 1).isdecimal() else _until(text, headers)
        )
    except ValueError:
        return None


def _until(text: str, headers: Mapping[str, str]) -> float:
    """Return the seconds until an HTTP date, by the server's own clock where it tells it."""
    at = parsedate_to_datetime(text)
    sent = headers.get("date")
    start = parsedate_to_datetime(sent) if sent else datetime.now(UTC)
    return max(0.0, (at - start).total_seconds())


def _reason_of(said: str) -> str:
    """Return the server's own sentence, out of the shapes that servers use."""
    try:
        body = json.loads(said)
    except (ValueError, RecursionError):
        return "" if said.lstrip().startswith("<") else _quote(said)
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        error = error.get("message") or error.get("detail") or error
    return _quote(error if isinstance(error, str) else json.dumps(error))


def _text_of(content: Any) -> str | None:
    """Return the text of a message; some servers send it in parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return None


def _count(value: Any) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 <= value < 10**9 else None


def _quote(text: str) -> str:
    line = " ".join(text.encode("utf-8", "replace").decode().split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


def _unusable(message: str) -> ModelAnswer:
    return ModelAnswer(message, hint="try again with --refresh, or use another model")
