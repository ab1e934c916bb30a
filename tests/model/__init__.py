"""Tests with a real language model: `make test-model`, and not part of `make test`."""
