"""One formula a module; docs/reference/formulas.md tells each with its source."""
