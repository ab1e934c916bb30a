"""The sections of a report, one module each: rows, their facts, and what is said of them."""
