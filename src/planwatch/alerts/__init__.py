"""Alerts: rules of who is told what, messages, and their delivery through apprise."""
