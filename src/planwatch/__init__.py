"""planwatch: competitive intelligence on UK SIM-only mobile plans.

Read `docs/explanation/architecture.md` first; the layers go
cli → views → workflows → (engine | sources | fetch | analysis) → ledger → domain → errors.
"""

__version__ = "0.1.0"
