"""Picture files: checks results, prepares and publishes sources."""
