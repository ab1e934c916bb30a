"""Commands of the panel Market."""
