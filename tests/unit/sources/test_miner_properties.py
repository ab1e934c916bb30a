"""The miner on random pages: how many true plans it finds, how many of its finds are true.

Measured over fixed seeds, so that a change shows; `docs/explanation/card-miner.md` has the scores.
"""

import json
import re
from collections.abc import Iterable
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planwatch.sources.cards import mine_plans
from tests.support.card_layouts.blind import BLIND, SECOND, THIRD
from tests.support.card_layouts.carried import CARRIED
from tests.support.card_layouts.layouts import LAYOUTS
from tests.support.card_layouts.noise import NOISE
from tests.support.card_layouts.pages import Key, LaidOutPage, render_page

AS_OF = date(2025, 11, 17)
MIXED_PAGES = 300
PAGES_A_LAYOUT = 6
LEAST = 0.97
EVERY = {**LAYOUTS, **CARRIED, **BLIND, **SECOND, **THIRD}

fixed = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
seeds = st.integers(min_value=0, max_value=20_000)


def find_keys(html: str, currency: str) -> list[Key]:
    return [
        (plan.allowance.data_mb, plan.price_pence, plan.term_months)
        for plan in mine_plans(html, currency=currency, as_of=AS_OF).plans
    ]


def measure(pages: Iterable[LaidOutPage]) -> tuple[float, float, list[str]]:
    """Return recall, precision, and the names of the pages that are not read perfectly."""
    hits = true = found = 0
    missed = []
    for page in pages:
        keys = find_keys(page.html, page.currency)
        hit = len(page.truth & set(keys))
        hits, true, found = hits + hit, true + len(page.truth), found + len(keys)
        if hit < len(page.truth) or hit < len(keys):
            missed.append(page.name)
    return hits / true, hits / max(found, 1), missed


def test_plans_are_found_on_pages_of_all_layouts_and_habits() -> None:
    recall, precision, missed = measure(render_page(seed) for seed in range(MIXED_PAGES))

    assert recall >= LEAST, missed
    assert precision >= LEAST, missed


@pytest.mark.parametrize("name", sorted(EVERY))
def test_no_layout_hides_its_plans(name: str) -> None:
    recall, precision, missed = measure(
        render_page(30_000 + seed, {name: EVERY[name]}) for seed in range(PAGES_A_LAYOUT)
    )

    assert recall >= LEAST, missed
    assert precision >= LEAST, missed


@fixed
@given(seed=seeds, names=st.lists(st.sampled_from(sorted(NOISE)), max_size=3))
def test_noise_after_the_plans_neither_hides_nor_adds_one(seed: int, names: list[str]) -> None:
    page = render_page(seed, LAYOUTS)
    noisy = page.html.replace("</body>", "".join(NOISE[name] for name in names) + "</body>")

    assert find_keys(noisy, page.currency) == find_keys(page.html, page.currency)


@fixed
@given(seed=seeds)
def test_names_of_classes_and_ids_change_nothing(seed: int) -> None:
    page = render_page(seed, LAYOUTS)
    rnd = Random(seed)
    named = re.sub(
        r"<(div|li|p|article|h3)>",
        lambda tag: f"<{tag[1]} class='{rnd.choice(('was-price', 'roaming', 'nav', 'x1'))}'>",
        page.html,
    )

    assert find_keys(named, page.currency) == find_keys(page.html, page.currency)


@fixed
@given(seed=seeds, deep=st.integers(min_value=1, max_value=6))
def test_boxes_around_the_page_change_nothing(seed: int, deep: int) -> None:
    page = render_page(seed, LAYOUTS)
    boxed = page.html.replace("<main>", "<main>" + "<div>" * deep)
    boxed = boxed.replace("</main>", "</div>" * deep + "</main>")

    assert find_keys(boxed, page.currency) == find_keys(page.html, page.currency)


@fixed
@given(seed=seeds, cut=st.floats(min_value=0, max_value=1), noise=st.text(max_size=40))
def test_a_page_that_is_cut_or_spoilt_is_read_without_an_error(
    seed: int, cut: float, noise: str
) -> None:
    page = render_page(seed)
    at = int(len(page.html) * cut)

    for spoilt in (page.html[:at], page.html[:at] + noise + page.html[at:], noise):
        for plan in mine_plans(spoilt, currency=page.currency, as_of=AS_OF).plans:
            assert plan.price_pence > 0


@fixed
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=12),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["price", "data", "name", "term", "gb", "plans", "unit"]), inner
            )
        ),
        max_leaves=20,
    )
)
def test_no_json_is_so_strange_that_it_stops_the_miner(value: object) -> None:
    for plan in mine_plans(json.dumps(value), as_of=AS_OF).plans:
        assert plan.price_pence > 0
