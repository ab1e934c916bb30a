"""The sections of a report, one module each: rows, columns, facts and sentences."""
