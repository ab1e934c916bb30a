"""What is done about one source: probe, import, replay, accept, list."""
