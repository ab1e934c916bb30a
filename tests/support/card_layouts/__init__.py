"""Random plans in many layouts, habits of markup and noise; the miner is measured on them."""
