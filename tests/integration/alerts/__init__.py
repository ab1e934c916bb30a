"""Alerts over a real ledger, delivered to a server on loopback."""
