"""The card miner: finds plans on any operator's page by price and allowance, never by class names.

It is a second opinion to the parser of a source, and the first for a page that has none. Refuses to
guess: what it finds is unverified. How it works: docs/explanation/card-miner.md.
"""

from planwatch.sources.miner.found import MinedPage, MinedPlan, Origin
from planwatch.sources.miner.mine import mine_plans

__all__ = ["MinedPage", "MinedPlan", "Origin", "mine_plans"]
