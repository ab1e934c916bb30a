"""A table's cell carries the id of the fact or of the plan that it shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

import planwatch
from planwatch.analysis.inputs import Background
from planwatch.domain.plan import Plan
from tests.support.plans import make_plan, make_three_plan
from tests.support.reports import compare, report_market

_SRC: Final = Path(planwatch.__file__).parent
_BRANDS: Final = ("O2", "Vodafone", "Three", "EE")


def _market() -> list[Plan]:
    plans = [
        make_plan(
            brand=brand,
            gb=gb,
            term_months=term,
            price_pence=500 + 37 * at + 11 * (gb or 300) // 5 - 100 * (term == 24),
            roaming=("eu", None, "none")[at % 3],
        )
        for at, brand in enumerate(_BRANDS[:2] + _BRANDS[3:])
        for gb in (5, 25, 100, 250, None)
        for term in (1, 12, 24)
    ]
    return [*plans, make_three_plan()]


def _documents() -> Iterator[Mapping[str, Any]]:
    background = Background(today=date(2026, 11, 16))
    yield compare(_market(), "O2", "Vodafone", background)
    yield report_market(_market(), "O2", background)


def _cells(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, str]]:
    for section in document["sections"]:
        for table in section["tables"]:
            for row in table["rows"]:
                for key, id_ in row.get("ids", {}).items():
                    yield table["id"], key, row[key], id_


@pytest.mark.parametrize("document", list(_documents()), ids=["compare", "analyse"])
def test_each_cell_has_the_value_of_its_fact_and_the_name_of_its_plan(
    document: Mapping[str, Any],
) -> None:
    values = {fact["id"]: fact["value"] for fact in document["facts"]}
    plans = {row["plan_id"]: row["plan"] for row in document["considered"]}
    shown = 0
    for table, key, value, id_ in _cells(document):
        if id_ in plans:
            assert str(value).endswith(plans[id_]), (table, key, id_)
        elif id_ in values:
            assert values[id_] == value or table == "match", (table, key, id_)
        else:
            continue
        shown += 1
    assert shown > 300


@pytest.mark.parametrize("document", list(_documents()), ids=["compare", "analyse"])
def test_no_two_facts_have_one_id_and_each_says_what_it_is_about(
    document: Mapping[str, Any],
) -> None:
    ids = [fact["id"] for fact in document["facts"]]

    assert len(ids) == len(set(ids))
    for fact in document["facts"]:
        assert fact["id"].startswith(fact["kind"])
        assert fact["about"]["kind"] in {"plan", "brand", "basket", "tier", "market"}
        if fact["about"]["brand"]:
            assert fact["about"]["brand"] in _BRANDS
        if fact["about"]["plan_id"]:
            assert ":" in fact["about"]["plan_id"]


_TAKEN_APART: Final = {"split", "partition", "rpartition", "rsplit", "startswith", "endswith"}
_MAY: Final = {
    "ledger/reports/old_documents.py",  # reads what earlier versions wrote
    "services/market/provenance.py",  # the beginning of an id, typed by a person
}


def test_no_code_reads_anything_out_of_a_facts_id_or_its_subject() -> None:
    found = [
        f"{name}:{node.lineno}"
        for path in _SRC.rglob("*.py")
        if (name := path.relative_to(_SRC).as_posix()) not in _MAY
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in _TAKEN_APART
        and re.search(
            r"\bfact(_id)?\b(\.fact)?(\.id|\.subject|\[['\"](id|subject)['\"]\])?\)?$|\bsubject$",
            ast.unparse(node.value),
        )
    ]

    assert found == []
