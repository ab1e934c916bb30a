"""Cards from amounts: which belong together, what they sell, and which are the same."""
