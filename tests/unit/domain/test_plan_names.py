"""Two plans of one market never have the same name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.domain.plan_names import Naming, name_plans

CLASSIC = Naming(
    brand="O2",
    source="o2",
    plan_key="o2-100gb-24m-classic",
    data_mb=100_000,
    base_data_mb=100_000,
    term_months=24,
    variant="Classic",
)


def test_a_plan_is_named_by_brand_variant_data_and_term() -> None:
    plain = replace(CLASSIC, brand="Vodafone", variant="")
    sold = replace(plain, brand="iD Mobile", source="uswitch")
    rolling = replace(CLASSIC, data_mb=None, base_data_mb=None, term_months=1, condition="Volt")

    names = name_plans(dict(enumerate([CLASSIC, plain, sold, rolling])))

    assert list(names.values()) == [
        "O2 Classic 100 GB, 24 months",
        "Vodafone 100 GB, 24 months",
        "iD Mobile 100 GB, 24 months at Uswitch",
        "O2 Classic unlimited data, 1 month (Volt)",
    ]


@pytest.mark.parametrize(
    ("other", "names"),
    [
        (
            {"plan_key": "o2-50gb-24m-classic", "base_data_mb": 50_000},
            ["", " (50 GB without its extra data)"],
        ),
        ({"plan_key": "o2-100gb-24m-classic~7"}, None),
        ({"source": "mined"}, [" (o2)", " (mined)"]),
        ({"source": "mined", "retailer": "Mobiles.co.uk"}, ["", " (from Mobiles.co.uk)"]),
        ({"variant": "CLASSIC", "plan_key": "b"}, None),
    ],
)
def test_what_tells_two_alike_apart_is_said(other: dict[str, str], names: list[str] | None) -> None:
    named = name_plans({1: CLASSIC, 2: replace(CLASSIC, **other)})  # type: ignore[arg-type]

    assert len({name.casefold() for name in named.values()}) == 2
    if names is not None:
        assert list(named.values()) == [f"O2 Classic 100 GB, 24 months{said}" for said in names]


_TEXTS = st.sampled_from(["", "4", "24", "months", "Lite", "lite", "LITE", "pay as you go", "A-b"])
_NAMINGS = st.builds(
    Naming,
    brand=st.sampled_from(["O2", "O2 Classic", "EE"]),
    source=st.sampled_from(["o2", "uswitch", "mined"]),
    plan_key=st.text("ab-~1", min_size=1, max_size=3),
    data_mb=st.sampled_from([None, 4000, 24_000]),
    base_data_mb=st.sampled_from([None, 4000, 24_000]),
    term_months=st.sampled_from([0, 1, 24]),
    variant=_TEXTS,
    condition=st.sampled_from([None, "Clubcard", "max 10 Mbps"]),
    max_speed_mbps=st.sampled_from([None, 10]),
    retailer=st.sampled_from([None, "Mobiles.co.uk", "Currys"]),
)


@given(st.lists(_NAMINGS, max_size=12, unique_by=lambda plan: (plan.source, plan.plan_key)))
def test_plans_with_different_keys_have_different_names(plans: list[Naming]) -> None:
    names = name_plans({(plan.source, plan.plan_key): plan for plan in plans})

    assert len({name.casefold() for name in names.values()}) == len(plans)
