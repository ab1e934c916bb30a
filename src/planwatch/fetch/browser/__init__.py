"""Pages that need a browser: one Chromium, visits as data, and what its faults amount to."""
