"""What a person asks for that is no job."""
