"""The recorded market: illustrative plans of nine sources on three dates, and pages that show them.

`plans.py` describes the market, one `render_` module a source turns the plans of a date into the
bytes that a scrape would save, `pages.py` knows which pages a source has, `truth.py` says what a
parser must read. `server.py` serves the same market as live sites, scripts and faults included.
Written from docs/reference/sources.md, never from the parsers.
"""
