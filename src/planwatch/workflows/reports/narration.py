"""Words by a model: a step a section, all at once, over a document that the template has written.

The document comes complete; what a model wrote and the gate let pass takes the place of the
template's words, section by section. Whatever goes wrong, the template's words stand.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from planwatch.domain.plan import Plan
from planwatch.engine.run import describe
from planwatch.engine.workflow import PlannedStep, Run, Step
from planwatch.errors import ModelError, StepTimeout
from planwatch.ledger.reports.old_documents import renew_document
from planwatch.llm.answer import Words
from planwatch.llm.grounding.obfuscation import TOKEN
from planwatch.llm.grounding.prompt_facts import Sayable
from planwatch.llm.grounding.render import render_text
from planwatch.llm.prompt import writer_of
from planwatch.settings.model import LlmSettings
from planwatch.workflows.context import Services
from planwatch.workflows.reports.model_client import ModelClient, host_of
from planwatch.workflows.reports.section_facts import SUMMARY, FactsOfSections, facts_of_sections

logger: Final = logging.getLogger(__name__)
TEMPLATE: Final = "template"
MODEL: Final = "model"
MIXED: Final = "mixed"
_NOTHING_STOOD: Final = (
    "A model was asked for the words, and nothing that it wrote passed the gate; they are the "
    "template's."
)
_ESTIMATE_S: Final = 15.0
_TURNS: Final = 2
_SLACK_S: Final = 30.0
_MOST_FINDINGS: Final = 3


@dataclass(frozen=True, slots=True)
class Narrated:
    """A document with its words, who wrote them, and what kept the model from writing them all.

    `writer` names whose words were asked for and came; None is the template.
    """

    document: dict[str, Any]
    written_by: str
    writer: str | None
    error: Mapping[str, Any] | None = None


def plan_narration(
    sections: FactsOfSections, params: Mapping[str, Any], llm: LlmSettings
) -> list[list[PlannedStep]]:
    """Return the stage in which words are asked for; none where nobody is to be asked.

    A job whose key has gone keeps the stage: steps that it has finished are still its own.
    """
    if llm.model is None or params.get("no_llm"):
        return []
    return [[PlannedStep(step_of(section), _ESTIMATE_S) for section in sections]]


def wants_model(params: Mapping[str, Any], llm: LlmSettings) -> bool:
    """Tell whether a job is to ask a model; one without a name, key or address is none."""
    return llm.is_configured and not params.get("no_llm")


def find_writer(params: Mapping[str, Any], llm: LlmSettings) -> str | None:
    """Return who is to write, as the ledger names it; None for the template."""
    if not wants_model(params, llm):
        return None
    return writer_of(model=str(llm.model), host=host_of(llm))


def step_of(section: str) -> str:
    """Return the name of the step that asks for a section's words."""
    return f"words {section}"


def narrate(
    run: Run,
    sections: FactsOfSections,
    params: Mapping[str, Any],
    services: Services,
    document: Mapping[str, Any],
    plans: Callable[[], Sequence[Plan]],
) -> Narrated:
    """Ask for the words of every section at once, and put what may stand into the document.

    Args:
        sections: that a model is asked for, with the kinds of facts that it is given for each.
        document: what the template has written.
        plans: gives the plans that the facts are of; called only where a model is asked.
    """
    llm = services.settings.llm
    if not wants_model(params, llm):
        return Narrated(_signed(document, {}), TEMPLATE, None)
    document = renew_document(document)  # a checkpoint of an earlier version
    facts_by_section = facts_of_sections(sections, document, plans(), llm.max_facts)
    client = ModelClient(services.ledger, llm, run.job_id, refresh=bool(params.get("refresh")))
    focus = document["focus"] or document["brands"][0]
    answers = run.gather(
        {
            step_of(section): Step(
                work=partial(_write_section, client, section, focus, facts),
                time_limit_s=_TURNS * llm.deadline_s + _SLACK_S,
                fallback=_fall_back,
            )
            for section, facts in facts_by_section.items()
        }
    )
    by_section = {section: answers[step_of(section)] for section in facts_by_section}
    errors = [words["error"] for words in by_section.values() if words["error"]]
    signed = _signed(document, by_section)
    if by_section and not errors and not any(map(_has_text, by_section.values())):
        signed = {**signed, "caveats": [*signed["caveats"], _NOTHING_STOOD]}
    written_by = _who_wrote(signed, by_section)
    # where an answer is missing, the next job of the same kind is to ask for it again
    writer = f"unfinished {run.job_id}" if errors else find_writer(params, llm)
    logger.info(
        "words by the %s; %d of %d answers",
        written_by,
        len(facts_by_section) - len(errors),
        len(facts_by_section),
    )
    return Narrated(signed, written_by, writer, errors[0] if errors else None)


def _has_text(words: Mapping[str, Any]) -> bool:
    return any(words[name] for name in ("headline", "insights", "actions", "caveats"))


def _write_section(
    client: ModelClient, section: str, focus: str, facts: Mapping[str, Sayable]
) -> dict[str, Any]:
    """Return the words that may stand, rendered, as JSON; empty where none may."""
    words = client.ask(section, focus, facts)
    return {**_rendered(words, facts), "error": None}


def _fall_back(error: Exception) -> dict[str, Any]:
    """Let the template's words stand where the model gave none; any other fault is a fault.

    Raises:
        Exception: the error itself, where it is not the model's.
    """
    if not isinstance(error, (ModelError, StepTimeout)):
        raise error
    return {**_rendered(Words(), {}), "error": describe(error)}


def _rendered(words: Words, facts: Mapping[str, Sayable]) -> dict[str, Any]:
    cited: dict[str, Sayable] = {}

    def render(text: str) -> str:
        cited.update((token, facts[token]) for token in TOKEN.findall(text))
        return render_text(text, facts)

    return {
        "headline": render(words.headline),
        "insights": [
            {
                "title": render(insight.title),
                "body": render(insight.body),
                "fact_ids": [
                    facts[token].fact.id
                    for token in dict.fromkeys((*insight.tokens, *TOKEN.findall(insight.body)))
                ],
                "kind": insight.kind,
                "severity": insight.severity,
            }
            for insight in words.insights
        ],
        "actions": [render(action) for action in words.actions],
        "caveats": [render(caveat) for caveat in words.caveats],
        "facts": [
            fact.fact.as_record()
            for token, fact in facts.items()
            if token in cited or any(token in insight.tokens for insight in words.insights)
        ],
    }


def _signed(
    document: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the document with the words that came, each part with the name of who wrote it."""
    summary = answers.get(SUMMARY, {})
    headline, insights = summary.get("headline"), summary.get("insights", [])
    facts = {fact["id"]: fact for words in answers.values() for fact in words["facts"]}
    return {
        **document,
        "verdict": headline or document["verdict"],
        "verdict_by": MODEL if headline else TEMPLATE,
        "findings": _sentences(insights)[:_MOST_FINDINGS] or document["findings"],
        "findings_by": MODEL if insights else TEMPLATE,
        "actions": [action for words in answers.values() for action in words["actions"]],
        "caveats": [
            *document["caveats"],
            *(caveat for words in answers.values() for caveat in words["caveats"]),
        ],
        "sections": [
            _signed_section(section, answers.get(section["id"], {}))
            for section in document["sections"]
        ],
        "facts": list({**{fact["id"]: fact for fact in document["facts"]}, **facts}.values()),
    }


def _signed_section(section: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    insights = answers.get("insights", [])
    sentences = [answers["headline"]] if answers.get("headline") else []
    sentences += _sentences(insights)
    return {
        **section,
        "sentences": sentences or section["sentences"],
        "insights": list(insights),
        "written_by": MODEL if sentences else TEMPLATE,
    }


def _sentences(insights: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{insight['title'].rstrip('.:')}: {insight['body']}" for insight in insights]


def _who_wrote(document: Mapping[str, Any], asked: Container[str]) -> str:
    """Return who wrote the parts that a model was asked for; the others are always ours."""
    writers = {section["written_by"] for section in document["sections"] if section["id"] in asked}
    if SUMMARY in asked:
        writers |= {document["verdict_by"], document["findings_by"]}
    return writers.pop() if len(writers) == 1 else MIXED if writers else TEMPLATE
