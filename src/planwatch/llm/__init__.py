"""A language model that may put computed figures into words, and what keeps it honest."""
