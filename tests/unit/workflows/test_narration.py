"""Which sections a model is asked to put into words."""

from __future__ import annotations

import pytest

from planwatch.settings.model import JobSettings, LlmSettings
from planwatch.workflows.reports.narration import plan_narration
from planwatch.workflows.reports.section_facts import ANALYSIS, COMPARISON, FactsOfSections

MODEL = LlmSettings(model="m", base_url="http://127.0.0.1:9/v1")


@pytest.mark.parametrize("sections", [COMPARISON, ANALYSIS], ids=["compare", "analyse"])
def test_all_sections_are_asked_for_at_once(sections: FactsOfSections) -> None:
    (stage,) = plan_narration(sections, {}, MODEL)

    assert 5 <= len(stage) <= JobSettings().parallel_steps
    assert len({step.name for step in stage}) == len(stage)


def test_nobody_is_asked_without_a_model_or_where_the_user_says_so() -> None:
    assert plan_narration(COMPARISON, {}, LlmSettings()) == []
    assert plan_narration(COMPARISON, {"no_llm": True}, MODEL) == []
