"""What is told to whom: alerts of a source, messages sent and waiting, what is unreported yet."""
