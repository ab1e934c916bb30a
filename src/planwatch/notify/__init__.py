"""Messages to people, through apprise. An address holds a token and is shown to nobody."""
