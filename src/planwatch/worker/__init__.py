"""The process of one job: python -m planwatch.worker."""
