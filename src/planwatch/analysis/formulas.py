"""Each formula in one sentence, for readers who have no docs/reference/formulas.md at hand."""

from __future__ import annotations

from typing import Final

IN_A_SENTENCE: Final[dict[str, str]] = {
    "Headline price": "The price that the page prints largest: month 1, promotions included.",
    "Effective monthly cost": "Upfront charge and the price of every month of the term, less "
    "credit that the bill gives by itself, divided by the months of the term.",
    "Comparable monthly cost": "Effective monthly cost over the term, dated rises and the end of "
    "promotions counted, stretched to a calendar month where a page bills by days.",
    "Common horizon": "The mean cost of a month over 12 or 24 months, whatever the term.",
    "Exit price": "The price of the last month of the term.",
    "Uplift": "How far the effective cost is above the headline price, in % of the headline.",
    "Promotion depth": "How far the headline is below the list price, in % of the list price.",
    "Promotion intensity": "Share of plans promoted, and what they give away over the term.",
    "Annual rise": "The largest rise within the term.",
    "Rise burden": "The annual rise in % of the first price.",
    "Rise exposure": "What the rises of a term add to the bill of a year.",
    "£ per GB": "Comparable monthly cost divided by the data; none for unlimited data.",
    "Marginal £ per GB": "What each further GB costs from one size of a brand to the next.",
    "Unlimited premium": "Unlimited data less the largest capped plan of the same brand.",
    "Gap to a rival": "Cost less that of the rival's cheapest plan of the same data and term, or "
    "else with as much data and no longer term; a percentage is of the rival's cost.",
    "Price to match": "What a plan would have to cost, or give, to be level with its rival; 1p "
    "below the rest to win a basket.",
    "Usage basket": "The least cost at a brand among plans that give the data, the term and the "
    "roaming that are needed; what a page does not state never counts.",
    "Data tier": "Plans up to 20 GB, up to 100 GB, above, and unlimited, each compared apart.",
    "Domination": "Another plan costs no more, gives no less, binds no longer, roams no worse and "
    "is no slower, with one of them better.",
    "White space": "The grid of data tier and term: who sells there, and who does not.",
    "Market index": "The mean price of the baskets; the first day is 100.",
    "Moves": "What changed between captures, counted by kind.",
    "Competitiveness score": "0 to 100 over data, price, roaming, extras and flexibility, as far "
    "as they are known.",
    "An aggregator's offer": "The same plan at an aggregator, against its price at the brand.",
    "Count": "Counted over the plans considered.",
}
