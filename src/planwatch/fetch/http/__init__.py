"""Pages over HTTP: addresses, pace, robots.txt, time limits, and what an answer amounts to."""
