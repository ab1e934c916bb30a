"""Comparison, analysis and digest as named steps: plans, figures, words, document."""
