"""The card miner: finds plans on any operator's page by price and allowance, never by class names.

It is a second opinion to the parser of a source, and the first for a page that has none. Refuses to
guess: what it finds is unverified. How it works: docs/explanation/card-miner.md.
"""

from planwatch.sources.cards.miner import mine_plans
from planwatch.sources.cards.result import MinedPage, MinedPlan, Origin

__all__ = ["MinedPage", "MinedPlan", "Origin", "mine_plans"]
