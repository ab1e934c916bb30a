"""A scrape as named steps: visit, read, judge, store."""
