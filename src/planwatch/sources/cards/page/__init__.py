"""A page as the card miner sees it: nodes, outline, grid, visibility, embedded data."""
