"""Asking the model for one section: cache, budget, question, gate, one repair, gate.

Every answer is kept as it comes, before anything is done with it: it was paid for.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from itertools import islice
from typing import Final

from planwatch.clock import stamp
from planwatch.engine.busy_retry import retry_while_busy
from planwatch.errors import ModelBudget, ModelContext, ModelError
from planwatch.ledger.reports.model_answers import (
    ModelAsked,
    StoredAnswer,
    find_answer,
    find_dialect,
    reserve_answer,
    save_answer,
    save_failure,
)
from planwatch.ledger.store.connection import Ledger
from planwatch.llm.answer import NotWords, Words, parse_words
from planwatch.llm.client.cost import Prices, cost_millionths, most_millionths, to_millionths
from planwatch.llm.client.openai_port import OWN_ADDRESS, OpenAiPort
from planwatch.llm.client.port import Answer, Dialect, ModelPort, Request
from planwatch.llm.grounding.gate import Judgement, Offence, judge
from planwatch.llm.grounding.prompt_facts import Sayable
from planwatch.llm.prompt import build_repair, build_request, key_of
from planwatch.settings.model import LlmSettings

logger: Final = logging.getLogger(__name__)
_CUT_OFF: Final = "length"
_FEWEST_FACTS: Final = 4


class ModelClient:
    """Asks the model on behalf of one job; may be shared by the job's steps."""

    def __init__(self, ledger: Ledger, llm: LlmSettings, job_id: str, *, refresh: bool) -> None:
        """Prepare; nothing is sent.

        Args:
            llm: settings that name a model.
            refresh: take no answer that another job got.
        """
        self._ledger = ledger
        self._job_id = job_id
        self._refresh = refresh
        self._max_answer_tokens = llm.max_answer_tokens
        self._prices = Prices(llm.prompt_price, llm.answer_price)
        self._budget = None if llm.daily_budget is None else to_millionths(llm.daily_budget)
        self._port = _port_of(ledger, llm)

    def ask(self, purpose: str, focus: str, facts: Mapping[str, Sayable]) -> Words:
        """Return the words that may stand; empty where the gate let none pass.

        Raises:
            ModelError: there is no answer.
        """
        request, answer = self._ask_within_context(purpose, focus, facts)
        first = _judge(answer, facts)
        if not first.offences:
            return first.kept
        logger.info("words %s: the gate refused %s", purpose, _list_rules(first))
        try:
            repaired = self._answer(purpose, build_repair(request, answer.text, first.offences))
        except ModelError as error:
            if first.kept.is_empty:
                raise
            logger.warning("words %s: no repair: %s", purpose, error)
            return first.kept
        second = _judge(repaired, facts)
        if second.offences:
            logger.info("words %s: dropped for %s", purpose, _list_rules(second))
        return first.kept if second.kept.is_empty else second.kept

    def _ask_within_context(
        self, purpose: str, focus: str, facts: Mapping[str, Sayable]
    ) -> tuple[Request, StoredAnswer]:
        """Ask with fewer and fewer facts, the most urgent kept, until they fit the context."""
        count = len(facts)
        while True:
            request = build_request(
                dict(islice(facts.items(), count)),
                purpose=purpose,
                focus=focus,
                max_answer_tokens=self._max_answer_tokens,
            )
            try:
                return request, self._answer(purpose, request)
            except ModelContext:
                if count <= _FEWEST_FACTS:
                    raise
                count = max(_FEWEST_FACTS, count // 2)
                logger.info("words %s: too long, asked again with %d facts", purpose, count)

    def _answer(self, purpose: str, request: Request) -> StoredAnswer:
        key = key_of(request, model=self._port.model, host=self._port.host)
        own_job = self._job_id if self._refresh else None
        known = find_answer(self._ledger, key, job_id=own_job)
        if known is not None:
            return known
        most = most_millionths(request, self._prices)
        answer_id = self._reserve(key, purpose, most)
        try:
            answer = self._port.complete(request)
        except ModelError as error:
            record, has_cost = error.as_record(), error.may_have_cost
            retry_while_busy(
                lambda: save_failure(self._ledger, answer_id, record, has_cost=has_cost, at=stamp())
            )
            raise
        return self._keep(answer_id, answer, most)

    def _reserve(self, key: str, purpose: str, most: int) -> int:
        asked = ModelAsked(
            key=key,
            job_id=self._job_id,
            purpose=purpose,
            host=self._port.host,
            model=self._port.model,
            most_millionths=most,
        )
        answer_id = retry_while_busy(
            lambda: reserve_answer(self._ledger, asked, at=stamp(), budget_millionths=self._budget)
        )
        if answer_id is None:
            raise ModelBudget(
                f"{self._port.model} was not asked: it might exceed the day's budget of"
                f" {(self._budget or 0) / 1_000_000:g}",
                hint="llm.daily_budget sets it; the day ends at midnight UTC",
            )
        return answer_id

    def _keep(self, answer_id: int, answer: Answer, most: int) -> StoredAnswer:
        stored = StoredAnswer(
            text=answer.text,
            finish_reason=answer.finish_reason,
            prompt_tokens=answer.prompt_tokens,
            answer_tokens=answer.answer_tokens,
        )
        retry_while_busy(
            lambda: save_answer(
                self._ledger,
                answer_id,
                stored,
                raw=answer.raw,
                dialect=answer.dialect.as_record(),
                latency_s=answer.latency_s,
                cost_millionths=cost_millionths(answer, self._prices, reserved=most),
                at=stamp(),
            )
        )
        return stored


def host_of(llm: LlmSettings) -> str:
    """Return the address of the model's server."""
    return llm.base_url or OWN_ADDRESS


def _port_of(ledger: Ledger, llm: LlmSettings) -> ModelPort:
    model = str(llm.model)
    known = find_dialect(ledger, host=host_of(llm), model=model)
    return OpenAiPort(
        model=model,
        base_url=llm.base_url,
        api_key=llm.api_key.get_secret_value() if llm.api_key else None,
        timeout_s=llm.timeout_s,
        deadline_s=llm.deadline_s,
        temperature=llm.temperature,
        dialect=Dialect.from_record(known),
    )


def _judge(answer: StoredAnswer, facts: Mapping[str, Sayable]) -> Judgement:
    try:
        return judge(parse_words(answer.text), facts)
    except NotWords as error:
        reason = "it was cut off; write less" if answer.finish_reason == _CUT_OFF else str(error)
        return Judgement(Words(), (Offence("the answer", "shape", reason),))


def _list_rules(judgement: Judgement) -> str:
    return ", ".join(sorted({offence.rule for offence in judgement.offences}))
