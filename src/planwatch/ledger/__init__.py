"""The SQLite file. The only SQL of the project; one module a table family."""
