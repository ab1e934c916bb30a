"""Commands of the panel Sources."""
