"""Any OpenAI-compatible server, through the `openai` SDK: the only module that imports it.

The SDK builds the request and reads the stream of bytes; what the bytes mean is for
`response`, since the SDK trusts them (a 200 with text is an AttributeError there). Its own
retries are off, redirects are not followed (they would carry the key along), and one clock bounds
the whole call, which the SDK's timeout for each read does not.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from socket import socket
from typing import TYPE_CHECKING, Any, Final

from planwatch.errors import ModelAnswer, ModelError, ModelTimeout, ModelUnreachable
from planwatch.fetch.http.deadline import Deadline
from planwatch.llm.client.capabilities import find_next_dialect, write_body
from planwatch.llm.client.port import Answer, Dialect, Request
from planwatch.llm.client.response import read_answer, refusal_of

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai import OpenAI

OWN_ADDRESS: Final = "https://api.openai.com/v1"
_LARGEST_ANSWER: Final = 4_000_000
_NO_KEY: Final = "none"  # the SDK wants one; a local server looks at none
_BLOT: Final = "•••"
logger: Final = logging.getLogger(__name__)


class OpenAiPort:
    """One model at one server. A context manager: the connections end with it."""

    def __init__(
        self,
        *,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float = 60.0,
        deadline_s: float = 120.0,
        temperature: float | None = None,
        dialect: Dialect | None = None,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            base_url: address of the server; None is OpenAI's own.
            api_key: None for a server that wants none.
            timeout_s: limit of a connection, and of one silence.
            deadline_s: limit of a whole `complete`, by the clock.
            temperature: sent only if given.
            dialect: what is known of the server from earlier answers.
        """
        self._model = model
        self._host = base_url or OWN_ADDRESS
        self._api_key = api_key
        self._quoted = re.compile("".join(map(_spellings_of, api_key))) if api_key else None
        self._timeout_s = timeout_s
        self._deadline_s = deadline_s
        self._temperature = temperature
        self._dialect = dialect or Dialect()

    @property
    def host(self) -> str:
        return self._host

    @property
    def model(self) -> str:
        return self._model

    def complete(self, request: Request) -> Answer:
        """Ask, stepping down to what the server understands; see `port.ModelPort`."""
        ends = time.monotonic() + self._deadline_s
        while True:
            left_s = ends - time.monotonic()
            if left_s <= 0:
                raise self._too_late()
            try:
                return self._ask(request, min(left_s, self._deadline_s))
            except _Refusal as refusal:
                plainer = find_next_dialect(
                    self._dialect, refusal.status, refusal.said, self._temperature is not None
                )
                if plainer is None:
                    raise refusal.error from refusal.__cause__
                logger.info("the model's server refused a request: %s", refusal.error)
                self._dialect = plainer

    def _ask(self, request: Request, left_s: float) -> Answer:
        body = write_body(request, self._model, self._dialect, self._temperature)
        began = time.monotonic()
        connections: list[socket] = []
        with (
            Deadline(left_s, connections) as deadline,
            self._translated(deadline),
            self._client(deadline) as client,
        ):
            status, data = self._send(client, body)
        raw = self._blot(data.decode("utf-8", "replace"))
        try:
            answer = read_answer(raw, model=self._model, status=status)
        except ModelError as error:
            raise self._blotted(error) from None
        return replace(
            answer,
            text=self._blot(answer.text),
            latency_s=round(time.monotonic() - began, 3),
            dialect=self._dialect,
        )

    def _send(self, client: OpenAI, body: dict[str, Any]) -> tuple[int, bytes]:
        """Return the status and the bytes of an answer that is no HTTP error."""
        received = bytearray()
        create = client.chat.completions.with_streaming_response.create
        with create(**body) as response:
            for chunk in response.iter_bytes():
                received += chunk
                if len(received) > _LARGEST_ANSWER:
                    raise ModelAnswer(
                        f"the answer of {self._host} is larger than {_LARGEST_ANSWER} bytes",
                        hint="is llm.base_url the address of an OpenAI-compatible server?",
                    )
            return response.status_code, bytes(received)

    @contextmanager
    def _client(self, deadline: Deadline) -> Iterator[OpenAI]:
        import httpx2  # with openai, 0.5 s: only a job that asks a model pays for it
        from openai import OpenAI

        def watch(request: httpx2.Request) -> None:
            request.extensions = {**request.extensions, "trace": deadline.watch}

        with (
            httpx2.Client(
                timeout=httpx2.Timeout(self._timeout_s),
                follow_redirects=False,
                event_hooks={"request": [watch]},
            ) as http,
            OpenAI(
                api_key=self._api_key or _NO_KEY,
                base_url=self._host,
                max_retries=0,
                http_client=http,
            ) as client,
        ):
            yield client

    @contextmanager
    def _translated(self, deadline: Deadline) -> Iterator[None]:
        """Turn what the SDK and its transport raise into the tree of errors.py."""
        import httpx2
        import openai

        try:
            yield
            if deadline.has_passed:  # a body without a length ends where it was cut
                raise self._too_late()
        except ModelError:
            raise
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            if deadline.has_passed:
                raise self._too_late() from None
            if isinstance(error, openai.APIStatusError):
                raise self._refusal(error) from None
            if isinstance(error, (openai.APITimeoutError, httpx2.TimeoutException)):
                raise ModelTimeout(
                    f"{self._host} was silent for {self._timeout_s:g} s",
                    hint="llm.timeout_s sets the limit; is the server loaded?",
                ) from None
            # the SDK's own sentence is "Connection error."; what happened is its cause
            cause = error.__cause__ or error
            raise ModelUnreachable(
                self._blot(f"{self._host} gave no answer ({type(cause).__name__}: {cause})"),
                hint="is llm.base_url right, and the server up?",
            ) from None

    def _refusal(self, error: openai.APIStatusError) -> _Refusal:
        said = self._blot(error.response.text)
        refusal = refusal_of(
            error.status_code, said, error.response.headers, host=self._host, model=self._model
        )
        return _Refusal(error.status_code, said, self._blotted(refusal))

    def _too_late(self) -> ModelTimeout:
        return ModelTimeout(
            f"{self._host} gave no whole answer within {self._deadline_s:g} s",
            hint="llm.deadline_s sets the limit; a smaller model answers sooner",
        )

    def _blotted(self, error: ModelError) -> ModelError:
        """Return an error without the key: what was read from JSON is no longer escaped."""
        error.message, error.hint = self._blot(error.message), self._blot(error.hint)
        error.args = (error.message,)
        return error

    def _blot(self, text: str) -> str:
        """Return `text` without the key, which a server may quote back at us, escaped or not."""
        return self._quoted.sub(_BLOT, text) if self._quoted else text


def _spellings_of(letter: str) -> str:
    """Return a pattern of a letter as JSON may write it: itself, with a backslash, or by number."""
    code = f"{ord(letter):04x}"
    digits = "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in code)
    return rf"(?:\\\\?u{digits}|\\?{re.escape(letter)})"


class _Refusal(Exception):
    """An HTTP error, with what the server said and the error that it becomes in the end."""

    def __init__(self, status: int, said: str, error: ModelError) -> None:
        super().__init__(str(error))
        self.status = status
        self.said = said
        self.error = error
