"""Fetching from servers on loopback, and the archive of pages."""
