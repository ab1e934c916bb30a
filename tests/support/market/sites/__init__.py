"""The shops of the replica market, one module a site; see `registry.py` for all of them.

Written from docs/reference/sources.md, never from the parsers.
"""
