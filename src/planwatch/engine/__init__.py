"""How a job survives: states, dispatch, worker, steps, retry, progress. Knows nothing of telecoms.

Its promises: docs/explanation/durability.md.
"""
