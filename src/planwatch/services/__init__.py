"""What a person asks for that is no job: of the market, of a source, of the installation."""
