"""One module a site: its requests, and a parser of its saved pages. Pure functions."""
