"""docs/reference/formulas.md: its examples run, and each formula that a fact names is there."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from planwatch.analysis.formulas import IN_A_SENTENCE
from tests.support.plans import make_plan
from tests.support.reports import compare, report_section

FORMULAS = Path(__file__).parents[2] / "docs" / "reference" / "formulas.md"


def test_every_example_in_the_formulas_gives_what_it_shows() -> None:
    failed, run = doctest.testfile(str(FORMULAS), module_relative=False, encoding="utf-8")

    assert (failed, run > 20) == (0, True)


def test_every_formula_that_a_fact_names_has_a_heading() -> None:
    headings = set(re.findall(r"^## (.+)$", FORMULAS.read_text(encoding="utf-8"), re.MULTILINE))
    plans = [make_plan(), make_plan(brand="Vodafone", price_pence=900)]
    facts = [
        *compare(plans, "O2", "Vodafone")["facts"],
        *report_section("overview", plans, "O2")["facts"],
    ]

    formulas = {fact["formula"] for fact in facts}
    assert formulas <= headings
    assert formulas <= IN_A_SENTENCE.keys() <= headings
