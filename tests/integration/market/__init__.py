"""The market from a real ledger: plans, changes, reports, and the words in them."""
