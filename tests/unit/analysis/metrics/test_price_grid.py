"""The grid of price bands by brand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.metrics.price_grid import (
    MOST_LEVEL,
    Band,
    PricedPlan,
    band_of,
    price_grid,
)


def _plan(
    plan_id: str,
    gb: float | None,
    pence: int,
    *,
    brand: str = "O2",
    term: int = 24,
    limited: bool = False,
) -> PricedPlan:
    return PricedPlan(
        plan_id=plan_id,
        brand=brand,
        term_months=term,
        data_mb=None if gb is None else int(gb * 1000),
        effective_pence=pence,
        is_limited=limited,
    )


def test_a_band_holds_its_upper_bound() -> None:
    assert [band_of(pence) for pence in (0, 1, 500)] == [Band(0, 500)] * 3
    assert [band_of(pence) for pence in (501, 1000)] == [Band(501, 1000)] * 2
    assert band_of(1001) == Band(1001, 1500)


@given(st.integers(0, 10_000_000))
def test_every_cost_is_in_its_band(pence: int) -> None:
    band = band_of(pence)

    assert band.from_pence <= pence <= band.to_pence
    assert band.to_pence % 500 == 0


def test_a_cell_has_the_most_data_then_what_is_not_limited_then_the_cheapest() -> None:
    grid = price_grid(
        [
            _plan("small", 10, 900),
            _plan("dear", 50, 1000),
            _plan("capped", 50, 800, limited=True),
            _plan("best", 50, 950),
            _plan("next band", 20, 1001),
        ]
    )

    [term] = grid.terms
    assert grid.bands == [Band(501, 1000), Band(1001, 1500)]
    assert [[cell and cell.plan_id for cell in row] for row in term.cells] == [
        ["best", "next band"]
    ]


def test_unlimited_is_more_than_any_number_of_gb() -> None:
    grid = price_grid([_plan("huge", 100_000, 900), _plan("unlimited", None, 1000, limited=True)])

    assert grid.terms[0].cells[0][0] == _plan("unlimited", None, 1000, limited=True)


def test_terms_have_the_same_brands_and_bands_and_empty_cells_where_there_is_no_plan() -> None:
    grid = price_grid(
        [
            _plan("a", 10, 400, brand="three", term=0),
            _plan("b", 20, 1200, term=12),
            _plan("c", 30, 400, brand="EE", term=1),
        ]
    )

    assert grid.brands == ["EE", "O2", "three"]
    assert [term.term_months for term in grid.terms] == [1, 12, 0]
    found = [[[cell and cell.plan_id for cell in row] for row in term.cells] for term in grid.terms]
    assert found == [
        [["c", None], [None, None], [None, None]],
        [[None, None], [None, "b"], [None, None]],
        [[None, None], [None, None], ["a", None]],
    ]
    assert [term["cells"] for term in grid.as_record()] == [
        [
            {
                "brand": brand,
                "band": band,
                "plan_id": plan_id,
                "data_mb": data_mb,
                "unlimited": False,
                "effective_pence": pence,
                "limited": False,
            }
        ]
        for brand, band, plan_id, data_mb, pence in (
            ("EE", 0, "c", 30_000, 400),
            ("O2", 1, "b", 20_000, 1200),
            ("three", 0, "a", 10_000, 400),
        )
    ]


def test_a_market_without_plans_has_an_empty_grid() -> None:
    assert price_grid([]).as_record() == []


def test_an_outlier_adds_one_band_and_no_more() -> None:
    grid = price_grid([_plan("a", 10, 400), _plan("b", 10, 10_000_000)])

    assert len(grid.bands) == 2


def test_more_data_has_a_higher_level() -> None:
    plans = [_plan("x", gb, 100) for gb in (0.5, 5, 5.1, 20, 50, 100, 101, None)]

    assert [plan.level for plan in plans] == [1, 1, 2, 2, 3, 4, 5, MOST_LEVEL]
