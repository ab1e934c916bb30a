"""planwatch: competitive intelligence on UK SIM-only mobile plans.

Read `docs/explanation/architecture.md` first: what each folder is for, and where to find what.
"""

__version__ = "0.1.0"
