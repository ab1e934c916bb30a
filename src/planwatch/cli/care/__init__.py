"""Commands of the panel Care."""
