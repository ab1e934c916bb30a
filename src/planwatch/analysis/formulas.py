"""Each formula in one sentence, for readers without docs/reference/formulas.md."""

from __future__ import annotations

from typing import Final

IN_A_SENTENCE: Final[dict[str, str]] = {
    "Headline price": "The price that the page prints largest: month 1, promotions included.",
    "Effective monthly cost": "Upfront charge and the price of every month of the term, minus "
    "credit that the bill applies by itself, divided by the months of the term.",
    "Comparable monthly cost": "Effective monthly cost over the term, including dated rises and "
    "the end of promotions, converted to a calendar month where the bill is for 28 or 30 days.",
    "Common horizon": "The mean cost of a month over 12 or 24 months, whatever the term.",
    "Exit price": "The price of the last month of the term.",
    "Uplift": "How far the effective cost is above the headline price, in % of the headline.",
    "Promotion depth": "How far the headline is below the list price, in % of the list price.",
    "Promotion intensity": "Share of plans on promotion, and what it takes off over the term.",
    "Annual rise": "The largest rise within the term.",
    "Rise burden": "The annual rise in % of the first price.",
    "Rise exposure": "What the rises in a term add to a year's bill.",
    "£ per GB": "Comparable monthly cost divided by the data; none for unlimited data.",
    "Marginal £ per GB": "What each further GB costs between one size of a brand and the next.",
    "Unlimited premium": "Cost of unlimited data minus that of the brand's largest capped plan.",
    "Gap to a rival": "Cost minus that of the rival's cheapest plan of the same data and term "
    "that gives no less in speed and roaming, or "
    "else with as much data and no longer term; a percentage is of the rival's cost.",
    "Price to match": "What a plan would have to cost, or offer, to match its rival; 1p below "
    "the other brands to win a basket.",
    "Usage basket": "The lowest cost at a brand among plans with the data, term and roaming "
    "that are needed; what a page does not state does not count.",
    "Data tier": "Plans up to 20 GB, up to 100 GB, over 100 GB and unlimited, compared apart.",
    "Domination": "Another plan costs no more, has no less data, no longer term, no worse roaming "
    "and no lower speed, and is better in at least one of these.",
    "White space": "Which brands sell in each combination of data tier and term, and which do not.",
    "Market index": "The mean price of the baskets; the first day is 100.",
    "Moves": "What changed between captures, counted by kind.",
    "Competitiveness score": "0 to 100 from data, price, roaming, extras and flexibility, as far "
    "as they are known.",
    "An aggregator's offer": "The price of a plan at an aggregator against that at its brand.",
    "Count": "Counted over the plans considered.",
}
