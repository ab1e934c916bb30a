"""Results → terminal or JSON. The only code that prints."""
