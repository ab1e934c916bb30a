"""Alerts of a source, messages sent and waiting, and what is not reported yet."""
