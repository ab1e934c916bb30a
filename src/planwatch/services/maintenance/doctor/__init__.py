"""The health checks of `doctor`: they change nothing and survive whatever is broken."""
