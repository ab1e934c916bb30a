"""Asking a model server: the port, its cost, its capabilities, its response."""
