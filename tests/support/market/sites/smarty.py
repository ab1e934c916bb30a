"""SMARTY: the JSON of its plans API."""

from __future__ import annotations

from typing import Final

from tests.support.market import render_smarty
from tests.support.market.sites.contract import Answer, Asked, Scene, Site, json_answer


def answer(asked: Asked, scene: Scene) -> Answer | None:
    if asked.path != "/api/v3/plans":
        return None
    body = render_smarty.render(scene.offers, scene.day)
    return json_answer("page", body, has_validators=True)


SITE: Final = Site(
    source="smarty",
    host="smarty.co.uk",
    answer=answer,
    renames={"finalPrice": "currentPrice", "dataAllowanceGB": "dataGb"},
)
