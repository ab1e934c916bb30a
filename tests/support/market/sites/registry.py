"""All sites of the replica market, by source and by host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.market.sites import (
    ee,
    giffgaff,
    o2,
    sky,
    smarty,
    tesco,
    three,
    uswitch,
    vodafone,
)
from tests.support.market.sites.contract import Site

SITES: Final[Mapping[str, Site]] = {
    site.source: site
    for site in (
        o2.SITE,
        vodafone.SITE,
        three.SITE,
        ee.SITE,
        giffgaff.SITE,
        sky.SITE,
        tesco.SITE,
        smarty.SITE,
        uswitch.SITE,
    )
}
SITES_BY_HOST: Final[Mapping[str, Site]] = {site.host: site for site in SITES.values()}
