"""Pages from the network, politely, and their archive. The only code that uses httpx."""
