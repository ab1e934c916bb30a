"""The plans of a market, priced: listings, offers of an aggregator, owners of brands."""
