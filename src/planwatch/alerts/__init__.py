"""Alerts: rules, the messages that they ask for, and their delivery through apprise."""
