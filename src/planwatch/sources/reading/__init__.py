"""How a saved page is read, shared by the sites: cards in HTML, JSON, text, features."""
