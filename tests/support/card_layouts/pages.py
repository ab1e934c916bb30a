"""Whole pages: offers in a layout, a habit, terms printed or inherited, and noise around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

from tests.support.card_layouts.carried import CARRIED
from tests.support.card_layouts.layouts import LAYOUTS, Layout
from tests.support.card_layouts.markup import Habit, escape, make_habit, term
from tests.support.card_layouts.noise import make_noise
from tests.support.card_layouts.offer import (
    ENGLISH,
    TONGUES,
    Offer,
    add_terms_of_sale,
    make_offers,
)

Key = tuple[int | None, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOutPage:
    """A page and what is truly sold on it: data in MB (None unlimited), pence, months."""

    name: str
    html: str
    currency: str
    truth: frozenset[Key]


_FRAMES = ("heading", "tabs", "dropdown", "sections", "intro", "caption", "panel")


def render_page(seed: int, layouts: dict[str, Layout] | None = None) -> LaidOutPage:
    """Return the page of a seed; the same seed is always the same page.

    Args:
        layouts: those to choose from; all by default, with those that only carry the plans.
    """
    rnd = Random(seed)  # a fixed seed, no secret
    tongue = rnd.choice(TONGUES) if rnd.random() < 0.25 else ENGLISH
    habit = make_habit(rnd, tongue)
    choice = layouts or (CARRIED if rnd.random() < 0.2 else LAYOUTS)
    name = rnd.choice(sorted(choice))
    offers = make_offers(rnd, tongue)
    if choice is not CARRIED:
        offers = add_terms_of_sale(rnd, offers)
    before, after = make_noise(rnd)
    if name == "twos":
        before = before.replace("<h1>", "<h1>")
    frame = rnd.choice(_FRAMES)
    is_carried = name in CARRIED
    if is_carried or rnd.random() < 0.55:
        body, frame = choice[name](habit, offers), "own"
    else:
        habit.prints_term = False
        body, offers = _framed(frame, choice[name], habit, offers, rnd)
    return LaidOutPage(
        name=f"{seed} {name} {frame} {habit.price} {habit.data} {habit.was} {tongue.lang}",
        html=f"<!doctype html><html lang={tongue.lang}><head><meta charset=utf-8><title>SIM"
        f"</title></head><body>{before}"
        f"<main>{body}</main>{after}</body></html>",
        currency=tongue.currency,
        truth=frozenset(offer.key for offer in offers),
    )


def _framed(
    frame: str, layout: Layout, habit: Habit, offers: list[Offer], rnd: Random
) -> tuple[str, list[Offer]]:
    """Return the plans under a term that the cards inherit, and the offers with that term."""
    months = rnd.choice((1, 12, 24))
    other = rnd.choice([m for m in (1, 12, 18, 24) if m != months])
    if frame == "sections":
        half = max(len(offers) // 2, 2)
        first = _at(offers[:half], months)
        second = _at(offers[half:], other)
        parts = (
            [(first, months), (second, other)]
            if len(second) > 1
            else [(_at(offers, months), months)]
        )
        html = "".join(
            f"<section><h2>{_term(habit, m)}</h2>{layout(habit, part)}</section>"
            for part, m in parts
        )
        return html, [offer for part, _ in parts for offer in part]
    offers = _at(offers, months)
    body = layout(habit, offers)
    words, others = _term(habit, months), _term(habit, other)
    frames = {
        "heading": f"<div><h2>{words}</h2><div>{body}</div></div>",
        "intro": f"<div><h2>Plans</h2><p>{words}</p>{body}</div>",
        "caption": f"<section aria-label='{words}'>{body}</section>",
        "tabs": f"<div role=tablist><button role=tab aria-selected=false>{others}</button>"
        f"<button role=tab aria-selected=true>{words}</button></div><div role=tabpanel>{body}</div>"
        f"<div role=tabpanel hidden><ul><li>33GB £5.55</li><li>44GB £6.66</li></ul></div>",
        "dropdown": f"<label>Contract</label><select><option>{others}</option>"
        f"<option selected>{words}</option></select><div>{body}</div>",
        "panel": f"<div><a role=tab id=t1 aria-selected=true>{words}</a>"
        f"<a role=tab id=t2>{others}</a></div><p>Pick one</p>"
        f"<div role=tabpanel aria-labelledby=t1>{body}</div>",
    }
    return frames[frame], offers


def _at(offers: Iterable[Offer], months: int) -> list[Offer]:
    """Return the offers with a term; a promotion that would be longer is dropped."""
    return [
        replace(offer, term_months=months, then_pence=None, promo_months=0, rise_pence=None)
        for offer in offers
    ]


def _term(habit: Habit, months: int) -> str:
    return (
        term(habit, months)
        if habit.tongue is not ENGLISH
        else escape("30-day rolling plans" if months == 1 else f"{months} month plans")
    )
