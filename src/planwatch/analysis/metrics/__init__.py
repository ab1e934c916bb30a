"""Formulas, one a module; docs/reference/formulas.md describes each with its source."""
