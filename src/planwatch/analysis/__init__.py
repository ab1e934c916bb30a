"""Figures from plans: pure functions. Only `analysis/model` may ever talk to a model."""
