"""Plans in JSON that a page carries: records by shape, units, and keys by meaning."""
