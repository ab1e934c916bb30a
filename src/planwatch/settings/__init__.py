"""Settings: flag > PLANWATCH_* environment > ./planwatch.toml > the user's config file."""
