"""Which sections a model is asked to put into words."""

from __future__ import annotations

import pytest

from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.settings.model import JobSettings, LlmSettings
from planwatch.workflows.reports.narration import plan_narration
from planwatch.workflows.reports.section_facts import told_sections

MODEL = LlmSettings(model="m", base_url="http://127.0.0.1:9/v1")


@pytest.mark.parametrize("report", [COMPARE, ANALYSE])
def test_all_sections_are_asked_for_at_once(report: str) -> None:
    (stage,) = plan_narration(told_sections(report), {}, MODEL)

    assert 5 <= len(stage) <= JobSettings().parallel_steps
    assert len({step.name for step in stage}) == len(stage)


def test_nobody_is_asked_without_a_model_or_where_the_user_says_so() -> None:
    assert plan_narration(told_sections(COMPARE), {}, LlmSettings()) == []
    assert plan_narration(told_sections(COMPARE), {"no_llm": True}, MODEL) == []
