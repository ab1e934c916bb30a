"""Documents of figures and sentences: a comparison, a market report, a digest."""
