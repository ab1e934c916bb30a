"""Captures of pages, the runs of each source, and what a normal run of it looks like."""
