"""Looking after an installation: settings, homes, doctor, backup, prune, schedules."""
