"""Sources over HTTP and in a real browser: scrapes, probes, repairs."""
