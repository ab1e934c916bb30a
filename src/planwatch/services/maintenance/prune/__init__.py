"""Remove old jobs with their files, old pages, model answers, messages and log lines."""
