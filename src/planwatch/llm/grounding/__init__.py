"""What of a model's answer may stand: only what the facts say."""
