"""giffgaff: one page rendered on the server, with its plans in two blocks of JSON."""

from __future__ import annotations

from typing import Final

from tests.support.market import render_giffgaff
from tests.support.market.sites.contract import Answer, Asked, Scene, Site
from tests.support.market.sites.trackers import add_trackers


def answer(asked: Asked, scene: Scene) -> Answer | None:
    if asked.path != "/sim-only-deals":
        return None
    page = add_trackers(render_giffgaff.render(scene.offers, scene.day))
    return Answer(kind="page", body=page, has_validators=True)


SITE: Final = Site(
    source="giffgaff",
    host="www.giffgaff.com",
    answer=answer,
    renames={
        "isRelatedTo": "relatedPlans",
        "isSimilarTo": "similarPlans",
        "RangePage": "DealsPage",
        "priceInPence": "pricePence",
    },
    guard="incapsula",
)
