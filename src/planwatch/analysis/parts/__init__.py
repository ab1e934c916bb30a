"""The parts of a report, one module each: figures as rows, their facts, and what is said."""
