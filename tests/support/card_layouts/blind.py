"""Layouts written after the miner was done, to see how it does on what it was not made for.

First-run scores are kept in docs/explanation/card-miner.md; changes to the miner came after them.
"""

from __future__ import annotations

from tests.support.card_layouts.layouts import Layout
from tests.support.card_layouts.markup import (
    Habit,
    block,
    data,
    escape,
    money,
    price,
    side_lines,
    size,
    term,
    was,
)
from tests.support.card_layouts.offer import Offer


def full(habit: Habit, pence: int) -> str:
    return escape(money(habit.tongue, pence, decimals=True))


def in_comparison(habit: Habit, offers: list[Offer]) -> str:
    """A comparison site: seller, many labelled figures, total and effective cost, a gift."""
    rows = []
    for number, offer in enumerate(offers):
        months = max(offer.term_months, 1)
        rows.append(
            f"<li><div><img src=l.png alt='Network {number}'><span>Seller {chr(65 + number)}"
            f"</span><span>4.5 out of 5</span></div>"
            f"<div><div><b>{data(habit, offer)}</b></div><div>{side_lines(habit, offer)[-1]}"
            f"</div></div>"
            f"<div><div>{price(habit, offer.price_pence)}</div><div>{full(habit, 0)} upfront cost"
            f"</div>"
            f"<div>Total cost {full(habit, offer.price_pence * months)}</div>"
            f"<div>Effective monthly cost {full(habit, offer.price_pence - 41)}</div></div>"
            + (f"<div>{term(habit, offer.term_months)}</div>" if habit.prints_term else "")
            + "<div>Free £40 gift card by redemption</div><a href='/d'>See deal</a></li>"
        )
    return f"<p>{len(offers)} deals from 12 networks</p><ol>{''.join(rows)}</ol>"


def in_loose_cells(habit: Habit, offers: list[Offer]) -> str:
    """A grid of one box: all cells are siblings, row after row, with no element for a row."""
    cells = [f"<div>{escape(offer.name)}</div>" for offer in offers]
    cells += [f"<div>{data(habit, offer)}</div>" for offer in offers]
    cells += [f"<div>{price(habit, offer.price_pence)}</div>" for offer in offers]
    if habit.prints_term:
        cells += [f"<div>{term(habit, offer.term_months)}</div>" for offer in offers]
    return f"<div style='display:grid'>{''.join(cells)}</div>"


def in_price_headings(habit: Habit, offers: list[Offer]) -> str:
    """The price is the heading; a list of what it buys follows as a sibling."""
    parts = []
    for offer in offers:
        lines = [
            f"<li>{data(habit, offer)}</li>",
            *(f"<li>{line}</li>" for line in side_lines(habit, offer)),
        ]
        lines += [f"<li>{term(habit, offer.term_months)}</li>"] if habit.prints_term else []
        parts.append(f"<h3>{price(habit, offer.price_pence)}</h3><ul>{''.join(lines)}</ul>")
    return "<section>" + "".join(parts) + "</section>"


def in_nested_tables(habit: Habit, offers: list[Offer]) -> str:
    """As in an e-mail: an outer table of cells, in each a table that is a card."""
    cells = []
    for offer in offers:
        rows = [
            data(habit, offer),
            was(habit, offer),
            price(habit, offer.price_pence),
            *side_lines(habit, offer),
        ]
        rows += [term(habit, offer.term_months)] if habit.prints_term else []
        cells.append(
            "<td><table>"
            + "".join(f"<tr><td>{row}</td></tr>" for row in rows if row)
            + "</table></td>"
        )
    lines = [cells[at : at + 3] for at in range(0, len(cells), 3)]
    return "<table>" + "".join(f"<tr>{''.join(line)}</tr>" for line in lines) + "</table>"


def in_sentences(habit: Habit, offers: list[Offer]) -> str:
    """Each card says all in one long line."""
    return (
        "<div>"
        + "".join(
            f"<article><p>{data(habit, offer)}"
            f" with {side_lines(habit, offer)[-1]} for {price(habit, offer.price_pence)}"
            + (f" – {term(habit, offer.term_months)}" if habit.prints_term else "")
            + f"</p><button>{escape(habit.tongue.buy[0])}</button></article>"
            for offer in offers
        )
        + "</div>"
    )


def in_hydrated(habit: Habit, offers: list[Offer]) -> str:
    """Rendered on a server: comments stand between the pieces of every text."""
    cards = []
    for offer in offers:
        whole, cents = divmod(offer.price_pence, 100)
        tongue = habit.tongue
        cost = (
            f"{tongue.before}<!-- -->{whole}<!-- -->{tongue.point}{cents:02d}"
            f"<!-- -->{tongue.after} <!-- -->{tongue.per_month[0]}"
        )
        amount = (
            size(tongue, offer.data_mb).replace(tongue.gb, f"<!-- -->{tongue.gb}")
            if offer.data_mb
            else tongue.unlimited[0]
        )
        lines = "".join(
            block(habit, line.replace(" ", " <!-- -->", 1)) for line in side_lines(habit, offer)
        )
        when = block(habit, term(habit, offer.term_months)) if habit.prints_term else ""
        cards.append(
            f"<!--[--><app-card><!----><div><h4>{amount}</h4><!----><div>{cost}"
            f"</div>{when}{lines}</div></app-card><!--]-->"
        )
    return "<app-cards><!---->" + "".join(cards) + "</app-cards>"


def in_toggled(habit: Habit, offers: list[Offer]) -> str:
    """Each card holds a second price, for those who pay yearly, hidden until it is chosen."""
    return (
        "<div>"
        + "".join(
            f"<section><h3>{data(habit, offer)}</h3><div>{price(habit, offer.price_pence)}</div>"
            f"<div hidden>{escape(money(habit.tongue, offer.price_pence * 10))} a year</div>"
            + "".join(f"<p>{line}</p>" for line in side_lines(habit, offer))
            + (f"<p>{term(habit, offer.term_months)}</p>" if habit.prints_term else "")
            + f"<details><summary>Plan details</summary>"
            f"<p>Out of plan: {escape(money(habit.tongue, 65))} a minute.</p></details></section>"
            for offer in offers
        )
        + "</div>"
    )


# --- second round, written after the first had been looked at ------------------------------------


def in_grouped_table(habit: Habit, offers: list[Offer]) -> str:
    """One table; a row over all columns begins each term."""
    rows = []
    for months in sorted({offer.term_months for offer in offers}):
        rows.append(f"<tr><td colspan=4><b>{term(habit, months)}</b></td></tr>")
        rows += [
            f"<tr><td>{escape(offer.name)}</td><td>{data(habit, offer)}</td>"
            f"<td>{side_lines(habit, offer)[-1]}</td>"
            f"<td>{price(habit, offer.price_pence)}</td></tr>"
            for offer in offers
            if offer.term_months == months
        ]
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def in_offers(habit: Habit, offers: list[Offer]) -> str:
    """A card a size, in it a price for each term; the page's offers are its first terms only."""
    return (
        "<div>"
        + "".join(
            f"<div><h3>{data(habit, offer)}</h3><ul><li><input type=radio>"
            f"<span>{term(habit, offer.term_months)}</span>"
            f"<span>{price(habit, offer.price_pence)}</span></li></ul>"
            f"<p>{side_lines(habit, offer)[-1]}</p><button>Buy</button></div>"
            for offer in offers
        )
        + "</div>"
    )


def in_icons(habit: Habit, offers: list[Offer]) -> str:
    """A row of icons with figures; only the words below say which is which."""
    return (
        "<ul>"
        + "".join(
            f"<li><div><i></i><div><b>{size(habit.tongue, offer.data_mb)}</b></div>"
            f"<div>{escape(habit.tongue.data)}</div></div>"
            f"<div><i></i><div><b>{habit.tongue.unlimited[0]}</b></div><div>mins</div></div>"
            f"<div><i></i><div><b>{habit.tongue.unlimited[0]}</b></div><div>texts</div></div>"
            f"<div><i></i><div><b>12{habit.tongue.gb}</b></div><div>roaming</div></div>"
            f"<div>{price(habit, offer.price_pence)}</div>"
            + (f"<div>{term(habit, offer.term_months)}</div>" if habit.prints_term else "")
            + "<a href='/x'>Go</a></li>"
            for offer in offers
        )
        + "</ul>"
    )


def in_options(habit: Habit, offers: list[Offer]) -> str:
    """The plans are options of a drop-down list."""
    per = habit.tongue.per_month[0]
    return (
        "<form><label>Plan</label><select name=plan>"
        + "".join(
            f"<option>{size(habit.tongue, offer.data_mb)}"
            f" - {escape(money(habit.tongue, offer.price_pence))} {per}"
            + (f" ({term(habit, offer.term_months)})" if habit.prints_term else "")
            + "</option>"
            for offer in offers
        )
        + "</select><button>Go</button></form>"
    )


def in_ribbons(habit: Habit, offers: list[Offer]) -> str:
    """A ribbon over each card promises data of its own, and a strip below sells an extra."""
    return (
        "<div>"
        + "".join(
            f"<div><div>Limited time: double data</div><div><div>{escape(offer.name)}</div>"
            f"<div>{data(habit, offer)}</div>"
            f"<div>{price(habit, offer.price_pence)}</div>"
            + (f"<div>{term(habit, offer.term_months)}</div>" if habit.prints_term else "")
            + "</div>"
            + "".join(f"<div>{line}</div>" for line in side_lines(habit, offer))
            + f"<div>Add 5{habit.tongue.gb} for {escape(money(habit.tongue, 300))}</div>"
            f"<a href='/x'>Go</a></div>"
            for offer in offers
        )
        + "</div>"
    )


# --- third round ---------------------------------------------------------------------------------


def in_marketing(habit: Habit, offers: list[Offer]) -> str:
    """A page builder's price boxes: the sign raised, the month lowered, ticks before each line."""
    boxes = []
    for offer in offers:
        whole, cents = divmod(offer.price_pence, 100)
        tongue = habit.tongue
        pence = f"{tongue.point}{cents:02d}" if cents else ""
        sign, after = escape(tongue.before.strip()), escape(tongue.after)
        lines = [f"{size(tongue, offer.data_mb)} high speed data", *side_lines(habit, offer)]
        lines += [term(habit, offer.term_months)] if habit.prints_term else []
        boxes.append(
            f"<div class=col><div class=box><div><img src=i.png alt=''></div>"
            f"<h4>{escape(offer.name)}</h4><h2><sup>{sign}</sup>{whole}{pence}{after}"
            f"<sub>{escape(tongue.per_month[0])}</sub></h2><ul>"
            + "".join(f"<li><i class=tick></i> {line}</li>" for line in lines)
            + "</ul><a href='#'>Get started</a></div></div>"
        )
    return f"<div class=row>{''.join(boxes)}</div>"


def in_both(habit: Habit, offers: list[Offer]) -> str:
    """A table for wide screens and an accordion for narrow ones, of the same plans."""
    rows = "".join(
        f"<tr><td>{data(habit, offer)}</td><td>{price(habit, offer.price_pence)}</td>"
        f"<td>{term(habit, offer.term_months) if habit.prints_term else ''}</td></tr>"
        for offer in offers
    )
    folds = "".join(
        f"<div><button aria-expanded=false>{data(habit, offer)}"
        f" <span>{price(habit, offer.price_pence)}</span></button>"
        f"<div>{block(habit, side_lines(habit, offer)[-1])}"
        f"{block(habit, term(habit, offer.term_months)) if habit.prints_term else ''}</div></div>"
        for offer in offers
    )
    head = "<tr><th>Allowance</th><th>Per month</th><th>Length</th></tr>"
    return f"<div><table>{head}{rows}</table></div><div>{folds}</div>"


def in_tiers(habit: Habit, offers: list[Offer]) -> str:
    """Sections by tier; a hero repeats one of the plans, every section ends with small print."""
    best = offers[0]
    when = f"<p>{term(habit, best.term_months)}</p>" if habit.prints_term else ""
    hero = (
        f"<section><h1>Our best deal</h1><div><p>{data(habit, best)}</p>"
        f"<p>{price(habit, best.price_pence)}</p>{when}<a href='/s'>Shop now</a></div></section>"
    )
    sections = []
    for at in range(0, len(offers), 3):
        cards = "".join(
            f"<div><div><p>{data(habit, offer)}</p><p>{side_lines(habit, offer)[-1]}</p></div>"
            f"<div><p>{price(habit, offer.price_pence)}</p>"
            + (f"<p>{term(habit, offer.term_months)}</p>" if habit.prints_term else "")
            + "<button>Add</button></div></div>"
            for offer in offers[at : at + 3]
        )
        sections.append(
            f"<section><h2>{escape(offers[at].name)} plans</h2><div>{cards}</div>"
            "<p>Terms apply. Prices shown include a discount for paying by card.</p></section>"
        )
    return hero + "".join(sections)


def in_buttons(habit: Habit, offers: list[Offer]) -> str:
    """Each plan is one big button; a line between says what all of them have."""
    return (
        "<div role=radiogroup>"
        + "".join(
            f"<button role=radio aria-checked=false><strong>{data(habit, offer)}</strong><br>"
            f"{price(habit, offer.price_pence)}<br>"
            + (f"<em>{term(habit, offer.term_months)}</em>" if habit.prints_term else "")
            + f"</button><p>{side_lines(habit, offer)[-1]}</p>"
            for offer in offers
        )
        + "</div>"
    )


THIRD: dict[str, Layout] = {
    "marketing": in_marketing,
    "both": in_both,
    "tiers": in_tiers,
    "buttons": in_buttons,
}
SECOND: dict[str, Layout] = {
    "grouped table": in_grouped_table,
    "offers": in_offers,
    "icons": in_icons,
    "options": in_options,
    "ribbons": in_ribbons,
}
BLIND: dict[str, Layout] = {
    "comparison": in_comparison,
    "loose cells": in_loose_cells,
    "price headings": in_price_headings,
    "nested tables": in_nested_tables,
    "sentences": in_sentences,
    "hydrated": in_hydrated,
    "toggled": in_toggled,
}
