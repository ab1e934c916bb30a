"""Layouts of the same cards: each takes offers and a habit and returns the markup of the group."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.card_layouts.markup import (
    Habit,
    block,
    data,
    escape,
    price,
    side_lines,
    term,
    was,
)
from tests.support.card_layouts.offer import Offer

Layout = Callable[[Habit, list[Offer]], str]


def _body(habit: Habit, offer: Offer, *, heading: str = "h3") -> str:
    """Return the inside of an ordinary card."""
    shown = data(habit, offer)
    head = f"<{heading}>{shown}</{heading}>" if heading else block(habit, shown)
    if habit.pick("named", ("yes", "no")) == "yes":
        head = block(habit, escape(offer.name)) + head
    cost = block(habit, price(habit, offer.price_pence))
    if offer.promo_months and offer.then_pence:
        cost += (
            block(habit, f"for {offer.promo_months} months") if habit.tongue.lang == "en-GB" else ""
        )
    former = was(habit, offer)
    former = block(habit, former) if former else ""
    order = habit.pick("order", ("was-first", "was-last", "price-first"))
    lines = side_lines(habit, offer)
    if habit.prints_term:
        lines.insert(
            habit.picks.setdefault("term-at", habit.rnd.randrange(2)),
            term(habit, offer.term_months),
        )
    rest = "".join(block(habit, line) for line in lines)
    button = f"<a href='/buy'>{escape(habit.pick('buy', habit.tongue.buy))}</a>"
    if order == "was-first":
        return head + former + cost + rest + button
    if order == "was-last":
        return head + cost + former + rest + button
    return cost + former + head + rest + button


def in_list(habit: Habit, offers: list[Offer]) -> str:
    return "<ul>" + "".join(f"<li>{_body(habit, offer)}</li>" for offer in offers) + "</ul>"


def in_grid(habit: Habit, offers: list[Offer]) -> str:
    """Cards in boxes within boxes, as component libraries make them."""
    deep = habit.rnd.randint(1, 5)
    return (
        "<div class=g>"
        + "".join(f"{'<div>' * deep}{_body(habit, offer)}{'</div>' * deep}" for offer in offers)
        + "</div>"
    )


def in_articles(habit: Habit, offers: list[Offer]) -> str:
    cards = []
    for offer in offers:
        lines = "".join(f"<li>{line}</li>" for line in side_lines(habit, offer))
        when = f"<p>{term(habit, offer.term_months)}</p>" if habit.prints_term else ""
        cards.append(
            f"<article><header><h2>{data(habit, offer)}</h2></header><ul>{lines}</ul>{when}"
            f"<footer><div>{was(habit, offer)}</div><div>{price(habit, offer.price_pence)}</div>"
            f"<button>{escape(habit.tongue.buy[0])}</button></footer></article>"
        )
    return "<section>" + "".join(cards) + "</section>"


def in_table(habit: Habit, offers: list[Offer]) -> str:
    """A row a plan; former prices in a column of their own."""
    rows = []
    for offer in offers:
        cells = [escape(offer.name), data(habit, offer)]
        cells += [price(habit, offer.price_pence), was(habit, offer) or "–"]
        cells += [
            term(habit, offer.term_months) if habit.prints_term else "",
            side_lines(habit, offer)[-1],
        ]
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(
        f"<th>{name}</th>" for name in ("Plan", "Data", "Price", "Was", "Contract", "Minutes")
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def in_bare_table(habit: Habit, offers: list[Offer]) -> str:
    """A row a plan; units stand in the header only."""
    unit = habit.tongue.before.strip() or habit.tongue.after.strip()
    rows = "".join(
        f"<tr><td>{escape(offer.name)}</td>"
        f"<td>{_bare_size(offer) or data(habit, offer)}</td>"
        f"<td>{offer.price_pence / 100:.2f}</td>"
        f"<td>{term(habit, offer.term_months) if habit.prints_term else ''}</td></tr>"
        for offer in offers
    )
    gb = habit.tongue.gb
    return (
        f"<table><tr><th>Tariff</th><th>Data ({gb})</th><th>Monthly price ({unit})</th>"
        f"<th>Term</th></tr>{rows}</table>"
    )


def _bare_size(offer: Offer) -> str:
    """Return the number of GB; "" for unlimited and for parts of a GB."""
    gb, rest = divmod(offer.data_mb or 1, 1000)
    return "" if rest else str(gb)


def in_columns(habit: Habit, offers: list[Offer]) -> str:
    """A table on its side: a column a plan."""
    lines: list[tuple[str, list[str]]] = [
        ("", [escape(offer.name) for offer in offers]),
        ("Data", [data(habit, offer) for offer in offers]),
        ("Minutes", [side_lines(habit, offer)[-1] for offer in offers]),
    ]
    if any(offer.was_pence for offer in offers):
        lines.append(("Was", [was(habit, offer) or "–" for offer in offers]))
    lines.append(("Monthly price", [price(habit, offer.price_pence) for offer in offers]))
    if habit.prints_term:
        lines.append(("Contract", [term(habit, offer.term_months) for offer in offers]))
    rows = "".join(
        f"<tr><th>{label}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for label, cells in lines
    )
    return f"<table>{rows}</table>"


def in_matrix(habit: Habit, offers: list[Offer]) -> str:
    """Columns again, of boxes instead of cells."""
    lines = [
        ("Data", [data(habit, offer) for offer in offers]),
        ("Price", [price(habit, offer.price_pence) for offer in offers]),
    ]
    if habit.prints_term:
        lines.append(("Contract", [term(habit, offer.term_months) for offer in offers]))
    return (
        "<div>"
        + "".join(
            f"<div><div>{label}</div>{''.join(f'<div>{cell}</div>' for cell in cells)}</div>"
            for label, cells in lines
        )
        + "</div>"
    )


def in_siblings(habit: Habit, offers: list[Offer]) -> str:
    """Cards without an element of their own."""
    parts = []
    for offer in offers:
        parts.append(f"<h3>{data(habit, offer)}</h3><p>{price(habit, offer.price_pence)}</p>")
        parts.append(f"<p>{was(habit, offer)}</p>" if offer.was_pence else "")
        parts += [f"<p>{line}</p>" for line in side_lines(habit, offer)]
        if habit.prints_term:
            parts.append(f"<p>{term(habit, offer.term_months)}</p>")
    return "<div>" + "".join(parts) + "</div>"


def in_definitions(habit: Habit, offers: list[Offer]) -> str:
    """A definition list a card: labels first."""
    cards = []
    for offer in offers:
        rows = [("Data", data(habit, offer)), ("Minutes & texts", side_lines(habit, offer)[-1])]
        rows.append(("Monthly cost", price(habit, offer.price_pence)))
        if offer.was_pence:
            rows.append(("Was", was(habit, offer)))
        if offer.roaming_gb:
            rows.append(("EU roaming", f"{offer.roaming_gb}{habit.tongue.gb}"))
        if offer.upfront_pence is not None:
            rows.insert(
                0,
                (
                    "Upfront cost",
                    f"{habit.tongue.before}{offer.upfront_pence // 100}{habit.tongue.after}",
                ),
            )
        if habit.prints_term:
            rows.append(("Contract", term(habit, offer.term_months)))
        cards.append(
            "<dl>"
            + "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in rows)
            + "</dl>"
        )
    return (
        "<div>"
        + "".join(
            f"<div>{card}<button>{escape(habit.tongue.buy[0])}</button></div>" for card in cards
        )
        + "</div>"
    )


def in_elements(habit: Habit, offers: list[Offer]) -> str:
    """Custom elements."""
    return (
        "<plan-list>"
        + "".join(
            f"<plan-card><plan-allowance>{data(habit, offer)}</plan-allowance>"
            f"<plan-price>{price(habit, offer.price_pence)}</plan-price>"
            f"<plan-was>{was(habit, offer)}</plan-was>"
            + "".join(f"<plan-feature>{line}</plan-feature>" for line in side_lines(habit, offer))
            + (
                f"<plan-term>{term(habit, offer.term_months)}</plan-term>"
                if habit.prints_term
                else ""
            )
            + "</plan-card>"
            for offer in offers
        )
        + "</plan-list>"
    )


def in_shadow(habit: Habit, offers: list[Offer]) -> str:
    """Declarative shadow roots: shown, although they are templates."""
    return "".join(
        f"<x-plan><template shadowrootmode='open'>{_body(habit, offer)}</template></x-plan>"
        for offer in offers
    )


def in_links(habit: Habit, offers: list[Offer]) -> str:
    """The whole card is a link of spans, with nothing between them."""
    return (
        "<div>"
        + "".join(
            f"<a href='/p'><span>{data(habit, offer)}</span>"
            f"<span>{price(habit, offer.price_pence)}</span>"
            + "".join(f"<span>{line}</span>" for line in side_lines(habit, offer))
            + (f"<span>{term(habit, offer.term_months)}</span>" if habit.prints_term else "")
            + "</a>"
            for offer in offers
        )
        + "</div>"
    )


def in_choices(habit: Habit, offers: list[Offer]) -> str:
    """Radio buttons."""
    return (
        "<fieldset><legend>Choose</legend>"
        + "".join(
            f"<label><input type=radio name=p><span>{data(habit, offer)}</span> "
            f"<span>{price(habit, offer.price_pence)}</span>"
            + (f" <span>{term(habit, offer.term_months)}</span>" if habit.prints_term else "")
            + "</label>"
            for offer in offers
        )
        + "</fieldset>"
    )


def in_lines(habit: Habit, offers: list[Offer]) -> str:
    """A line a plan: "50GB for £10 a month"."""
    return (
        "<ul>"
        + "".join(
            f"<li><a href='/p'>{data(habit, offer)} – {price(habit, offer.price_pence)}"
            + (f", {term(habit, offer.term_months)}" if habit.prints_term else "")
            + "</a></li>"
            for offer in offers
        )
        + "</ul>"
    )


def in_rows_of_boxes(habit: Habit, offers: list[Offer]) -> str:
    """A grid of roles, as accessible tables of boxes are made."""
    rows = "".join(
        f"<div role=row><div role=cell>{escape(offer.name)}</div>"
        f"<div role=cell>{data(habit, offer)}</div>"
        f"<div role=cell>{price(habit, offer.price_pence)}</div>"
        + (f"<div role=cell>{term(habit, offer.term_months)}</div>" if habit.prints_term else "")
        + "</div>"
        for offer in offers
    )
    return f"<div role=table>{rows}</div>"


def in_slides(habit: Habit, offers: list[Offer]) -> str:
    """A slide show: most cards are hidden from readers, and the first is cloned at the end."""
    slides = [
        f"<div class=slide aria-hidden={'false' if number < 2 else 'true'}>{_body(habit, offer)}"
        f"</div>"
        for number, offer in enumerate([*offers, offers[0]])
    ]
    return "<div class=track>" + "".join(slides) + "</div>"


def in_twos(habit: Habit, offers: list[Offer]) -> str:
    """The group twice: for narrow and for wide screens."""
    return in_list(habit, offers) + in_grid(habit, offers)


def in_details(habit: Habit, offers: list[Offer]) -> str:
    """A summary with data and price, the rest folded away."""
    return "".join(
        f"<details><summary><div>{data(habit, offer)}</div><div>{price(habit, offer.price_pence)}"
        f"</div></summary><div>"
        + "".join(f"<p>{line}</p>" for line in side_lines(habit, offer))
        + (f"<p>{term(habit, offer.term_months)}</p>" if habit.prints_term else "")
        + "</div></details>"
        for offer in offers
    )


LAYOUTS: dict[str, Layout] = {
    "list": in_list,
    "grid": in_grid,
    "articles": in_articles,
    "table": in_table,
    "bare table": in_bare_table,
    "columns": in_columns,
    "matrix": in_matrix,
    "siblings": in_siblings,
    "definitions": in_definitions,
    "elements": in_elements,
    "shadow": in_shadow,
    "links": in_links,
    "choices": in_choices,
    "lines": in_lines,
    "roles": in_rows_of_boxes,
    "slides": in_slides,
    "twos": in_twos,
    "details": in_details,
}
