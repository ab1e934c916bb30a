"""Uswitch: its GraphQL endpoint by POST, a page of deals and ads at a time."""

from __future__ import annotations

import json
from typing import Final

from tests.support.market import render_uswitch
from tests.support.market.sites.contract import Answer, Asked, Scene, Site, json_answer


def answer(asked: Asked, scene: Scene) -> Answer | None:
    if asked.path != "/mobiles/graphql":
        return None
    if asked.method != "POST":
        return Answer(kind="page", status=405, headers={"Allow": "POST"})
    if asked.headers.get("x-usw-csrf") != "1":
        return Answer(kind="page", status=403, body=b"Forbidden", media_type="text/plain")
    offset, limit = _slice_of(asked)
    if offset < 0 or limit < 1:
        return Answer(kind="page", status=400, body=b"{}", media_type="application/json")
    body = render_uswitch.render(
        scene.offers, scene.day, offset=offset, limit=limit, page_limit=scene.page_size
    )
    return json_answer("page", body)


def _slice_of(asked: Asked) -> tuple[int, int]:
    """Return offset and limit; a limit of 0 where the body is not the known query."""
    try:
        question = json.loads(asked.body)
        if question["operationName"] != "SimOnlyPageDeals" or not question["query"]:
            return 0, 0
        return int(question["variables"].get("offset", 0)), int(question["variables"]["limit"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0, 0


SITE: Final = Site(
    source="uswitch",
    host="www.uswitch.com",
    answer=answer,
    renames={"dealsSimOnlyAndAds": "simOnlyDealsAndAds", "contractLength": "contractMonths"},
)
