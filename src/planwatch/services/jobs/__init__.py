"""Answers about jobs, read from the ledger."""
