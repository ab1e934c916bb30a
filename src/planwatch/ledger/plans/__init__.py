"""Plans with their versions and offers: written, read, and compared over time."""
