"""Jobs, their steps and attempts, and the one table of transitions between states."""
