"""The command line. One module a noun; `main` turns errors into sentences and exit codes."""

from planwatch.cli.app import main

__all__ = ["main"]
