"""The market of one day: comparable plans with their cost, aggregator offers, brand owners."""
