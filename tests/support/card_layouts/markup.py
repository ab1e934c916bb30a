"""How a page prints one figure or line: prices cut over elements, copies, footnotes, labels."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.support.card_layouts.offer import Offer, Tongue

escape = html.escape


@dataclass(slots=True)
class Habit:
    """The choices that all cards of one page share."""

    rnd: Random
    tongue: Tongue
    price: str = "plain"
    data: str = "plain"
    was: str = "words"
    block: str = "p"
    prints_term: bool = True
    picks: dict[str, int] = field(default_factory=dict)

    def pick(self, what: str, options: tuple[str, ...]) -> str:
        """Return the same of `options` for every card of the page."""
        at = self.picks.setdefault(what, self.rnd.randrange(1000))
        return options[at % len(options)] if options else ""


PRICES = (
    "plain",
    "plain",
    "decimals",
    "spans",
    "cut",
    "spaced",
    "veiled",
    "copy",
    "footnote",
    "raised",
    "bold",
    "line",
    "words",
)
DATA = ("plain", "plain", "spaced", "lower", "noun", "label", "cut", "footnote", "sim")
WAS = ("words", "words", "struck", "del", "style")


def make_habit(rnd: Random, tongue: Tongue) -> Habit:
    habit = Habit(rnd, tongue)
    habit.price = rnd.choice(PRICES)
    if habit.price == "words" and tongue.currency != "GBP":
        habit.price = "plain"
    habit.data = rnd.choice(DATA)
    habit.was = rnd.choice(WAS)
    habit.block = rnd.choice(("p", "div", "span-block"))
    return habit


def money(tongue: Tongue, pence: int, *, decimals: bool = False) -> str:
    whole, cents = divmod(pence, 100)
    number = f"{whole}{tongue.point}{cents:02d}" if cents or decimals else str(whole)
    return f"{tongue.before}{number}{tongue.after}"


def size(tongue: Tongue, data_mb: int | None, *, gap: str = "") -> str:
    if data_mb is None:
        return tongue.unlimited[0]
    if data_mb % 1000:
        return f"{data_mb}{gap}{'Mo' if tongue.gb == 'Go' else 'MB'}"
    return f"{data_mb // 1000}{gap}{tongue.gb}"


def price(habit: Habit, pence: int, *, monthly: bool = True) -> str:
    """Return the markup of the price now, in the page's habit, with or without "a month"."""
    tongue = habit.tongue
    whole, cents = divmod(pence, 100)
    per = escape(habit.pick("per", tongue.per_month)) if monthly else ""
    lead = "" if per.startswith("/") else " "
    before, after = escape(tongue.before), escape(tongue.after)
    plain = escape(money(tongue, pence))
    full = escape(money(tongue, pence, decimals=True))
    tail = f"<span>{per}</span>" if per else ""
    forms: dict[str, Callable[[], str]] = {
        "plain": lambda: f"<span>{plain}{lead}{per}</span>",
        "decimals": lambda: f"<span>{full}</span> {tail}",
        "line": lambda: f"{full}{lead}{per}",
        "words": lambda: f"{pence / 100:g} pounds {per}",
        "bold": lambda: f"<strong>{plain}</strong><small>{per}</small>",
        "spans": lambda: (
            f"<span>{before}</span><span>{whole}</span>"
            f"<span>{tongue.point}{cents:02d}</span><span>{after}</span>{tail}"
        ),
        "cut": lambda: (
            f"<span>{before}{whole}</span>{tongue.point}<span>{cents:02d}{after}</span> {tail}"
        ),
        "spaced": lambda: f"{before} {whole} {tongue.point} {cents:02d} {after} {per}",
        "veiled": lambda: (
            f'<p aria-hidden="true">{before}{whole}</p>'
            f'<p aria-hidden="true">{tongue.point}{cents:02d}{after}</p>'
            f'<sup>[1]</sup><span class="vh">{full}</span>{tail}'
        ),
        "copy": lambda: (
            f'<span class="vh">{full} {per}</span><span aria-hidden="true">{plain}'
            f'</span><span aria-hidden="true">{per}</span>'
        ),
        "footnote": lambda: f"<b>{plain}</b><sup>1</sup> {tail}",
        "raised": lambda: (
            f"<span>{before}{whole}</span><sup>{cents:02d}</sup>{after} {tail}"
            if cents
            else f"<span>{plain}</span> {tail}"
        ),
    }
    return forms[habit.price]()


def block(habit: Habit, inner: str, *, tag: str = "") -> str:
    if tag:
        return f"<{tag}>{inner}</{tag}>"
    if habit.block == "span-block":
        return f"<div><span>{inner}</span></div>"
    return f"<{habit.block}>{inner}</{habit.block}>"


def data(habit: Habit, offer: Offer) -> str:
    """Return the markup of the allowance, with its gift or its former size."""
    tongue = habit.tongue
    if offer.gift_mb:
        half = size(tongue, offer.gift_mb)
        return f"{half} + {half} {'offerts' if tongue.lang == 'fr' else 'free'}"
    text = size(tongue, offer.data_mb)
    if offer.data_mb is None:
        text = habit.pick("unlimited", tongue.unlimited)
    forms = {
        "plain": text,
        "spaced": size(tongue, offer.data_mb, gap=" ") if offer.data_mb else text,
        "lower": text.lower() if tongue.gb == "GB" and offer.data_mb else text,
        "noun": f"{text} {escape(tongue.data)}",
        "label": f"<span>{text}</span> <span>{escape(tongue.data)}</span>",
        "cut": text.replace(tongue.gb, f"</span><span>{tongue.gb}") if offer.data_mb else text,
        "footnote": f"{text}<sup>2</sup>",
        "sim": f"{escape(tongue.sim)} {text}",
    }
    shown = f"<span>{forms[habit.data]}</span>"
    if offer.was_data_mb:
        former = size(tongue, offer.was_data_mb)
        shown += (
            f" <span>({escape(tongue.was[0].format(former))})</span>"
            if tongue.lang == "en-GB"
            else f" <s>{former}</s>"
        )
    return shown


def was(habit: Habit, offer: Offer) -> str:
    """Return the former price; "" without one."""
    if offer.was_pence is None:
        return ""
    text = escape(money(habit.tongue, offer.was_pence))
    forms = {
        "words": escape(habit.pick("was", habit.tongue.was)).replace("{}", text),
        "struck": f"<s>{text}</s>",
        "del": f"<del>{text}</del>",
        "style": f'<span style="text-decoration: line-through">{text}</span>',
    }
    return forms[habit.was]


def term(habit: Habit, months: int) -> str:
    words = habit.tongue.rolling if months == 1 else habit.tongue.contract
    return escape(habit.pick("rolling" if months == 1 else "contract", words).format(months))


def side_lines(habit: Habit, offer: Offer) -> list[str]:
    """Return the other lines of a card: later prices, savings, limits, minutes."""
    tongue, lines = habit.tongue, []

    def amount(pence: int) -> str:
        return escape(money(tongue, pence))

    if offer.then_pence and offer.promo_months:
        lines.append(
            escape(habit.pick("then", tongue.then)).replace("{}", amount(offer.then_pence))
        )
    if offer.rise_pence and tongue.rise:
        lines.append(
            escape(habit.pick("rise", tongue.rise)).replace("{}", amount(offer.rise_pence))
        )
    if offer.has_saving and tongue.save:
        lines.append(
            escape(habit.pick("save", tongue.save)).replace(
                "{}", amount(offer.price_pence * 6 + 300)
            )
        )
    if offer.upfront_pence is not None:
        lines.append(
            escape(habit.pick("upfront", tongue.upfront)).replace("{}", amount(offer.upfront_pence))
        )
    if offer.has_rate and tongue.rate and offer.data_mb:
        lines.append(
            escape(habit.pick("rate", tongue.rate)).replace("{}", escape(money(tongue, 12)))
        )
    if offer.roaming_gb:
        lines.append(
            escape(
                habit.pick("roaming", tongue.roaming).format(size(tongue, offer.roaming_gb * 1000))
            )
        )
    if offer.speed_mbps:
        lines.append(f"Max speed {offer.speed_mbps}Mbps")
    lines.append(escape(habit.pick("minutes", tongue.minutes)))
    return lines
