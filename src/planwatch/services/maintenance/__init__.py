"""Looking after an installation: doctor, backup, pruning, settings, metrics, demo."""
