"""EE: its GraphQL endpoint by GET, one answer for each of the two SIM bundles."""

from __future__ import annotations

import json
from typing import Final

from tests.support.market import render_ee
from tests.support.market.sites.contract import Answer, Asked, Scene, Site, json_answer

_KINDS: Final[dict[tuple[str, str], render_ee.Kind]] = {
    ("sim-only-deals", "multi-sim-paym"): "pay-monthly",
    ("pay-as-you-go-sim-only", "mulit-sim-payg"): "pay-as-you-go",  # spelt so at the site
}


def answer(asked: Asked, scene: Scene) -> Answer | None:
    if asked.path != "/graphql":
        return None
    if asked.method != "GET":
        return Answer(kind="page", status=405, headers={"Allow": "GET"})
    if asked.query.get("operationName") != "SimBundleQuery" or not asked.query.get("query"):
        return _refuse(400, "Must provide an operation and a query.")
    kind = _KINDS.get(_bundle_of(asked))
    if kind is None:
        return _refuse(200, "Bundle not found")
    body = render_ee.render(scene.offers, scene.day, kind=kind)
    return json_answer("page", body, has_validators=True)


def _bundle_of(asked: Asked) -> tuple[str, str]:
    try:
        variables = json.loads(asked.query.get("variables", ""))
        return variables["bundleSeoId"], variables["simSeoId"]
    except (ValueError, KeyError, TypeError):
        return "", ""


def _refuse(status: int, message: str) -> Answer:
    body = json.dumps({"errors": [{"message": message}], "data": None}).encode()
    return Answer(kind="page", status=status, body=body, media_type="application/json")


SITE: Final = Site(
    source="ee",
    host="ee.co.uk",
    answer=answer,
    renames={
        "productPlanCombinations": "planCombinations",
        "payMonthlyPrice": "monthlyPrice",
    },
    guard="incapsula",
)
