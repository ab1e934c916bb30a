"""The charts: what they draw, what they call it, and that no label lies over another."""

from __future__ import annotations

from datetime import date
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector

from planwatch.views.charts.basket_prices import BasketPrices, draw_basket_prices
from planwatch.views.charts.cost_against_data import (
    MOST_LABELS,
    DataPoint,
    draw_cost_against_data,
    find_steps,
)
from planwatch.views.charts.headline_and_effective import (
    MOST_PLANS,
    Pair,
    draw_headline_and_effective,
    order_pairs,
)
from planwatch.views.charts.labels import Label, place_labels
from planwatch.views.charts.price_history import (
    MOST_LINES,
    PriceLine,
    choose_lines,
    draw_price_history,
)
from planwatch.views.charts.scale import Scale, log_ticks, round_ticks, spread
from planwatch.views.charts.svg import NARROW, WIDE, Canvas

EVIL = '"><script>alert(1)</script>&'
CANVASES = pytest.mark.parametrize("canvas", [WIDE, NARROW], ids=["wide", "narrow"])


def _point(brand: str, data_mb: int | None, pence: int) -> DataPoint:
    return DataPoint(brand=brand, name=f"{brand} {data_mb}", data_mb=data_mb, pence=pence)


POINTS = [
    _point("O2", 10_000, 1371),
    _point("O2", 100_000, 2271),
    _point("EE", 10_000, 900),
    _point("EE", 500, 950),
    _point(EVIL, 100_000, 1200),
    _point(EVIL, None, 2000),
    _point("O2", None, 3300),
    _point("O2", None, 3300),
]
PAIRS = [
    Pair(
        brand="O2", name=f"{gb} GB {EVIL}", headline_pence=1000 + gb, effective_pence=1000 + 3 * gb
    )
    for gb in range(20)
]
BASKETS = [
    BasketPrices(basket="5 GB, any term", pence_by_brand={"O2": 1000, EVIL: 900}),
    BasketPrices(basket=EVIL, pence_by_brand={"O2": 1000, "EE": 1000}),
    BasketPrices(basket="nobody", pence_by_brand={}),
]
LINES = [
    PriceLine(
        brand="O2" if at % 3 == 0 else EVIL,
        name=f"plan {at} {EVIL}",
        steps=[(date(2026, 11, 2), 1000 + at), (date(2026, 11, 9), 1000 + 10 * at)],
        last_seen=date(2026, 11, 16),
    )
    for at in range(1, 15)
]


def _draw(name: str, canvas: Canvas) -> str:
    if name == "cost":
        return draw_cost_against_data(POINTS, ["O2"], canvas, "c")
    if name == "headline":
        return draw_headline_and_effective(PAIRS, ["O2"], canvas, "c")
    if name == "baskets":
        return draw_basket_prices(BASKETS, ["O2", "EE"], canvas, "c")
    return draw_price_history(LINES, ["O2"], canvas, "c")


def _tree(svg: str) -> Any:
    ElementTree.fromstring(svg)  # which mends nothing
    return Selector(text=svg, type="xml").root


@CANVASES
@pytest.mark.parametrize("name", ["cost", "headline", "baskets", "history"])
def test_a_chart_is_well_formed_named_and_described_and_escapes_its_text(
    name: str, canvas: Canvas
) -> None:
    tree = _tree(_draw(name, canvas))
    title, description = (tree.xpath(f"./{tag}")[0] for tag in ("title", "desc"))

    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text
    assert description.text
    assert tree.xpath("//script") == []
    assert tree.get("viewBox").split()[2] == str(canvas.width)


@CANVASES
@pytest.mark.parametrize("name", ["cost", "headline", "baskets", "history"])
def test_a_chart_names_its_unit_and_keeps_its_text_within_its_width(
    name: str, canvas: Canvas
) -> None:
    tree = _tree(_draw(name, canvas))
    texts = tree.xpath("//text")

    assert any("£ a month" in node.text for node in texts)
    for node in texts:
        bold = node.get("class").split()[0] in ("ta", "tb")
        wide = canvas.text_width(node.text, is_bold=bold)
        left = float(node.get("x")) - {"end": wide, "middle": wide / 2}.get(
            node.get("text-anchor"), 0
        )
        assert left >= -1, node.text
        assert left + wide <= canvas.width + 4, node.text


def test_the_steps_are_the_plans_that_none_undercuts_with_as_much_data() -> None:
    assert [(step.brand, step.data_mb) for step in find_steps(POINTS)] == [
        ("EE", 10_000),
        (EVIL, 100_000),
        (EVIL, None),
    ]


@CANVASES
def test_a_chart_of_costs_labels_few_marks_and_mutes_the_other_brands(canvas: Canvas) -> None:
    many = [_point(f"B{at % 9}", 1000 * (1 + at), 500 + 13 * at) for at in range(200)]
    tree = _tree(draw_cost_against_data([*many, *POINTS], ["O2"], canvas, "c"))

    assert len(tree.xpath("//circle[starts-with(@class, 'm')]")) == 200 + 4 + 1, "and the legend's"
    prices = [node for node in tree.xpath("//text") if "." in node.text]
    assert 0 < len(prices) <= MOST_LABELS


def test_a_market_of_unlimited_plans_alone_is_drawn() -> None:
    assert "Unlimited" in draw_cost_against_data([_point("O2", None, 0)], ["O2"], WIDE, "c")


def test_two_brands_differ_by_shape_not_only_by_colour() -> None:
    tree = _tree(draw_cost_against_data(POINTS, ["O2", "EE"], WIDE, "c"))

    assert len(tree.xpath("//circle[@class='a']")) == 4 + 1
    assert len(tree.xpath("//path[@class='b']")) == 2 + 1


def test_plans_whose_headline_leaves_out_most_stand_first_and_no_more_than_twelve() -> None:
    assert order_pairs(PAIRS)[0].more_pence == 38
    rows = _tree(draw_headline_and_effective(PAIRS, ["O2"], WIDE, "c")).xpath(
        "//line[contains(@class, 'link')]"
    )
    assert len(rows) == MOST_PLANS


def test_the_winner_of_a_basket_is_ringed_and_named() -> None:
    tree = _tree(draw_basket_prices(BASKETS, ["O2", "EE"], WIDE, "c"))

    assert len(tree.xpath("//circle[@class='ring']")) == 2 + 1, "and the legend's"
    said = [node.text for node in tree.xpath("//text")]
    assert "tie £10.00" in said
    assert any(words.endswith("£9.00") for words in said)


def test_brands_in_focus_and_the_largest_moves_have_their_lines() -> None:
    chosen = choose_lines(LINES, ["O2"])

    assert len(chosen) == MOST_LINES
    assert [line.brand for line in chosen[:4]] == ["O2"] * 4
    assert abs(chosen[4].by_pence) == max(abs(one.by_pence) for one in LINES)


def test_a_plan_that_moved_on_its_only_day_is_drawn() -> None:
    day = date(2026, 11, 2)
    line = PriceLine(brand="O2", name="O2", steps=[(day, 1), (day, 2)], last_seen=day)

    assert "£ a month" in draw_price_history([line], ["O2"], NARROW, "c")


@given(
    st.lists(
        st.tuples(st.floats(0, 700), st.floats(0, 400), st.text("ab £", min_size=1, max_size=20)),
        max_size=25,
    )
)
def test_no_label_lies_over_another_or_beyond_the_edge(
    marks: list[tuple[float, float, str]],
) -> None:
    wanted = [Label(x, y, words, "t") for x, y, words in marks]
    placed = place_labels(WIDE, wanted, [(x, y) for x, y, _ in marks], (0, 0, 760, 420))

    for label in placed:
        left, top, right, bottom = label.box
        assert left >= 0
        assert top >= 0
        assert right <= 760
        assert bottom <= 420
    for one, other in combinations([label.box for label in placed], 2):
        apart = one[2] <= other[0] or other[2] <= one[0]
        assert apart or one[3] <= other[1] or other[3] <= one[1]


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.integers(3, 10))
def test_ticks_are_few_and_hold_every_value(a: float, b: float, most: int) -> None:
    low, high = min(a, b), max(a, b)
    ticks = round_ticks(low, high, most)

    assert 2 <= len(ticks) <= most + 2
    assert ticks[0] <= low + 1e-6 * max(high, 1)
    assert ticks[-1] >= high - 1e-6 * max(high, 1)


@given(st.lists(st.floats(0, 300), max_size=10))
def test_labels_that_are_spread_keep_their_distance(places: list[float]) -> None:
    moved = sorted(spread(places, 17, 0, 300))

    assert all(b - a >= 17 - 1e-6 for a, b in pairwise(moved))


def test_a_logarithmic_axis_has_round_ticks() -> None:
    assert log_ticks(0.5, 300) == [0.5, 1, 2, 5, 10, 20, 50, 100, 200]
    assert Scale(1, 100, 0, 200, is_log=True).place(10) == pytest.approx(100)
