"""Commands of the panel Jobs."""
