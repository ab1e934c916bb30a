"""The command line as a process: its start, its errors, its completion."""
