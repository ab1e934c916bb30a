"""Stored analyses, and the answers of a language model that went into them."""
