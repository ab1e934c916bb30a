"""The SQLite file itself."""
