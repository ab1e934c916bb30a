"""Random plans for property tests: few values each, so that ties and dominations are common."""

from __future__ import annotations

from hypothesis import strategies as st

from planwatch.domain.plan import Plan
from tests.support.plans import make_plan


def plans(*, all_known: bool = False) -> st.SearchStrategy[Plan]:
    """Return plans of a few brands; with `all_known` roaming and generation are always stated.

    The variant is drawn from many, so that two plans are rarely offers of one.
    """
    unknown = [] if all_known else [None]
    return st.builds(
        make_plan,
        brand=st.sampled_from(("O2", "EE", "Three")),
        gb=st.sampled_from((5, 10, 25, None)),
        term_months=st.sampled_from((0, 1, 12, 24)),
        price_pence=st.integers(500, 504),
        roaming=st.sampled_from(("none", "eu", "global", *unknown)),
        generation=st.sampled_from(("4g", "5g", *unknown)),
        max_speed_mbps=st.sampled_from((None, None, 10, 100)),
        variant=st.integers(1, 10**6).map(str),
    )
