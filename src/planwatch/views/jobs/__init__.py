"""Jobs on the screen: their table, one job in full, the live watch."""
