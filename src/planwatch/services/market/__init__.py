"""Answers about the market, read from the ledger."""
