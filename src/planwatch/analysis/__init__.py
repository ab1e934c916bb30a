"""Figures and reports from plans: pure functions, without I/O."""
