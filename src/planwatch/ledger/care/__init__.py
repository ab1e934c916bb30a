"""Looking after the file: backup, inspection, pruning, and the names completion offers."""
