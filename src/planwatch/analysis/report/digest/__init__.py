"""Digest of a period of the market: its document, and the sections that it has."""
