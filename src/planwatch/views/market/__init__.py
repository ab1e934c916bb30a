"""The market on the screen: plans, changes, history, analyses, sources."""
